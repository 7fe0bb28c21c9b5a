"""Results on their way out: files, tracking, the screen."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from syto.evaluation.mistakes import Mistake
from syto.evaluation.results import TRANSFORMER, Results
from syto.recipe.screen import console
from syto.report.results_page import plots, results_page
from syto.report.results_table import results_tables, verdict_table
from syto.tables.whole import write_text
from syto.tracking.tracker import Tracker


def publish(
    results: Results,
    folder: Path,
    tracker: Tracker,
    mistakes: Mapping[str, tuple[Mistake, ...]] | None = None,
) -> Path:
    """Write the results, track them and print their headline; return the page, which shows `mistakes` too."""
    page = folder / f"{_stem(results)}.html"
    write_text(page.with_suffix(".json"), results.model_dump_json(indent=1) + "\n")
    write_text(page, results_page(results, mistakes))
    _track(results, page, tracker)
    for table in (*results_tables(results), verdict_table(results)):
        Console().print(table)
    console.print(results.statement)
    console.print(f"results page: {page}")
    return page


def _stem(results: Results) -> str:
    """Name both files; those of another split than test carry its name."""
    return "results" if results.split == "test" else f"results.{results.split}"


def _track(results: Results, page: Path, tracker: Tracker) -> None:
    tracker.log_metrics(_headline(results), step=0)
    tracker.log_artifact(page)
    tracker.log_artifact(page.with_suffix(".json"))
    folder = "plots" if results.split == "test" else f"plots.{results.split}"
    for name, chart in plots(results).items():
        tracker.log_text(chart, f"{folder}/{name}")


def _headline(results: Results) -> dict[str, float]:
    """Name the transformer's figures and the baselines' macro-F1 as MLflow metrics."""
    figures = {}
    for head in results.heads:
        for system in head.systems:
            own = system.system == TRANSFORMER
            for name, estimate in system.metrics.items():
                if estimate.value is not None and (own or name == "macro_f1"):
                    middle = "" if own else f"{system.system}_"
                    figures[f"{results.split}_{head.task}_{middle}{name}"] = estimate.value
    return figures
