"""Scalings and thresholds, fitted on articles that were not trained on.

Temperature and vector scaling: Guo et al., On Calibration of Modern Neural Networks, 2017. The threshold from
which on an answer is sure holds on further sources with a stated confidence: Angelopoulos et al., Learn then
Test, 2021, with the bound of Korn and Graubard, 1998, since the articles of one source are right or wrong
together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import logit
from scipy.stats import beta, t
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from syto.model.bundle import HeadSpec, Scaling
from syto.model.decode import probabilities
from syto.records import Article
from syto.training.settings import CalibrationSettings

Array = NDArray[np.floating]
SOURCES_OF_A_LANGUAGE = 20  # for a scaling of its own; fewer say more of themselves than of the language
SOURCES_OF_AN_END = 3  # of a scale, without which nothing is known of a language
NEVER_SURE = 1.0  # no threshold is known to reach the target accuracy
_COVERAGES = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95)  # of the articles; few, since they share one error rate


@dataclass(frozen=True, slots=True)
class CalibratedHead:
    """A head with its temperature and thresholds, and how well they did on sources left out of the fit."""

    spec: HeadSpec
    articles: int  # labelled validation articles
    coverage: float  # share of left-out articles that were called sure (multi-label: 1)
    accuracy: float  # among those (multi-label: macro-F1, of the thresholds on what they were fitted on)


def calibrate(
    spec: HeadSpec, logits: Array, labels: Array, articles: Sequence[Article], settings: CalibrationSettings
) -> CalibratedHead:
    """Fit one head on logits (n, outputs) and labels (n, label columns), NaN = unlabelled, of n articles."""
    chosen = settings.datasets.get(spec.task)
    known = ~np.isnan(labels[:, 0]) & np.array([not chosen or each.dataset in chosen for each in articles])
    if known.sum() < 2 * settings.folds:
        return CalibratedHead(spec, int(known.sum()), float("nan"), float("nan"))
    languages = np.array([article.language for article in articles])
    fitted = Labelled(
        logits[known],
        labels[known].astype(int),
        np.array([article.source or article.id for article in articles])[known],
        languages[known],
    )
    spec = _scaled(spec, fitted, settings.prior.get(spec.task, {}))
    if spec.kind == "ordinal":
        spec = _standing_in(spec, fitted, logits, languages, settings.stand_in)
    if spec.measured is not None:
        fitted = fitted.of(np.isin(fitted.languages, spec.measured))
        if not len(fitted.gold):
            never = spec.model_copy(update={"sure_threshold": NEVER_SURE})
            return CalibratedHead(never, 0, float("nan"), float("nan"))
    shares = np.stack(
        [
            probabilities(spec.of_language(language), row[np.newaxis])[0]
            for row, language in zip(fitted.logits, fitted.languages, strict=True)
        ]
    )
    if spec.kind == "multi_label":
        return _label_thresholds(spec, shares, fitted.gold)
    target = settings.targets.get(spec.task, settings.target_accuracy)
    settings = settings.model_copy(update={"target_accuracy": target})
    return _sure_threshold(spec, shares, fitted.gold[:, 0], fitted.sources, settings)


@dataclass(frozen=True, slots=True)
class Labelled:
    """What the labelled articles give to a fit."""

    logits: Array  # (n, outputs)
    gold: NDArray[np.int_]  # (n, label columns)
    sources: NDArray[np.str_]  # (n,)
    languages: NDArray[np.str_]  # (n,)

    def of(self, rows: NDArray[np.bool_]) -> "Labelled":
        """Return some of the articles."""
        return Labelled(self.logits[rows], self.gold[rows], self.sources[rows], self.languages[rows])


def _scaled(spec: HeadSpec, fitted: Labelled, prior: Mapping[str, float]) -> HeadSpec:
    """Fit one scaling to all articles, and one to each language that has enough sources."""
    of_languages = {}
    for language in np.unique(fitted.languages):
        rows = fitted.of(fitted.languages == language)
        if len(np.unique(rows.sources)) >= SOURCES_OF_A_LANGUAGE:
            of_languages[str(language)] = _scaling(spec, rows, prior)
    overall = _scaling(spec, fitted, prior)
    return spec.scaled(overall).model_copy(update={"languages": of_languages})


def _standing_in(
    spec: HeadSpec,
    fitted: Labelled,
    logits: Array,
    languages: NDArray[np.str_],
    stand_in: Mapping[str, str],
) -> HeadSpec:
    """Say which languages are measured, and read each of the others as the one that stands in for it.

    What is said of a language with sources of one kind alone must not rest on the language: its articles,
    labelled or not, are taken to be like the ones of the highest label, and moved to where those are.
    """
    measured = tuple(str(each) for each in np.unique(fitted.languages) if _has_both_ends(spec, fitted, each))
    scalings = dict(spec.languages)
    highest = fitted.gold[:, 0] == len(spec.labels) - 1
    for language, other in stand_in.items():
        own, of_other = logits[languages == language], highest & (fitted.languages == other)
        if language in measured or other not in measured or not len(own) or not of_other.any():
            continue
        scaling = spec.languages.get(other, Scaling(temperature=spec.temperature, biases=spec.biases))
        shift = float(np.median(fitted.logits[of_other].mean(1)) - np.median(own.mean(1)))
        biases = tuple(bias + shift for bias in scaling.biases or (0.0,) * spec.outputs)
        scalings[language] = Scaling(temperature=scaling.temperature, biases=biases)
    return spec.model_copy(update={"languages": scalings, "measured": measured})


def _has_both_ends(spec: HeadSpec, fitted: Labelled, language: str) -> bool:
    rows = fitted.of(fitted.languages == language)
    ends = (0, len(spec.labels) - 1)
    return all(len(np.unique(rows.sources[rows.gold[:, 0] == end])) >= SOURCES_OF_AN_END for end in ends)


def _scaling(spec: HeadSpec, fitted: Labelled, prior: Mapping[str, float]) -> Scaling:
    """Fit a temperature and, for a scale, where its cuts lie: class weights have moved them in training."""
    weights = _prior_weights(spec, fitted.gold, prior)
    temperature = fit_temperature(spec, fitted.logits, fitted.gold, weights)
    if spec.kind != "ordinal":
        return Scaling(temperature=temperature)

    def trial(values: NDArray[np.float64]) -> Scaling:
        return Scaling(temperature=float(np.exp(values[0])), biases=tuple(values[1:].tolist()))

    def loss(values: NDArray[np.float64]) -> float:
        shares = probabilities(spec.scaled(trial(values)), fitted.logits)
        return negative_log_likelihood(spec, shares, fitted.gold, weights)

    start = np.array([np.log(temperature), *np.zeros(spec.outputs)])
    return trial(minimize(loss, start, method="Nelder-Mead", options={"maxiter": 2000}).x)


def _prior_weights(spec: HeadSpec, gold: NDArray[np.int_], prior: Mapping[str, float]) -> Array | None:
    """Return a weight an article, so that each label has its expected share; None: as they come."""
    if not prior or spec.kind == "multi_label":
        return None
    counts = np.bincount(gold[:, 0], minlength=len(spec.labels))
    shares = np.array([prior.get(label, 0.0) for label in spec.labels])
    return (shares / np.maximum(counts, 1))[gold[:, 0]]


def fit_temperature(
    spec: HeadSpec, logits: Array, gold: NDArray[np.int_], weights: Array | None = None
) -> float:
    """Return the temperature of the least negative log-likelihood; gold (n, columns), weights (n,)."""

    def loss(log_temperature: float) -> float:
        trial = spec.scaled(Scaling(temperature=float(np.exp(log_temperature))))
        return negative_log_likelihood(spec, probabilities(trial, logits), gold, weights)

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


def negative_log_likelihood(
    spec: HeadSpec, shares: Array, gold: NDArray[np.int_], weights: Array | None = None
) -> float:
    """Return the mean over gold (n, label columns) of shares (n, labels), weighted by article (n,)."""
    if spec.kind == "multi_label":
        shares = np.where(gold == 1, shares, 1 - shares)
    else:
        shares = np.take_along_axis(shares, gold, axis=1)
    return float(np.average(-np.log(np.clip(shares, 1e-12, 1)).mean(1), weights=weights))


def _folds(sources: NDArray[np.str_], count: int) -> NDArray[np.int_]:
    """Give each article a fold, whole sources together; the articles of one source alone are dealt out."""
    if len(np.unique(sources)) < count:
        return np.arange(len(sources)) % count
    fold_of = np.zeros(len(sources), dtype=int)
    for fold, (_, left_out) in enumerate(GroupKFold(count).split(sources, groups=sources)):
        fold_of[left_out] = fold
    return fold_of


def _sure_threshold(
    spec: HeadSpec,
    shares: Array,
    gold: NDArray[np.int_],
    sources: NDArray[np.str_],
    settings: CalibrationSettings,
) -> CalibratedHead:
    """Choose the threshold; a head whose thresholds fail on sources left out of the choice is never sure."""
    top, right = shares.max(1), shares.argmax(1) == gold

    def fit(rows: NDArray[np.bool_]) -> float:
        return sure_threshold(
            top[rows], right[rows], sources[rows], settings.target_accuracy, settings.confidence
        )

    sure = top >= _cross_fit(fit, _folds(sources, settings.folds))
    accuracy = float(right[sure].mean()) if sure.any() else float("nan")
    holds = accuracy >= settings.target_accuracy
    threshold = fit(np.ones(len(top), dtype=bool)) if holds else NEVER_SURE
    spec = spec.model_copy(update={"sure_threshold": threshold})
    return CalibratedHead(spec, len(gold), float(sure.mean()), accuracy)


def sure_threshold(
    top: Array, right: NDArray[np.bool_], sources: NDArray[np.str_], target: float, confidence: float
) -> float:
    """Return the lowest top probability from which on answers on further sources reach the target accuracy.

    With the given confidence, where those are drawn like the ones here; all coverages tried share the error.
    """
    error = (1 - confidence) / len(_COVERAGES)
    threshold = NEVER_SURE
    for coverage in _COVERAGES:
        trial = float(np.quantile(top, 1 - coverage))
        sure = top >= trial
        if lower_bound(right[sure], sources[sure], error) >= target:
            threshold = trial
    return threshold


def lower_bound(right: NDArray[np.bool_], sources: NDArray[np.str_], error: float) -> float:
    """Return what the share of right answers exceeds but with probability `error`; 0 from a single source.

    The Clopper-Pearson bound at the effective number of answers: the number of independent ones whose share
    would vary as much as this one does over sources, fewer again where few sources show how much that is.
    """
    _, source = np.unique(sources, return_inverse=True)
    count, share = int(source.max()) + 1, float(right.mean())
    if count == 1 or share == 0:
        return 0.0
    totals = np.bincount(source, right - share)
    variance = count / (count - 1) * float((totals**2).sum()) / len(right) ** 2
    effective = share * (1 - share) / variance if variance > 0 else count
    effective *= (t.ppf(error, len(right) - 1) / t.ppf(error, count - 1)) ** 2
    effective = min(effective, len(right))
    return float(beta.ppf(error, share * effective, (1 - share) * effective + 1))


def _label_thresholds(spec: HeadSpec, shares: Array, gold: NDArray[np.int_]) -> CalibratedHead:
    thresholds = label_thresholds(shares, gold)
    spec = spec.model_copy(update={"label_thresholds": tuple(thresholds.tolist())})
    score = float(f1_score(gold, shares >= thresholds, average="macro", zero_division=0))
    return CalibratedHead(spec, len(gold), 1.0, score)


def label_thresholds(shares: Array, gold: NDArray[np.int_]) -> NDArray[np.float64]:
    """Return for each label the threshold with the best expected F1; shares and gold are (n, labels).

    Expected after Platt scaling: the threshold with the best F1 on the gold labels themselves is chance where
    only twenty of them are positive (Ye et al., Optimizing F-measures: a tale of two approaches, ICML 2012).
    """
    return np.array([_label_threshold(*label) for label in zip(shares.T, gold.T, strict=True)])


def _label_threshold(shares: Array, gold: NDArray[np.int_]) -> float:
    if gold.min() == gold.max():
        return 0.5
    order = np.argsort(-shares, kind="stable")
    odds = logit(np.clip(shares, 1e-6, 1 - 1e-6))[:, None]
    scaled = LogisticRegression().fit(odds, gold).predict_proba(odds)[:, 1]
    hits = np.cumsum(scaled[order])
    expected = 2 * hits / (np.arange(1, len(hits) + 1) + hits[-1])
    return float(shares[order][expected.argmax()])


def _cross_fit(fit: Callable[[NDArray[np.bool_]], float], folds: NDArray[np.int_]) -> NDArray[np.float64]:
    """Return for each article a threshold that was fitted on the folds without it."""
    return np.array([fit(folds != fold) for fold in range(folds.max() + 1)])[folds]
