"""Score the same rows with two versions of the package, by every way in, and time both in turn.

Usage: python experiments/0016-house/same.py OTHER_CHECKOUT DATA_FOLDER [TURNS]  (both score with the bundle of the other)
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import mlflow
import pandas as pd
import pyarrow.parquet as pq

HERE = Path(__file__).parents[2]
BUNDLE = Path(sys.argv[1]).resolve() / "data" / "embedded"
PARTS = {
    "telegram_2019": (700, ["text", "url", "domain"]),
    "newsapi_2023": (700, ["title", "description", "url", "domain"]),
    "ukrinform": (600, ["text", "url"]),
}


def rows_of(data: Path) -> pd.DataFrame:
    frames = []
    for name, (count, columns) in PARTS.items():
        frame = pq.read_table(data / f"{name}.parquet", columns=columns).to_pandas()
        frames.append(frame.sample(count, random_state=0).rename(columns={"description": "text"}))
    return pd.concat(frames, ignore_index=True).fillna("").astype(str)


def score(checkout: Path, source: Path, target: Path) -> float:
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    command = [sys.executable, "-m", "syto", "score", str(source), "-o", str(target), "--model", str(BUNDLE)]
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment, cwd=HERE, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def as_csv(table: pd.DataFrame, path: Path) -> bytes:
    cells = table.astype(object).where(table.notna(), "").to_numpy().tolist()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(cells)
    return path.read_bytes()


def by_python(source: Path, folder: Path) -> bytes:
    import syto

    table = pd.read_csv(source, dtype=str, keep_default_na=False)
    return as_csv(syto.load(BUNDLE).score(table), folder / "python.csv")


def by_mlflow(source: Path, folder: Path) -> bytes:
    from syto.tracking.settings import TrackingSettings
    from syto.tracking.tracker import Tracker

    uri = f"sqlite:///{folder}/mlflow.db"
    with Tracker.open(TrackingSettings(uri=uri), "same") as tracker:
        tracker.log_bundle(BUNDLE, [], [], "syto-same")
    mlflow.set_tracking_uri(uri)
    model = mlflow.pyfunc.load_model("models:/syto-same@challenger")
    table = pd.read_csv(source, dtype=str, keep_default_na=False)
    return as_csv(model.predict(table), folder / "mlflow.csv")


def main() -> None:
    other, data = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    turns = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        many = folder / "rows.csv"
        rows_of(data).to_csv(many, index=False)
        for source in (HERE / "data" / "sample" / "to_score.csv", many):
            score(other, source, folder / "before.csv")
            score(HERE, source, folder / "after.csv")
            wanted = (folder / "before.csv").read_bytes()
            same = {
                "command line": (folder / "after.csv").read_bytes() == wanted,
                "syto.load()": by_python(source, folder) == wanted,
                "pyfunc": by_mlflow(source, folder) == wanted,
            }
            print(source.name, f"{wanted.count(b'@')} cells with the model's name", same)
        few = folder / "few.csv"
        rows_of(data).sample(500, random_state=1).to_csv(few, index=False)
        times = {"before": [], "after": []}
        for _ in range(turns):
            times["before"].append(score(other, few, folder / "x.csv"))
            times["after"].append(score(HERE, few, folder / "x.csv"))
        print(
            {name: f"{500 / median(each):.1f} rows a second, start included" for name, each in times.items()}
        )


main()
