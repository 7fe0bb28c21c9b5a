"""The figures that README and docs show: chosen from `results.json`, kept, and put between marks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syto.errors import UserError
from syto.evaluation.results import TRANSFORMER, Estimate, HeadResult, Record, Results
from syto.report.wording import figure, metric_name, spread

BASELINE = "tfidf"
_NAMES = {"auroc_unreliable": "AUROC"}  # the words of the test say of what
_MARKED = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Choice:
    """A figure to show, and where `results.json` has it."""

    test: str  # in the words of the table
    task: str
    part: tuple[str, str] | None  # kind and value of a slice; None: the whole head
    metric: str
    floor: str = "–"  # a figure to reach that was measured elsewhere
    brief: bool = False  # shown where a handful is


class Figure(Record):
    """One row of the table, with nothing in it that `results.json` does not say."""

    test: str
    articles: int
    metric: str
    floor: str
    brief: bool
    model: Estimate
    baseline: Estimate


class Figures(Record):
    """All of `figures.json`, and which evaluation it comes from."""

    model: str
    fingerprint: str  # of the bundle that was measured
    measured: str  # ISO date and time, UTC
    prepared: str  # name of the prepared data
    figures: tuple[Figure, ...]


def choose_figures(results: Results, choices: Sequence[Choice]) -> Figures:
    """Take the chosen figures out of an evaluation; `UserError` names one that it does not have."""
    return Figures(
        model=results.bundle.name,
        fingerprint=results.bundle.fingerprint,
        measured=results.created,
        prepared=results.prepared,
        figures=tuple(_figure(results, choice) for choice in choices),
    )


def figures_table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table in Markdown, the model's with their 95% intervals."""
    rows = ["| test | articles | metric | floor | syto | TF-IDF |", "|---|---|---|---|---|---|"]
    return "\n".join(rows + [_row(each) for each in figures])


def with_figures(text: str, figures: Figures) -> str:
    """Fill what stands between `<!-- figures: brief -->` or `<!-- figures: all -->` and `<!-- end -->`."""
    tables = {
        "all": figures_table(figures.figures),
        "brief": figures_table([each for each in figures.figures if each.brief]),
    }
    return _MARKED.sub(lambda found: f"{found[1]}\n{tables[found[2]]}\n\n{found[3]}", text)


def _figure(results: Results, choice: Choice) -> Figure:
    articles, systems = _part(results, choice)
    try:
        model, baseline = systems[TRANSFORMER][choice.metric], systems[BASELINE][choice.metric]
    except KeyError as error:
        raise UserError(f"{choice.test!r}: the results have no {error} there; choose another") from None
    return Figure(
        test=choice.test,
        articles=articles,
        metric=choice.metric,
        floor=choice.floor,
        brief=choice.brief,
        model=model,
        baseline=baseline,
    )


def _part(results: Results, choice: Choice) -> tuple[int, Mapping[str, Mapping[str, Estimate]]]:
    """Return the articles behind a figure, and the metrics of each system on them."""
    head = _head(results, choice)
    if choice.part is None:
        return head.articles, {system.system: system.metrics for system in head.systems}
    for each in head.slices:
        if (each.kind, each.value) == choice.part:
            return each.articles, each.systems
    raise UserError(f"{choice.test!r}: the results have no {' '.join(choice.part)}; evaluate it, or drop it")


def _head(results: Results, choice: Choice) -> HeadResult:
    for head in results.heads:
        if head.task == choice.task:
            return head
    known = ", ".join(head.task for head in results.heads)
    raise UserError(f"{choice.test!r}: the results have no task {choice.task!r}; they have {known}")


def _row(each: Figure) -> str:
    interval = spread(each.model)
    model = f"{figure(each.model)} ({interval})" if interval else figure(each.model)
    cells = (
        each.test,
        f"{each.articles:,}",
        _NAMES.get(each.metric) or metric_name(each.metric),
        each.floor,
        model,
    )
    return f"| {' | '.join(cells)} | {figure(each.baseline)} |"
