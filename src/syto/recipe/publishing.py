"""Results on their way out: files, tracking, the screen."""

from collections.abc import Mapping
from pathlib import Path

from syto.evaluation.mistakes import Mistake
from syto.evaluation.results import TRANSFORMER, Results
from syto.report.results_page import plots, results_page
from syto.report.results_table import results_tables, verdict_table
from syto.report.verdict import verdict
from syto.tables.whole import write_text
from syto.terminal import give, say
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
    give(_facts(results, page), *results_tables(results), verdict_table(results))
    say(results.statement)
    say(f"results page: {page}")
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


def _facts(results: Results, page: Path) -> dict[str, object]:
    heads = {
        head.task: {
            "articles": head.articles,
            "rules": head.rules,
            "systems": {
                system.system: {name: each.model_dump() for name, each in system.metrics.items()}
                for system in head.systems
            },
        }
        for head in results.heads
    }
    return {
        "page": page,
        "results": page.with_suffix(".json"),
        "model": f"{results.bundle.name}@{results.bundle.fingerprint}",
        "split": results.split,
        "heads": heads,
        "verdict": [line.text for line in verdict(results)],
        "statement": results.statement,
    }


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
