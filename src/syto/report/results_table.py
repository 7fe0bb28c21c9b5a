"""The headline of an evaluation for the terminal."""

from rich.markup import escape
from rich.table import Table

from syto.evaluation.results import HeadResult, Results
from syto.report.results_page import ERRORS, FIGURES, ranked
from syto.report.verdict import USES, verdict
from syto.report.wording import RULE_NAMES, figure, metric_name, number, spread


def results_tables(results: Results) -> list[Table]:
    """Return one table a head, the transformer first."""
    return [_head_table(head) for head in results.heads]


def verdict_table(results: Results) -> Table:
    """Return which head may be used for what, a row a line."""
    table = Table(title="what it may be used for", title_justify="left", show_header=False)
    for line in verdict(results):
        table.add_row(*map(escape, (line.task, USES[line.use], line.said)))
    return table


def _head_table(head: HeadResult) -> Table:
    systems = ranked(head.systems)
    known = systems[0].metrics
    metrics = [name for name in (*FIGURES, f"auroc_{head.labels[0]}", *ERRORS) if name in known]
    rules = "; ".join(RULE_NAMES[rule] for rule in head.rules)
    table = Table(
        title=escape(f"{head.task}: {number(head.articles)} articles, {rules}"), title_justify="left"
    )
    table.add_column("system")
    for name in metrics:
        table.add_column(metric_name(name), justify="right")
        if name == "macro_f1":
            table.add_column("95% interval", justify="right", style="dim")
    for system in systems:
        cells = [system.system]
        for name in metrics:
            cells.append(figure(system.metrics[name]))
            if name == "macro_f1":
                cells.append(spread(system.metrics[name]))
        table.add_row(*map(escape, cells))
    return table
