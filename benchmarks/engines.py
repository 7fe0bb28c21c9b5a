"""Rows per second of `syto score` alone, on Ray and on Spark, over the same articles; their rows must agree.

`python benchmarks/engines.py ARTICLES.parquet [--rows 2000] [--only local ray] [--json FILE]`, with ray and
pyspark installed, and Java for Spark. Each way runs in a process of its own, once with one row and once with
all; rows/s are those of the others over the seconds that they added, so the start is not in them. Exit status
1 when a way gives other rows than the first.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).parents[1]
COLUMNS = ("title", "text", "url")  # those of the articles that an answer rests on
WAYS = {
    "local, 1 thread": ["--threads", "1"],
    "local, 2 threads": ["--threads", "2"],
    "ray, 1 worker": ["--engine", "ray", "--workers", "1"],
    "ray, 2 workers": ["--engine", "ray", "--workers", "2"],
    "spark, local[1]": ["1"],
    "spark, local[2]": ["2"],
}


def main() -> int:
    """Measure every way, print the table and return the exit status."""
    arguments = _arguments()
    if arguments.spark:
        _spark(arguments.spark, arguments.articles, arguments.model)
        return 0
    ways = [way for way in WAYS if not arguments.only or way.partition(",")[0] in arguments.only]
    articles, output = arguments.articles.resolve(), arguments.json and arguments.json.resolve()
    with tempfile.TemporaryDirectory(prefix="syto-bench-") as place:
        folder = Path(place)
        rows = _prepare(articles, arguments.rows, folder)
        bundle = Path(arguments.model).resolve()
        registered = _registered(bundle, folder)
        figures = [_measured(way, ways[0], rows, folder, bundle, registered) for way in ways]
    if output:
        output.write_text(json.dumps({"rows": rows, "ways": figures}, indent=1), encoding="utf-8")
    _print(rows, figures)
    return int(not all(each["same"] for each in figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path, help="a parquet file")
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--model", default=str(ROOT / "data" / "embedded"), help="a bundle")
    parser.add_argument("--only", nargs="+", choices=("local", "ray", "spark"))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--spark", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def _prepare(articles: Path, rows: int, folder: Path) -> int:
    """Write the articles, and the first of them alone; return how many there are."""
    table = pq.read_table(articles).slice(0, rows)
    table = table.select([name for name in COLUMNS if name in table.column_names])
    table = table.add_column(0, "id", pa.array(range(1, table.num_rows + 1)))
    pq.write_table(table, folder / "all.parquet")
    pq.write_table(table.slice(0, 1), folder / "one.parquet")
    return int(table.num_rows)


def _registered(bundle: Path, folder: Path) -> str:
    """Register the bundle in a database of its own; return the model's name."""
    from syto.tracking.settings import TrackingSettings
    from syto.tracking.tracker import Tracker

    os.environ |= {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db", "MLFLOW_DISABLE_TELEMETRY": "true"}
    os.chdir(folder)  # MLflow puts its files there
    with Tracker.open(TrackingSettings(), "bench") as tracker:
        return tracker.log_bundle(bundle, [], [], "bench") or sys.exit("\n".join(tracker.problems))


def _measured(way: str, first: str, rows: int, folder: Path, bundle: Path, registered: str) -> dict[str, Any]:
    seconds = {}
    for size in ("one", "all"):
        source, target = folder / f"{size}.parquet", folder / f"{way}.{size}.parquet"
        if way.startswith("spark"):
            command = [
                str(Path(__file__).resolve()),
                str(source),
                "--spark",
                *WAYS[way],
                "--model",
                registered,
            ]
        else:
            command = ["-m", "syto", "score", str(source), "-o", str(target), "--model", str(bundle)]
            command += WAYS[way]
        began = time.perf_counter()
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
        seconds[size] = time.perf_counter() - began
        if done.returncode not in (0, 3):
            sys.exit(done.stderr)
        if way.startswith("spark"):
            source.with_suffix(".scored").rename(target)
    return {
        "way": way,
        "start": seconds["one"],
        "seconds": seconds["all"],
        "rows_per_second": (rows - 1) / (seconds["all"] - seconds["one"]),
        "same": _rows_of(target) == _rows_of(folder / f"{first}.all.parquet"),
    }


def _rows_of(path: Path) -> list[dict[str, object]]:
    """Return our columns of each row; a text that is not known is '' or null."""
    rows = pq.read_table(path).sort_by("id").to_pylist()
    return [{name: row[name] or "" for name in row if name not in COLUMNS} for row in rows]


def _spark(cores: int, articles: Path, registered: str) -> None:
    """Score with Spark as docs/larger.md shows it, into a file beside the articles."""
    import mlflow
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import struct

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local[{cores}]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    score = mlflow.pyfunc.spark_udf(spark, registered, env_manager="local", params={"keep_input": False})
    rows = spark.read.parquet(str(articles)).repartition(4 * cores)
    scored = rows.withColumn("said", score(struct(*rows.columns))).select("id", "said.*")
    pq.write_table(scored.toArrow(), articles.with_suffix(".scored"))


def _print(rows: int, figures: list[Mapping[str, Any]]) -> None:
    print("| way | start, s | all, s | rows/s | the same rows |\n|" + "---|" * 5)  # noqa: T201
    for each in figures:
        numbers = f"{each['start']:.1f} | {each['seconds']:.1f} | {each['rows_per_second']:.1f}"
        print(f"| {each['way']} | {numbers} | {'yes' if each['same'] else 'NO'} |")  # noqa: T201
    print(f"\n{rows} rows; rows/s without the start")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
