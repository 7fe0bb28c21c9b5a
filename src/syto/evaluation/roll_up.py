"""From articles to sources: how well the mean over a source's articles tells sources apart."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from syto.evaluation.metrics import Answers
from syto.evaluation.results import Estimate, RollUpResult
from syto.records import Article

PER_SOURCE = (1, 5, 10, 20, 50)  # articles


def roll_up(
    articles: Sequence[Article], answers: Answers, draws: int, rng: np.random.Generator
) -> tuple[RollUpResult, ...]:
    """Measure a scale by source, at rising numbers of articles a source.

    A source's score is the mean probability of the lowest label. Of each source `n` articles are drawn; the
    value is the mean over the draws, and the interval resamples sources as well.
    """
    scores, grades = answers.shares[:, 0], answers.gold.argmax(axis=1)
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, article in enumerate(articles):
        if article.source:
            rows[article.source].append(row)
    results = []
    for count in PER_SOURCE:
        groups = [np.array(group) for group in rows.values() if len(group) >= count]
        grade = np.array([np.bincount(grades[group]).argmax() for group in groups])
        highest = len(answers.labels) - 1
        if not {0, highest} <= set(grade.tolist()):
            continue
        means = np.array(
            [
                [scores[rng.choice(group, count, replace=False)].mean() for group in groups]
                for _ in range(draws)
            ]
        )
        results.append(
            RollUpResult(
                articles=count,
                sources=len(groups),
                lowest=int((grade == 0).sum()),
                highest=int((grade == highest).sum()),
                auroc=_estimate(means, grade, rng, highest, rank=False),
                spearman=_estimate(means, grade, rng, highest, rank=True),
            )
        )
    return tuple(results)


def _estimate(
    means: NDArray[np.float64], grade: NDArray[np.int_], rng: np.random.Generator, highest: int, *, rank: bool
) -> Estimate:
    everyone = np.arange(len(grade))
    value = np.mean([_figure(row, grade, everyone, highest, rank=rank) for row in means])
    resampled = [_figure(row, grade, rng.choice(everyone, len(grade)), highest, rank=rank) for row in means]
    defined = [figure for figure in resampled if not np.isnan(figure)]
    low, high = np.percentile(defined, [2.5, 97.5]) if defined else (None, None)
    return Estimate(value=float(value), low=low, high=high)


def _figure(
    scores: NDArray[np.float64],
    grade: NDArray[np.int_],
    chosen: NDArray[np.int_],
    highest: int,
    *,
    rank: bool,
) -> float:
    """Return Spearman's correlation with unreliability, or the AUROC of the two ends; NaN: undefined."""
    scores, grade = scores[chosen], grade[chosen]
    if len(set(grade.tolist())) < 2 or len(set(scores.tolist())) < 2:
        return float("nan")
    if rank:
        return float(spearmanr(scores, -grade).statistic)
    ends = (grade == 0) | (grade == highest)
    if len(set(grade[ends].tolist())) < 2:
        return float("nan")
    return float(roc_auc_score(grade[ends] == 0, scores[ends]))
