"""A study of `syto tune` as a table and as a page that opens from disk."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from syto.report.charts import trials_chart
from syto.report.page import page_environment
from syto.training.tune_settings import TuneSettings

TEMPLATE = "study.html.j2"
COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial that ended."""

    number: int
    state: str  # complete, pruned, fail; killed: not counted, and tried again under another number
    value: float | None  # of the study's metric; of a pruned one at its last evaluation
    evaluations: int
    seconds: float | None
    values: Mapping[str, object]  # dotted key → what was tried
    error: str = ""  # why it failed


def best_of(trials: Sequence[Tried]) -> Tried | None:
    """Return the best one that was trained to its end, of equals the first."""
    whole = [trial for trial in trials if trial.state == COMPLETE]
    return max(whole, key=lambda trial: trial.value or 0.0, default=None)


def trials_csv(trials: Sequence[Tried], tune: TuneSettings) -> str:
    """Return one row a trial; lists and mappings are JSON."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["trial", "state", tune.metric, "evaluations", "seconds", *tune.ranges, "error"])
    for each in trials:
        seconds = "" if each.seconds is None else round(each.seconds, 1)
        tried = [_exact(each.values.get(key, "")) for key in tune.ranges]
        table.writerow([each.number, each.state, each.value, each.evaluations, seconds, *tried, each.error])
    return stream.getvalue()


def study_page(name: str, trials: Sequence[Tried], tune: TuneSettings) -> str:
    """Return the page as HTML."""
    environment = page_environment()
    environment.filters["shown"] = shown
    return environment.get_template(TEMPLATE).render(
        name=name, trials=trials, tune=tune, best=best_of(trials), charts=_charts(trials, tune)
    )


def shown(value: object) -> str:
    """Return a value on one line, a number to four digits."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return _exact(value)


def _exact(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _charts(trials: Sequence[Tried], tune: TuneSettings) -> Mapping[str, Markup]:
    """Draw the metric over the trials and over each key."""
    known = [trial for trial in trials if trial.value is not None]
    points = [(trial.number, trial.value or 0.0, trial.state) for trial in known]
    charts = {"trial": trials_chart(points, tune.metric, log=False)}
    for key, settings in tune.ranges.items():
        tried = [
            (
                shown(trial.values[key]) if settings.choices else trial.values[key],
                trial.value or 0.0,
                trial.state,
            )
            for trial in known
        ]
        charts[key] = trials_chart(tried, tune.metric, log=settings.log)
    return charts
