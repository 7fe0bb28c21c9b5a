"""The results as one page that opens from disk: no scripts, nothing fetched, every name escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from syto.evaluation.results import (
    TRANSFORMER,
    AttackResult,
    Estimate,
    HeadResult,
    Results,
    RobustnessResult,
    SliceResult,
    SystemResult,
)
from syto.report.charts import calibration_chart, coverage_chart, systems_chart, time_chart
from syto.report.page import page_environment
from syto.report.wording import KIND_TITLES, METRIC_NAMES, RULE_NAMES, RULE_TEXTS, metric_name, verdict

TEMPLATE = "results.html.j2"
FIGURES = ("macro_f1", "micro_f1", "accuracy", "exact_match", "auroc")  # and the head's own AUROC
ERRORS = ("ece", "brier")  # lower is better
SHOWN_SOURCES = 60  # the page lists the largest; results.json has all
COMPARED = (TRANSFORMER, "tfidf")


# Parts in which a scale's probes stand beside the transformer: it is there that they may explain its figure.
PROBED = ("language", "year")
Columns = tuple[tuple[str, str], ...]  # (metric, system)


@dataclass(frozen=True, slots=True)
class HeadView:
    """One head with all that the template shows of it and that is not in the results as such."""

    head: HeadResult
    verdict: str
    main: str  # the metric that heads slices and charts
    metrics: tuple[str, ...]
    systems: tuple[SystemResult, ...]  # the transformer, then the others, best first
    compared: tuple[str, ...]  # systems that slices and charts set side by side
    systems_chart: Markup
    calibration_chart: Markup
    coverage_chart: Markup
    time_chart: Markup
    tables: tuple[tuple[str, Columns, tuple[SliceResult, ...]], ...]  # kind, its columns, its slices


def results_page(results: Results) -> str:
    """Return the page as HTML."""
    environment = page_environment()
    environment.filters |= {"figure": figure, "spread": spread, "number": number, "metric": metric_name}
    return environment.get_template(TEMPLATE).render(
        results=results,
        views=[head_view(head) for head in results.heads],
        robustness=[
            (task, list(rows)) for task, rows in groupby(sorted(results.robustness, key=_task), _task)
        ],
        attacks=[(task, list(rows)) for task, rows in groupby(sorted(results.attacks, key=_attack), _task)],
        rule_names=RULE_NAMES,
        rule_texts=RULE_TEXTS,
        kind_titles=KIND_TITLES,
        metric_names=METRIC_NAMES,
        errors=ERRORS,
        transformer=TRANSFORMER,
    )


def head_view(head: HeadResult) -> HeadView:
    """Choose what the page shows of a head, and draw it."""
    systems = ranked(head.systems)
    known = systems[0].metrics
    lowest = f"auroc_{head.labels[0]}"
    metrics = tuple(name for name in (*FIGURES, lowest, *ERRORS) if name in known)
    main = lowest if lowest in known else "macro_f1"
    compared = tuple(name for name in COMPARED if name in {system.system for system in systems})
    months = [part for part in head.slices if part.kind == "month" and part.value[0].isdigit()]
    return HeadView(
        head=head,
        verdict=verdict(head),
        main=main,
        metrics=metrics,
        systems=systems,
        compared=compared,
        systems_chart=systems_chart(head, main, metric_name(main)),
        calibration_chart=calibration_chart([each for each in systems if each.system in compared]),
        coverage_chart=coverage_chart(head.coverage),
        time_chart=time_chart(months, main, metric_name(main), compared),
        tables=_tables(head, main, compared),
    )


def ranked(systems: Sequence[SystemResult]) -> tuple[SystemResult, ...]:
    """Put the transformer first and the others in falling order of macro-F1."""
    return tuple(
        sorted(systems, key=lambda each: (each.system != TRANSFORMER, -(each.metrics["macro_f1"].value or 0)))
    )


def _tables(
    head: HeadResult, main: str, compared: Sequence[str]
) -> tuple[tuple[str, Columns, tuple[SliceResult, ...]], ...]:
    tables = {kind: [part for part in head.slices if part.kind == kind] for kind in KIND_TITLES}
    if "source" in tables:
        tables["source"].sort(key=lambda part: (-part.articles, part.value))
        del tables["source"][SHOWN_SOURCES:]
    return tuple(
        (kind, _columns(head, main, compared, kind), tuple(parts)) for kind, parts in tables.items() if parts
    )


def _columns(head: HeadResult, main: str, compared: Sequence[str], kind: str) -> Columns:
    names = [main, *(name for name in ("macro_f1", "accuracy") if name != main)]
    if head.kind == "multi_label":
        names.remove("accuracy")
    probed = head.kind == "ordinal" and kind in PROBED
    everybody = [system.system for system in ranked(head.systems)] if probed else compared
    return tuple((name, system) for name in names for system in (everybody if name == main else compared))


def figure(estimate: Estimate | None, signed: bool = False) -> str:
    """Write a figure with three digits; a dash where it is not defined."""
    if estimate is None or estimate.value is None:
        return "—"
    return _signed(estimate.value) if signed else f"{estimate.value:.3f}"


def spread(estimate: Estimate | None, signed: bool = False) -> str:
    """Write the interval of a figure, empty where there is none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    if signed:
        return f"{_signed(estimate.low)} to {_signed(estimate.high)}"
    return f"{estimate.low:.3f}–{estimate.high:.3f}"


def number(count: int) -> str:
    """Write a count with a thin space between thousands."""
    return f"{count:,}".replace(",", "\u202f")


def _task(result: RobustnessResult | AttackResult) -> str:
    return result.task


def _attack(result: AttackResult) -> tuple[str, str, str, bool, bool]:
    """Put the same attack, until sure and without the defence one below the other."""
    return result.task, result.kind, result.language, not result.defended, result.sure


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")
