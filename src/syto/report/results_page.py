"""The results as one page that opens from disk: no scripts, nothing fetched, every name and text escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from syto.evaluation.mistakes import Mistake
from syto.evaluation.results import (
    TRANSFORMER,
    AttackResult,
    HeadResult,
    Results,
    RobustnessResult,
    SliceResult,
    SystemResult,
)
from syto.report.charts import calibration_chart, coverage_chart, systems_chart, time_chart
from syto.report.page import page_environment
from syto.report.verdict import USES, against_baselines, verdict
from syto.report.wording import (
    KIND_TITLES,
    METRIC_NAMES,
    RULE_NAMES,
    RULE_TEXTS,
    figure,
    metric_name,
    number,
    spread,
)

TEMPLATE = "results.html.j2"
FIGURES = ("macro_f1", "micro_f1", "accuracy", "exact_match", "auroc")  # and the head's own AUROC
ERRORS = ("ece", "brier")  # lower is better
SHOWN_SOURCES = 60  # the page lists the largest; results.json has all
SHOWN_OF_A_TEXT = 400  # characters of an article that was answered wrongly
COMPARED = (TRANSFORMER, "tfidf")
# Chart → its caption, which a screen reader is told in its place; the table under it has the figures.
CAPTIONS: Mapping[str, str] = {
    "systems": "Every system with its 95% interval",
    "coverage": "Share of right answers when only the most certain ones count, with 95% intervals",
    "calibration": "Reliability diagram: the nearer to the dashes, the more a stated probability is worth",
    "months": "By month, with 95% intervals",
}


# Parts in which a scale's probes stand beside the transformer: it is there that they may explain its figure.
PROBED = ("language", "year")
Columns = tuple[tuple[str, str], ...]  # (metric, system)


@dataclass(frozen=True, slots=True)
class HeadView:
    """One head with all that the template shows of it and that is not in the results as such."""

    head: HeadResult
    against: str  # how it stands against the baselines
    main: str  # the metric that heads slices and charts
    metrics: tuple[str, ...]
    systems: tuple[SystemResult, ...]  # the transformer, then the others, best first
    compared: tuple[str, ...]  # systems that slices and charts set side by side
    charts: Mapping[str, Markup]  # those of CAPTIONS that there is something to draw of
    tables: tuple[tuple[str, Columns, tuple[SliceResult, ...]], ...]  # kind, its columns, its slices
    mistakes: tuple[Mistake, ...] = ()


def results_page(results: Results, mistakes: Mapping[str, tuple[Mistake, ...]] | None = None) -> str:
    """Return the page as HTML; `mistakes` are those of each task: their texts are not in the results."""
    environment = page_environment()
    environment.filters |= {
        "figure": figure,
        "spread": spread,
        "number": number,
        "metric": metric_name,
        "excerpt": _excerpt,
    }
    return environment.get_template(TEMPLATE).render(
        results=results,
        verdict=verdict(results),
        uses=USES,
        views=[head_view(head, (mistakes or {}).get(head.task, ())) for head in results.heads],
        robustness=[
            (task, list(rows)) for task, rows in groupby(sorted(results.robustness, key=_task), _task)
        ],
        attacks=[(task, list(rows)) for task, rows in groupby(sorted(results.attacks, key=_attack), _task)],
        rule_names=RULE_NAMES,
        rule_texts=RULE_TEXTS,
        kind_titles=KIND_TITLES,
        metric_names=METRIC_NAMES,
        captions=CAPTIONS,
        errors=ERRORS,
        transformer=TRANSFORMER,
    )


def plots(results: Results) -> dict[str, str]:
    """Return the charts of the page as files that stand alone: `task-chart.svg` → SVG on white."""
    views = [head_view(head) for head in results.heads]
    return {
        f"{view.head.task}-{name}.svg": str(chart).replace(
            "<svg ", '<svg style="background:#fff;color:#17212b" ', 1
        )
        for view in views
        for name, chart in view.charts.items()
    }


def head_view(head: HeadResult, mistakes: tuple[Mistake, ...] = ()) -> HeadView:
    """Choose what the page shows of a head, and draw it."""
    systems = ranked(head.systems)
    known = systems[0].metrics
    lowest = f"auroc_{head.labels[0]}"
    metrics = tuple(name for name in (*FIGURES, lowest, *ERRORS) if name in known)
    main = lowest if lowest in known else "macro_f1"
    compared = tuple(name for name in COMPARED if name in {system.system for system in systems})
    return HeadView(
        head=head,
        against=against_baselines(head),
        main=main,
        metrics=metrics,
        systems=systems,
        compared=compared,
        charts=_charts(head, main, compared),
        tables=_tables(head, main, compared),
        mistakes=mistakes,
    )


def _charts(head: HeadResult, main: str, compared: Sequence[str]) -> dict[str, Markup]:
    months = [part for part in head.slices if part.kind == "month" and part.value[0].isdigit()]
    charts = {
        "systems": systems_chart(head, main, metric_name(main)),
        "coverage": coverage_chart(head.coverage),
        "calibration": calibration_chart([each for each in ranked(head.systems) if each.system in compared]),
        "months": time_chart(months, main, metric_name(main), compared),
    }
    return {name: chart for name, chart in charts.items() if chart}


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


def _excerpt(text: str) -> str:
    """Cut a text to what shows why it was misread, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_OF_A_TEXT else f"{line[:SHOWN_OF_A_TEXT].rstrip()}…"


def _task(result: RobustnessResult | AttackResult) -> str:
    return result.task


def _attack(result: AttackResult) -> tuple[str, str, str, bool, bool]:
    """Put the same attack, until sure and without the defence one below the other."""
    return result.task, result.kind, result.language, not result.defended, result.sure
