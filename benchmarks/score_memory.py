"""Peak memory and processor time of `syto score` on many and on very many short rows: flat, and linear.

`python benchmarks/score_memory.py [--rows 100000] [--times 10] [--formats csv xlsx] [--model BUNDLE]`;
without a model it uses the tests' tiny one, so that what is measured is the streaming. Each size runs in a
process of its own. Exit status 1 when a large run needs over 15% more memory than the small one.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import polars as pl

ROOT = Path(__file__).parents[1]
ALLOWED_GROWTH = 1.15
FORMATS = ("csv", "tsv", "jsonl", "parquet", "xlsx")
HEADLINES = (
    "Вибори в громаді: {} бюлетенів",
    "Матч номер {} завершився нічиєю",
    "Сенсація! {} доказів знайдено",
)


def main() -> int:
    """Measure both sizes, print a line for each and return the exit status."""
    arguments = _arguments()
    if arguments.measure:
        return _measure(arguments.measure, arguments.model)
    print("format        rows       MiB  processor s    rows/s")  # noqa: T201 - what it is for
    grown = 0.0
    with tempfile.TemporaryDirectory(prefix="syto-bench-") as folder:
        model = arguments.model or _tiny_bundle(Path(folder))
        for format in arguments.formats:
            sizes = (arguments.rows, arguments.times * arguments.rows)
            small, large = (_run(Path(folder), format, rows, model) for rows in sizes)
            memory = large["mib"] / small["mib"]
            pace = large["seconds"] / small["seconds"] / arguments.times
            print(f"{format:<8} memory {memory:.2f} times, seconds a row {pace:.2f} times", flush=True)  # noqa: T201
            grown = max(grown, memory)
    return int(grown > ALLOWED_GROWTH)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="of the small run")
    parser.add_argument("--times", type=int, default=10, help="as many in the large one")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=["csv"])
    parser.add_argument("--model", type=Path, help="a bundle folder")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _tiny_bundle(folder: Path) -> Path:
    sys.path.append(str(ROOT / "tests"))
    from tiny_bundle import make_tiny_bundle  # type: ignore[import-not-found] # lies beside the tests

    return Path(make_tiny_bundle(folder / "bundle").folder)


def _run(folder: Path, format: str, rows: int, model: Path) -> Mapping[str, float]:
    """Score so many rows in a new process; return its peak memory in MiB and its processor seconds."""
    articles = folder / f"{rows}.{format}"
    _write_articles(articles, rows)
    command = [sys.executable, __file__, "--measure", str(articles), "--model", str(model)]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(result.stdout)
    speed = rows / figures["seconds"]
    line = f"{format:<8}{rows:>10,}{figures['mib']:>10.0f}{figures['seconds']:>13.1f}{speed:>10,.0f}"
    print(line, flush=True)  # noqa: T201
    articles.unlink()
    return figures


def _write_articles(path: Path, rows: int) -> None:
    numbers = range(rows)
    table = pl.DataFrame(
        {
            "id": numbers,
            "заголовок": [HEADLINES[number % len(HEADLINES)].format(number) for number in numbers],
            "посилання": [f"https://site{number % 5000}.example/{number}" for number in numbers],
        }
    )
    match path.suffix:
        case ".csv" | ".tsv":
            table.write_csv(path, separator="," if path.suffix == ".csv" else "\t")
        case ".jsonl":
            table.write_ndjson(path)
        case ".parquet":
            table.write_parquet(path, row_group_size=100_000)
        case _:
            _write_workbook(path, table)


def _write_workbook(path: Path, table: pl.DataFrame) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([tuple(table.columns), *table.rows()]):
            sheet.write_row(place, 0, row)


def _measure(articles: Path, model: Path) -> int:
    """Score one file in this process and print its figures as JSON."""
    from syto.stages.score import score

    start = time.process_time()
    scored = articles.with_name(f"scored-{articles.name}")
    summary = score(str(articles), str(scored), model)
    seconds = time.process_time() - start
    # The peak of this process alone: ru_maxrss would count the one that started it.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    figures = {"mib": peak, "seconds": seconds, "rows": summary.rows}
    scored.unlink()
    sys.stdout.write(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
