"""AUROC of unreliable against reliable on full Russian texts of outlets that a fold has not seen, by article and outlet.

usage: folds.py RUN PREPARED     RUN of `syto cross-validate configs/reliability.yaml`
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from syto.corpus.prepared import read_split

FEWEST = 5  # articles of an outlet
DRAWS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("prepared", type=Path)
    given = parser.parse_args()
    told = _told(given.run, given.prepared)
    print(
        "| part | articles | outlets | by article | mean within a fold | by outlet |\n|---|---|---|---|---|---|"
    )
    for name, rows in told.groupby("part"):
        by_outlet = rows.groupby("source").agg(score=("score", "mean"), y=("y", "first"), n=("y", "size"))
        by_outlet = by_outlet[by_outlet.n >= FEWEST]
        within = [_auroc(fold) for _, fold in rows.groupby("fold") if fold.y.nunique() == 2]
        print(
            f"| {name} | {len(rows):,} | {len(by_outlet)} | {_auroc(rows):.3f} {_interval(rows)} "
            f"| {np.mean(within) if within else float('nan'):.3f} | {_auroc(by_outlet):.3f} |"
        )


def _told(run: Path, prepared: Path) -> pd.DataFrame:
    answers = pd.concat(
        pd.read_parquet(file).assign(fold=number)
        for number, file in enumerate(sorted(run.glob("fold-*/answers.parquet")))
    )
    answers = answers[
        (answers.system == "model") & (answers.task == "reliability") & (answers.split == "test")
    ]
    score = dict(zip(answers.id, answers["values"].map(np.mean), strict=True))
    fold = dict(zip(answers.id, answers.fold, strict=True))
    rows = [
        (each.dataset, each.language, each.source, label == "unreliable", score[each.id], fold[each.id])
        for split in ("train", "validation", "test")
        for each in read_split(prepared, split, ["reliability"])
        for label in each.labels.get("reliability", ())
        if each.id in score and label != "mixed"
    ]
    told = pd.DataFrame(rows, columns=["dataset", "language", "source", "y", "score", "fold"])
    told = told.dropna()  # out of scope: not answered
    return told.assign(part=told.language + ", " + told.dataset)


def _auroc(rows: pd.DataFrame) -> float:
    return float(roc_auc_score(rows.y, -rows.score)) if rows.y.nunique() == 2 else float("nan")


def _interval(rows: pd.DataFrame) -> str:
    rng = np.random.default_rng(0)
    groups = [part for _, part in rows.groupby("source")]
    drawn = [
        _auroc(pd.concat([groups[i] for i in rng.integers(len(groups), size=len(groups))]))
        for _ in range(DRAWS)
    ]
    return "({:.3f}–{:.3f})".format(*np.nanpercentile(drawn, [2.5, 97.5]))


if __name__ == "__main__":
    main()
