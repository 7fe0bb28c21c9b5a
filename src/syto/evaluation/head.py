"""One head's results from arrays: every system on the same articles, with intervals and slices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syto.corpus.settings import SplitRule
from syto.evaluation.bootstrap import Draws, difference, estimate, estimates, resample
from syto.evaluation.metrics import (
    BINS,
    Answers,
    accuracy_at,
    bin_of,
    calibrated_columns,
    class_metrics,
    confusion,
    ece,
    macro_f1,
    metrics_of,
)
from syto.evaluation.results import (
    TRANSFORMER,
    CalibrationBin,
    ClassResult,
    CoverageResult,
    Estimate,
    HeadResult,
    RollUpResult,
    SliceResult,
    StatusCounts,
    SystemResult,
)
from syto.evaluation.roll_up import roll_up
from syto.evaluation.slices import KINDS, PER_DATASET, Slice, slices
from syto.records import Article

Rows = NDArray[np.int_]
COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
SLICE_METRICS = ("macro_f1", "micro_f1", "accuracy", "ece")  # and a scale's AUROC of its ends


@dataclass(frozen=True, slots=True)
class HeadAnswers:
    """The articles that every system answered, and the answers, the transformer's among them."""

    task: str
    articles: Sequence[Article]
    systems: Mapping[str, Answers]  # system → (articles, labels)
    sure: NDArray[np.bool_]  # (articles,): the transformer's status
    left_out: Mapping[str, int]  # reason → labelled articles that are not among them
    uncalibrated: Answers | None = None  # the transformer's before calibration; None where it was not asked

    @property
    def model(self) -> Answers:
        """The transformer's answers."""
        return self.systems[TRANSFORMER]


def evaluate_head(
    head: HeadAnswers, rules: Mapping[str, SplitRule], draws: int, rng: np.random.Generator
) -> HeadResult:
    """Measure every system; `rules` tells how each data set was held out.

    The headline leaves articles of a random split aside, unless there are no others.
    """
    rows = headline_rows(head.articles, rules)
    articles = [head.articles[row] for row in rows]
    drawn = resample(_units(articles, rules), draws, rng)
    systems = {name: answers.rows(rows) for name, answers in head.systems.items()}
    return HeadResult(
        task=head.task,
        kind=head.model.kind,
        labels=head.model.labels,
        rules=_rules_of(articles, rules),
        articles=len(articles),
        sources=_sources(articles),
        unit=drawn.unit,
        left_out=head.left_out,
        status=_status(systems[TRANSFORMER], head.sure[rows]),
        uncalibrated_ece=estimate(ece(head.uncalibrated.rows(rows)), drawn) if head.uncalibrated else None,
        coverage=_coverage(systems[TRANSFORMER], drawn),
        systems=tuple(_system(name, systems, drawn) for name in systems),
        slices=tuple(_slice(head, part, rules, draws, rng) for part in _parts(head.articles, rows)),
        roll_up=_roll_up(articles, systems[TRANSFORMER], rules, draws, rng),
    )


def headline_rows(articles: Sequence[Article], rules: Mapping[str, SplitRule]) -> Rows:
    """Return the rows that were not held out at random; all rows when every one was."""
    held_out = np.array([rules.get(article.dataset) != "random" for article in articles], dtype=bool)
    return np.flatnonzero(held_out if held_out.any() else ~held_out)


def _units(articles: Sequence[Article], rules: Mapping[str, SplitRule]) -> list[str]:
    """Name the source to resample by where sources were held out; elsewhere each article stands for itself.

    The one agency of a `newest` data set, drawn as a whole, would leave every third draw without its labels.
    """
    return [article.source if rules.get(article.dataset) == "sources" else "" for article in articles]


def _roll_up(
    articles: Sequence[Article],
    answers: Answers,
    rules: Mapping[str, SplitRule],
    draws: int,
    rng: np.random.Generator,
) -> tuple[RollUpResult, ...]:
    """Measure a scale by source where sources were held out."""
    rows = np.array([rules.get(article.dataset) == "sources" for article in articles], dtype=bool)
    if answers.kind != "ordinal" or not rows.any():
        return ()
    unseen = [article for article, kept in zip(articles, rows, strict=True) if kept]
    return roll_up(unseen, answers.rows(np.flatnonzero(rows)), draws, rng)


def _coverage(answers: Answers, drawn: Draws) -> tuple[CoverageResult, ...]:
    if answers.kind == "multi_label":
        return ()
    metrics = {str(coverage): accuracy_at(answers, coverage) for coverage in COVERAGES}
    return tuple(
        CoverageResult(coverage=float(coverage), accuracy=accuracy)
        for coverage, accuracy in estimates(metrics, drawn).items()
    )


def _parts(articles: Sequence[Article], headline: Rows) -> list[Slice]:
    """Return all slices; only those of data sets also cut the articles of a random split."""
    parts = [part for kind in KINDS if kind in PER_DATASET for part in slices(articles, kind)]
    chosen = [articles[row] for row in headline]
    for kind in (kind for kind in KINDS if kind not in PER_DATASET):
        parts += [Slice(kind, part.value, headline[part.rows]) for part in slices(chosen, kind)]
    return parts


def _system(name: str, systems: Mapping[str, Answers], drawn: Draws) -> SystemResult:
    answers = systems[name]
    behind = name != TRANSFORMER
    return SystemResult(
        system=name,
        metrics=estimates(metrics_of(answers), drawn),
        lead=difference(macro_f1(systems[TRANSFORMER]), macro_f1(answers), drawn) if behind else None,
        classes=tuple(_class(answers, label, drawn) for label in range(len(answers.labels))),
        confusion=() if answers.kind == "multi_label" else _tuples(confusion(answers)),
        calibration=calibration_bins(answers),
    )


def _class(answers: Answers, label: int, drawn: Draws) -> ClassResult:
    support = int(answers.gold[:, label].sum())
    metrics = class_metrics(answers, label)
    figures = estimates(metrics, drawn) if support else dict.fromkeys(metrics, Estimate(value=None))
    return ClassResult(label=answers.labels[label], support=support, **figures)


def calibration_bins(answers: Answers) -> tuple[CalibrationBin, ...]:
    """Return stated against true, over all checks of `calibrated_columns` together."""
    pairs = calibrated_columns(answers)
    stated, right = (np.concatenate(column) for column in zip(*pairs, strict=True))
    index = bin_of(stated)
    return tuple(
        CalibrationBin(
            low=number / BINS,
            high=(number + 1) / BINS,
            count=int((index == number).sum()),
            stated=float(stated[index == number].mean()),
            right=float(right[index == number].mean()),
        )
        for number in range(BINS)
        if (index == number).any()
    )


def _slice(
    head: HeadAnswers, part: Slice, rules: Mapping[str, SplitRule], draws: int, rng: np.random.Generator
) -> SliceResult:
    articles = [head.articles[row] for row in part.rows]
    drawn = resample(_units(articles, rules), draws, rng)
    systems = {name: answers.rows(part.rows) for name, answers in head.systems.items()}
    counts = head.model.gold[part.rows].sum(axis=0).tolist()
    support = {label: n for label, n in zip(head.model.labels, counts, strict=True) if n}
    found = _rules_of(articles, rules)
    return SliceResult(
        kind=part.kind,
        value=part.value,
        rule=found[0] if len(found) == 1 else None,
        articles=len(articles),
        sources=_sources(articles),
        support=support,
        unit=drawn.unit,
        systems={name: _slice_metrics(answers, len(support), drawn) for name, answers in systems.items()},
    )


def _slice_metrics(answers: Answers, labels: int, drawn: Draws) -> dict[str, Estimate]:
    """Measure a slice; with one label there is nothing to average or to rank."""
    wanted: tuple[str, ...] = (*SLICE_METRICS, f"auroc_{answers.labels[0]}")
    if labels < 2 and answers.kind != "multi_label":
        wanted = ("accuracy",)
    chosen = {name: metric for name, metric in metrics_of(answers).items() if name in wanted}
    return estimates(chosen, drawn)


def _status(answers: Answers, sure: NDArray[np.bool_]) -> StatusCounts:
    right = (answers.gold == answers.decided).all(axis=1)
    return StatusCounts(
        sure=int(sure.sum()),
        sure_and_right=int((sure & right).sum()),
        unsure=int((~sure).sum()),
        unsure_and_right=int((~sure & right).sum()),
    )


def _rules_of(articles: Sequence[Article], rules: Mapping[str, SplitRule]) -> tuple[SplitRule, ...]:
    return tuple(sorted({rules[article.dataset] for article in articles if article.dataset in rules}))


def _sources(articles: Sequence[Article]) -> int:
    return len({article.source for article in articles if article.source})


def _tuples(matrix: NDArray[np.int_]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in matrix.tolist())
