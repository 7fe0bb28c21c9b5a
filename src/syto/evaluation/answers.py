"""From articles, predictions and kept baseline probabilities to the arrays that are measured."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from syto.errors import UserError
from syto.evaluation.head import HeadAnswers
from syto.evaluation.metrics import Answers, Array, Flags
from syto.evaluation.results import TRANSFORMER
from syto.model.bundle import HOLDS_FROM, HeadSpec
from syto.model.decode import probabilities
from syto.records import Article, HeadPrediction, Prediction


@dataclass(frozen=True, slots=True)
class BaselineAnswers:
    """What one baseline says of every labelled article, and from when on a label of it holds."""

    shares: Mapping[str, Sequence[float]]  # article id → one probability a label, in the head's order
    thresholds: tuple[float, ...] = ()  # multi-label only: one a label


def join_answers(
    spec: HeadSpec,
    articles: Sequence[Article],
    predictions: Sequence[Prediction],
    baselines: Mapping[str, BaselineAnswers],
) -> HeadAnswers:
    """Keep the articles that have a gold label the head carries and an answer, and count the others."""
    reasons = [
        _reason(spec, article, prediction) for article, prediction in zip(articles, predictions, strict=True)
    ]
    rows = [row for row, reason in enumerate(reasons) if not reason]
    kept = [articles[row] for row in rows]
    heads = [predictions[row].heads[spec.task] for row in rows]
    gold = gold_flags(spec, kept)
    systems = {TRANSFORMER: _model_answers(spec, gold, heads)}
    for name, baseline in baselines.items():
        systems[name] = _baseline_answers(spec, gold, name, baseline, kept)
    left_out = Counter(reason for reason in reasons if reason and reason != "unlabelled")
    sure = np.array([head.status == "sure" for head in heads])
    plain = replace(systems[TRANSFORMER], shares=uncalibrated_shares(spec, heads))
    return HeadAnswers(spec.task, kept, systems, sure, left_out, plain)


def _reason(spec: HeadSpec, article: Article, prediction: Prediction) -> str:
    """Tell why an article is not measured; empty when it is."""
    labels = article.labels.get(spec.task)
    if labels is None:
        return "unlabelled"
    if spec.kind != "multi_label" and not set(labels).intersection(spec.labels):
        return "label_not_carried"
    if prediction.error:
        return "error"
    return "" if prediction.heads[spec.task].probabilities else "out_of_scope"


def gold_flags(spec: HeadSpec, articles: Sequence[Article]) -> Flags:
    """Return which labels hold (articles, labels); single-label and ordinal: the first that is carried."""
    flags = np.zeros((len(articles), len(spec.labels)), dtype=bool)
    for row, article in enumerate(articles):
        held = [spec.labels.index(label) for label in article.labels[spec.task] if label in spec.labels]
        flags[row, held if spec.kind == "multi_label" else held[:1]] = True
    return flags


def _model_answers(spec: HeadSpec, gold: Flags, heads: Sequence[HeadPrediction]) -> Answers:
    shares = [[head.probabilities[label] for label in spec.labels] for head in heads]
    decided = [[label in head.labels for label in spec.labels] for head in heads]
    return Answers(spec.kind, spec.labels, gold, _matrix(spec, shares), _matrix(spec, decided).astype(bool))


def _baseline_answers(
    spec: HeadSpec, gold: Flags, name: str, baseline: BaselineAnswers, articles: Sequence[Article]
) -> Answers:
    shares = baseline_shares(spec, name, baseline, articles)
    if spec.kind == "multi_label":
        decided = shares >= np.array(baseline.thresholds or (HOLDS_FROM,) * len(spec.labels))
    else:
        decided = np.eye(len(spec.labels), dtype=bool)[shares.argmax(axis=1)]
    return Answers(spec.kind, spec.labels, gold, shares, decided)


def baseline_shares(
    spec: HeadSpec, name: str, baseline: BaselineAnswers, articles: Sequence[Article]
) -> Array:
    """Return the probabilities (articles, labels); `UserError` when they are of other data or labels."""
    missing = [article.id for article in articles if article.id not in baseline.shares]
    if missing:
        raise UserError(
            f"baseline {name!r} of task {spec.task!r} says nothing of {len(missing)} of {len(articles)} "
            f"articles (first: {missing[0]!r}); the data was prepared anew, so run `syto train` again"
        )
    shares = [list(baseline.shares[article.id]) for article in articles]
    if any(len(row) != len(spec.labels) for row in shares):
        raise UserError(
            f"baseline {name!r} of task {spec.task!r} was fitted to other labels than the bundle's "
            f"{list(spec.labels)}; evaluate the bundle in the run folder that made it"
        )
    return _matrix(spec, shares)


def uncalibrated_shares(spec: HeadSpec, heads: Sequence[HeadPrediction]) -> Array:
    """Return the probabilities (articles, labels) that the network's own logits give."""
    logits = np.array([head.logits for head in heads]).reshape(len(heads), spec.outputs)
    return np.asarray(probabilities(spec.uncalibrated(), logits), dtype=np.float64)


def _matrix(spec: HeadSpec, rows: Sequence[Sequence[float]]) -> Array:
    return np.array(rows, dtype=float).reshape(len(rows), len(spec.labels))
