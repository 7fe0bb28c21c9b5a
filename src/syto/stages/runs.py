"""`syto runs`: the last runs beside each other, as their folders tell."""

from collections.abc import Mapping
from pathlib import Path

from syto.evaluation.results import Estimate
from syto.report.past_runs import PastRun, differing, past_runs
from syto.terminal import Listing, give, say

_COLUMNS = ("run", "begun (UTC)", "state", "differs in", "validation", "test macro-F1", "size", "fingerprint")
_STYLES = {"finished": "green", "broken": "red"}
_KEYS, _LONGEST = 12, 80  # keys of a run that a table shows, and characters of a value


def runs(folder: Path, last: int) -> None:
    """Give the last runs of a folder, the newest last; what cannot be read of one is told, and no more."""
    found = past_runs(folder, last)
    differ = [differing(run, found) for run in found]
    rows = [_row(run, keys) for run, keys in zip(found, differ, strict=True)]
    facts = [_facts(run, keys) for run, keys in zip(found, differ, strict=True)]
    give({"runs": facts}, Listing(_COLUMNS, rows, styles=_STYLES) if rows else f"{folder} holds no run yet")
    for problem in (problem for run in found for problem in run.problems):
        say(problem, "yellow")
    if any("can be resumed" in run.state for run in found):
        say("an unfinished run goes on with the verb and config that began it and --run FOLDER")


def _row(run: PastRun, keys: Mapping[str, str]) -> tuple[str, ...]:
    return (
        run.path.name,
        f"{run.when:%Y-%m-%d %H:%M}",
        run.state,
        "\n".join(_differs(keys)),
        "\n".join(f"{name} {value:.3f}" for name, value in run.validation.items()),
        "\n".join(f"{task} {_figure(estimate)}" for task, estimate in run.test.items()),
        "" if run.size is None else f"{run.size / 1e6:,.1f} MB",
        run.fingerprint,
    )


def _differs(keys: Mapping[str, str]) -> list[str]:
    told = [f"{key}={_short(value)}" for key, value in keys.items()]
    more = [f"and {len(told) - _KEYS} more keys (--json has all)"] if len(told) > _KEYS else []
    return told[:_KEYS] + more


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def _figure(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    interval = "" if estimate.low is None else f" ({estimate.low:.3f}–{estimate.high:.3f})"
    return f"{estimate.value:.3f}{interval}"


def _facts(run: PastRun, keys: Mapping[str, str]) -> dict[str, object]:
    return {
        "run": run.path,
        "begun": run.when.isoformat(),
        "state": run.state,
        "differs": keys,
        "validation": run.validation,
        "test": {task: estimate.model_dump() for task, estimate in run.test.items()},
        "bytes": run.size,
        "fingerprint": run.fingerprint or None,
        "problems": run.problems,
    }
