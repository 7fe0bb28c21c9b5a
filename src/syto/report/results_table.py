"""The headline of an evaluation for the terminal."""

from collections.abc import Sequence

from syto.evaluation.results import HeadResult, Results, SystemResult
from syto.report.results_page import ERRORS, FIGURES, ranked
from syto.report.verdict import USES, verdict
from syto.report.wording import RULE_NAMES, figure, metric_name, number, spread
from syto.terminal import Listing

_INTERVAL = "95% interval"


def results_tables(results: Results) -> list[Listing]:
    """Return one table a head, the transformer first."""
    return [_head_table(head) for head in results.heads]


def verdict_table(results: Results) -> Listing:
    """Return which head may be used for what, a row a line."""
    rows = [(line.task, USES[line.use], line.said) for line in verdict(results)]
    return Listing(("head", "use", "why"), rows, title="what it may be used for")


def _head_table(head: HeadResult) -> Listing:
    systems = ranked(head.systems)
    known = systems[0].metrics
    metrics = [name for name in (*FIGURES, f"auroc_{head.labels[0]}", *ERRORS) if name in known]
    rules = "; ".join(RULE_NAMES[rule] for rule in head.rules)
    columns: list[str] = []
    for name in metrics:
        columns += [metric_name(name), _INTERVAL] if name == "macro_f1" else [metric_name(name)]
    return Listing(
        ("system", *columns),
        [_cells(system, metrics) for system in systems],
        title=f"{head.task}: {number(head.articles)} articles, {rules}",
        numbers=columns,
    )


def _cells(system: SystemResult, metrics: Sequence[str]) -> list[str]:
    cells = [system.system]
    for name in metrics:
        cells.append(figure(system.metrics[name]))
        if name == "macro_f1":
            cells.append(spread(system.metrics[name]))
    return cells
