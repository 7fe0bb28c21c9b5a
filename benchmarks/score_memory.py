"""Peak memory of `syto score` on many and on ten times as many short rows; it must not grow.

`python benchmarks/score_memory.py [--rows 100000] [--model BUNDLE]`; without a model it uses the tests' tiny
one, so that what is measured is the streaming. Each size runs in a process of its own. Exit status 1 when the
large run needs over a tenth more memory than the small one.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ALLOWED_GROWTH = 1.1
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
    with tempfile.TemporaryDirectory(prefix="syto-bench-") as folder:
        model = arguments.model or _tiny_bundle(Path(folder))
        peaks = [_run(Path(folder), rows, model) for rows in (arguments.rows, 10 * arguments.rows)]
    growth = peaks[1] / peaks[0]
    print(f"peak memory of ten times the rows: {growth:.2f} times")  # noqa: T201 - what it is for
    return int(growth > ALLOWED_GROWTH)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="of the small run")
    parser.add_argument("--model", type=Path, help="a bundle folder")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _tiny_bundle(folder: Path) -> Path:
    sys.path.append(str(ROOT / "tests"))
    from tiny_bundle import make_tiny_bundle  # type: ignore[import-not-found] # lies beside the tests

    return Path(make_tiny_bundle(folder / "bundle").folder)


def _run(folder: Path, rows: int, model: Path) -> float:
    """Score so many rows in a new process; return its peak resident memory in MiB."""
    articles = folder / f"{rows}.csv"
    _write_articles(articles, rows)
    command = [sys.executable, __file__, "--measure", str(articles), "--model", str(model)]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures = json.loads(result.stdout)
    speed = rows / figures["seconds"]
    line = f"{rows:>10,} rows  {figures['mib']:8.1f} MiB  {figures['seconds']:8.1f} s  {speed:8,.0f} rows/s"
    print(line, flush=True)  # noqa: T201
    return float(figures["mib"])


def _write_articles(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "заголовок", "посилання"])
        for number in range(rows):
            headline = HEADLINES[number % len(HEADLINES)].format(number)
            writer.writerow([number, headline, f"https://site{number % 5000}.example/{number}"])


def _measure(articles: Path, model: Path) -> int:
    """Score one file in this process and print its figures as JSON."""
    from syto.stages.score import score

    start = time.perf_counter()
    summary = score(str(articles), str(articles.with_suffix(".scored.csv")), model)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts in KiB
    figures = {"mib": peak, "seconds": time.perf_counter() - start, "rows": summary.rows}
    sys.stdout.write(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
