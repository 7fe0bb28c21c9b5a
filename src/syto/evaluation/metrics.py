"""Metrics of one head, as functions of article weights, so that a bootstrap is one matrix product.

A metric takes weights (draws, articles), how often each article counts in each draw, and gives one value a
draw; NaN where it is not defined. Weights of one give the plain figure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syto.records import HeadKind

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Metric = Callable[[Array], Array]  # weights (draws, articles) → (draws,)
BINS = 15  # of equal width, for calibration


@dataclass(frozen=True, slots=True)
class Answers:
    """What one system says of the labelled articles of one head, beside what is right."""

    kind: HeadKind
    labels: tuple[str, ...]
    gold: Flags  # (articles, labels); one True a row unless multi-label
    shares: Array  # (articles, labels), probabilities
    decided: Flags  # (articles, labels); one True a row unless multi-label

    def rows(self, index: NDArray[np.int_]) -> "Answers":
        """Return the answers of some articles alone."""
        return Answers(self.kind, self.labels, self.gold[index], self.shares[index], self.decided[index])

    def plain(self) -> Array:
        """Weights that count every article once (1, articles)."""
        return np.ones((1, len(self.gold)))


def metrics_of(answers: Answers) -> Mapping[str, Metric]:
    """Return the metrics of the head's kind by name, `macro_f1` first."""
    counts = {"macro_f1": macro_f1(answers)}
    if answers.kind == "multi_label":
        counts |= {"micro_f1": micro_f1(answers), "exact_match": accuracy(answers)}
    else:
        counts |= {"accuracy": accuracy(answers)}
    counts |= ranking_metrics(answers)
    return counts | {"ece": ece(answers), "brier": brier(answers)}


def ranking_metrics(answers: Answers) -> Mapping[str, Metric]:
    """Return the AUROC over all labels and, for a scale, that of its lowest label against its highest."""
    metrics = {"auroc": macro_auroc(answers)}
    if answers.kind == "ordinal":
        metrics[f"auroc_{answers.labels[0]}"] = ends_auroc(answers)
    return metrics


def class_metrics(answers: Answers, label: int) -> Mapping[str, Metric]:
    """Return precision, recall, F1 and AUROC of one label."""
    hits, called, held = (column[:, [label]] for column in _columns(answers))
    return {
        "precision": lambda weights: _ratio(weights @ hits, weights @ called)[:, 0],
        "recall": lambda weights: _ratio(weights @ hits, weights @ held)[:, 0],
        "f1": lambda weights: _f1(weights @ hits, weights @ called, weights @ held)[:, 0],
        "auroc": auroc(answers.gold[:, label], answers.shares[:, label]),
    }


def macro_f1(answers: Answers) -> Metric:
    """Mean F1 of the labels that have support (in that draw)."""
    hits, called, held = _columns(answers)

    def metric(weights: Array) -> Array:
        support = weights @ held
        scores = _f1(weights @ hits, weights @ called, support)
        return _mean_where(scores, support > 0)

    return metric


def micro_f1(answers: Answers) -> Metric:
    """F1 over all calls of all labels together."""
    hits, called, held = (column.sum(axis=1, keepdims=True) for column in _columns(answers))
    return lambda weights: _f1(weights @ hits, weights @ called, weights @ held)[:, 0]


def accuracy(answers: Answers) -> Metric:
    """Share of articles whose decided labels are exactly the right ones."""
    right = (answers.gold == answers.decided).all(axis=1).astype(float)
    return lambda weights: weights @ right / weights.sum(axis=1)


def macro_auroc(answers: Answers) -> Metric:
    """Mean one-against-rest AUROC of the labels that both hold and do not hold somewhere."""
    each = [auroc(gold, shares) for gold, shares in zip(answers.gold.T, answers.shares.T, strict=True)]

    def metric(weights: Array) -> Array:
        values = np.stack([one(weights) for one in each], axis=1)
        return _mean_where(np.nan_to_num(values), ~np.isnan(values))

    return metric


def ends_auroc(answers: Answers) -> Metric:
    """How well the probability of the lowest label tells it from the highest; other articles do not count."""
    at_ends = np.flatnonzero(answers.gold[:, 0] | answers.gold[:, -1])
    metric = auroc(answers.gold[at_ends, 0], answers.shares[at_ends, 0])
    return lambda weights: metric(weights[:, at_ends])


def ece(answers: Answers) -> Metric:
    """Expected calibration error of the top label; multi-label: of each label, averaged."""
    gaps = [_in_bins(shares, shares - right) for shares, right in calibrated_columns(answers)]

    def metric(weights: Array) -> Array:
        errors = [np.abs(weights @ gap).sum(axis=1) / weights.sum(axis=1) for gap in gaps]
        return np.asarray(np.mean(errors, axis=0))

    return metric


def accuracy_at(answers: Answers, coverage: float) -> Metric:
    """Share of right answers among the `coverage` of the articles with the highest top probabilities."""
    top = answers.shares.max(axis=1)
    kept = (top >= np.quantile(top, 1 - coverage)).astype(float)
    right = kept * (answers.gold & answers.decided).any(axis=1)
    return lambda weights: _ratio(weights @ right, weights @ kept, empty=np.nan)


def brier(answers: Answers) -> Metric:
    """Squared error summed over the labels (0…2); multi-label: averaged over the labels (0…1)."""
    squares = (answers.shares - answers.gold) ** 2
    each = squares.mean(axis=1) if answers.kind == "multi_label" else squares.sum(axis=1)
    return lambda weights: weights @ each / weights.sum(axis=1)


def calibrated_columns(answers: Answers) -> list[tuple[Array, Flags]]:
    """Return pairs of a probability that was stated and whether it came true, one pair of columns a check."""
    if answers.kind == "multi_label":
        return list(zip(answers.shares.T, answers.gold.T, strict=True))
    top = answers.shares.argmax(axis=1)
    rows = np.arange(len(top))
    return [(answers.shares[rows, top], answers.gold[rows, top])]


def confusion(answers: Answers) -> NDArray[np.int_]:
    """Count articles by right label (rows) and decided label (columns)."""
    return np.asarray(answers.gold.astype(int).T @ answers.decided.astype(int))


def bin_of(shares: Array) -> NDArray[np.int_]:
    """Return the calibration bin of each probability; bins are closed above, as in the literature."""
    return np.asarray(np.clip(np.ceil(shares * BINS).astype(int) - 1, 0, BINS - 1))


def _in_bins(shares: Array, values: Array) -> Array:
    """Spread values (articles,) over (articles, bins)."""
    spread = np.zeros((len(shares), BINS))
    spread[np.arange(len(shares)), bin_of(shares)] = values
    return spread


def _columns(answers: Answers) -> tuple[Array, Array, Array]:
    """Hits, calls and support of every label, each (articles, labels)."""
    hits = answers.gold & answers.decided
    return hits.astype(float), answers.decided.astype(float), answers.gold.astype(float)


def auroc(gold: Flags, scores: Array) -> Metric:
    """Area under the ROC curve: the share of pairs in the right order, ties counting half."""
    positives, negatives = np.flatnonzero(gold), np.flatnonzero(~gold)
    negatives = negatives[np.argsort(scores[negatives], kind="stable")]
    below = np.searchsorted(scores[negatives], scores[positives], side="left")
    up_to = np.searchsorted(scores[negatives], scores[positives], side="right")

    def metric(weights: Array) -> Array:
        won = weights[:, positives]
        lost = np.zeros((len(weights), len(negatives) + 1))
        np.cumsum(weights[:, negatives], axis=1, out=lost[:, 1:])
        pairs = ((lost[:, below] + lost[:, up_to]) * won).sum(axis=1) / 2
        return _ratio(pairs, won.sum(axis=1) * lost[:, -1], empty=np.nan)

    return metric


def _f1(hits: Array, called: Array, held: Array) -> Array:
    return _ratio(2 * hits, called + held)


def _ratio(part: Array, whole: Array, empty: float = 0.0) -> Array:
    """Divide, with `empty` where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full_like(part, empty), where=whole > 0)


def _mean_where(values: Array, counted: Flags) -> Array:
    """Mean over the labels that count (draws, labels) → (draws,); NaN where none does."""
    return _ratio(np.where(counted, values, 0).sum(axis=1), counted.sum(axis=1).astype(float), empty=np.nan)
