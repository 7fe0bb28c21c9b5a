"""The round trip: score, queue, 50 decisions, import, retrain, compare. Usage: round_trip.py DATA_FOLDER [SEED ...]

The reviewer is simulated: decisions are the labels that data/labels/annotated_topics.csv has of the same texts.
"""

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from syto.labels.annotations import digest_of
from syto.tables.formats import open_table

HERE = Path(__file__).parent
WORK = Path("data/prepared/review")
FILES = {"newsapi_2020": "description", "newsapi_2023": "description", "trending_2022": "snippet"}
DRAW, START, DECIDED = 20, 300, 50


def known(name: str) -> dict[str, str]:
    with (Path("data/labels") / name).open(encoding="utf-8") as file:
        return {row["sha256"]: row["label"] for row in csv.DictReader(file)}


def texts(data: Path, labels: dict[str, str]) -> list[dict[str, str]]:
    """Return the texts that have a label, each once, with their digests."""
    found: dict[str, dict[str, str]] = {}
    for name, body in FILES.items():
        for row in pq.read_table(
            data / f"{name}.parquet", columns=["title", body, "url", "domain"]
        ).to_pylist():
            title, text = row["title"] or "", row[body] or ""
            digest = digest_of(f"{title}\n{text}")
            if digest in labels:
                article = {
                    "title": title,
                    "text": text,
                    "url": row["url"],
                    "source": row["domain"],
                    "sha256": digest,
                }
                found.setdefault(digest, article)
    return list(found.values())


def syto(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "syto", *arguments], check=True)


def trained(name: str, labels: Path, seed: int) -> Path:
    """Prepare, train and evaluate with the decisions of a file; return the run folder."""
    given = {
        "name": f"review-{name}-{seed}",
        "seed": str(seed),
        "data.prepared": str(WORK / name),
        "data.datasets.1.labels.topic.annotations": str(labels),
    }
    options = [part for key, value in given.items() for part in ("--set", f"{key}={value}")]
    syto("prepare", str(HERE / "review.yaml"), *options)
    syto("train", str(HERE / "review.yaml"), *options)
    run = max(Path("runs").glob(f"review-{name}-{seed}-*"))
    syto("evaluate", str(run / "bundle"))
    return run


def decide(queue: Path, gold: dict[str, str]) -> Counter[bool]:
    """Fill in a queue as a reviewer who always gives the known label; count whether the model was right."""
    rows = [dict(row.values) for row in open_table(queue).rows()]
    for row in rows:
        row |= {
            "decision_topic": gold[str(row["sha256"])],
            "decided_by": "known labels",
            "decided_at": "2026-11-25",
        }
    with queue.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return Counter(row["topic"] == row["decision_topic"] for row in rows)


def at_random(scored: Path, queue: Path, seed: int) -> None:
    """Write a queue of as many rows, drawn by chance."""
    rows = [dict(row.values) for row in open_table(scored).rows()]
    columns = ("title", "topic", "sha256", "decision_topic", "decided_by", "decided_at")
    with queue.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        drawn = np.random.default_rng(seed).choice(len(rows), DECIDED, replace=False)
        writer.writerows(rows[place] for place in drawn)


def figures(run: Path) -> str:
    [head] = json.loads((run / "results.json").read_text(encoding="utf-8"))["heads"]
    ours = head["systems"][0]["metrics"]
    shown = ", ".join(
        f"{name} {ours[name]['value']:.3f} ({ours[name]['low']:.3f}-{ours[name]['high']:.3f})"
        for name in ("macro_f1", "accuracy")
    )
    return f"{len(head['labels'])} labels, {head['articles']} articles: {shown}"


def main() -> None:
    data, seeds = Path(sys.argv[1]), [int(seed) for seed in sys.argv[2:]] or [20]
    WORK.mkdir(parents=True, exist_ok=True)
    gold = known("annotated_topics.csv")
    pool = texts(data, gold)
    np.random.default_rng(DRAW).shuffle(pool)
    parts = {
        "start": pool[:START],
        "pool": pool[START:],
        "held": texts(data, known("annotated_held_out.csv")),
    }
    for name, rows in parts.items():
        pq.write_table(pa.Table.from_pylist(rows), WORK / f"{name}.parquet")
        print(name, len(rows), flush=True)
    none = WORK / "none.csv"
    none.write_text("sha256,task,label\n", encoding="utf-8")
    for seed in seeds:
        base = trained("base", none, seed)
        scored, queue, chance = WORK / "scored.parquet", WORK / "queue.csv", WORK / "random.csv"
        review = ("--review", str(queue), "--review-size", str(DECIDED), "--passages", "0", "--overwrite")
        syto("score", str(WORK / "pool.parquet"), "-o", str(scored), "--model", str(base / "bundle"), *review)
        at_random(scored, chance, seed)
        print(seed, "base", figures(base), flush=True)
        for name, file in (("queue", queue), ("random", chance)):
            right = decide(file, gold)
            labels = WORK / f"{name}-labels.csv"
            syto("review", "import", str(file), "-o", str(labels), "--overwrite")
            print(seed, name, dict(right), figures(trained(name, labels, seed)), flush=True)


if __name__ == "__main__":
    main()
