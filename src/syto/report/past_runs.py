"""What past runs say of themselves, read from their folders in whatever state those are."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from syto.errors import SytoError, UserError
from syto.evaluation.results import RESULTS, TRANSFORMER, Estimate
from syto.model.bundle import MANIFEST, read_manifest
from syto.training.run_folder import RunFolder

ABSENT = "–"  # of a key that other runs of the same config have
_TIMED = re.compile(r"(?P<name>.+)-(?P<time>\d{8}-\d{6})")  # how run folders are called
_OF_TASK = "eval_macro_f1_"
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, StopIteration, RecursionError, YAMLError, SytoError)
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run folder; what it lacks is empty."""

    path: Path
    when: datetime  # of its start, UTC
    state: str
    config: Mapping[str, str] = field(default_factory=dict)  # dotted key → value as JSON
    validation: Mapping[str, float] = field(default_factory=dict)  # task → macro-F1 at the best step
    test: Mapping[str, Estimate] = field(default_factory=dict)  # task → macro-F1
    size: int | None = None  # bytes of the bundle or encoder that it made
    fingerprint: str = ""  # of the bundle
    problems: Sequence[str] = ()  # what could not be read, and why


def past_runs(root: Path, last: int) -> list[PastRun]:
    """Return the last runs in a folder, the newest last; `UserError` where there is no such folder."""
    if not root.is_dir():
        raise UserError(f"{root} is no folder of runs; `syto train CONFIG` makes one in runs/, or name yours")
    begun = sorted((_begun(path), path) for path in root.iterdir() if _is_run(path))
    return [_read(path, when) for when, path in begun[-last:]]


def differing(run: PastRun, runs: Sequence[PastRun]) -> dict[str, str]:
    """Return the keys in which runs of the same config name differ, with what this one has there."""
    own = run.config
    alike = [each.config for each in runs if each.config.get("name") == own.get("name")] if own else []
    keys = dict.fromkeys(chain.from_iterable(alike))
    differ = [key for key in keys if len({config.get(key, ABSENT) for config in alike}) > 1]
    return {key: own.get(key, ABSENT) for key in differ}


def _is_run(path: Path) -> bool:
    return path.is_dir() and (RunFolder(path).config.is_file() or bool(_TIMED.fullmatch(path.name)))


def _begun(path: Path) -> datetime:
    """Take the time from the name, and of a folder that was renamed from its config."""
    try:
        timed = _TIMED.fullmatch(path.name)
        return datetime.strptime(f"{timed['time'] if timed else ''}+0000", "%Y%m%d-%H%M%S%z")
    except ValueError:
        config = RunFolder(path).config
        return datetime.fromtimestamp((config if config.is_file() else path).stat().st_mtime, UTC)


def _read(path: Path, when: datetime) -> PastRun:
    folder, problems = RunFolder(path), list[str]()

    def tried(name: str, read: Callable[[Path], Read]) -> Read | None:
        try:
            return read(path / name)
        except _UNREADABLE as error:
            said = " ".join(str(error).split()) or type(error).__name__
            problems.append(f"{path / name} cannot be read ({said:.200}); mend or delete it")
            return None

    config = tried(folder.config.name, _config) or {}
    test = tried(RESULTS, _test) if (path / RESULTS).exists() else None
    validation = tried(folder.metrics.name, _validation) if folder.metrics.exists() else None
    fingerprint = tried("bundle", _fingerprint) if (folder.bundle / MANIFEST).exists() else None
    return PastRun(
        path=path,
        when=when,
        state=_state(folder, config),
        config=config,
        validation=validation or {},
        test=test or {},
        size=_size(folder.result()),
        fingerprint=fingerprint or "",
        problems=problems,
    )


def _state(folder: RunFolder, config: Mapping[str, str]) -> str:
    if folder.result() or (folder.path / RESULTS).exists():
        return "finished"
    if not config:
        return "broken"
    if not folder.prepared_digest.is_file():
        return f"unfinished, cannot be resumed without {folder.prepared_digest.name}"
    checkpoint = folder.last_checkpoint()
    at = f" from step {checkpoint.name.rpartition('-')[2]}" if checkpoint else ""
    return f"unfinished, can be resumed{at}"


def _config(path: Path) -> dict[str, str]:
    read = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    if not isinstance(read, dict):
        raise ValueError("it holds no config")
    return dict(_leaves(read))


def _leaves(value: object, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield dotted keys; what has a name in a list, such as a data set, goes by it."""
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        named = (each.get("name") if isinstance(each, dict) else None for each in value)
        value = {name or number: each for number, (name, each) in enumerate(zip(named, value, strict=True))}
    if isinstance(value, dict) and value:
        for name, below in value.items():
            yield from _leaves(below, f"{above}.{name}" if above else str(name))
    else:
        yield above, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _test(path: Path) -> dict[str, Estimate]:
    """Take the figures alone, so that results of other versions are read too."""
    figures = {}
    for head in json.loads(path.read_bytes())["heads"]:
        own = next(each for each in head["systems"] if each["system"] == TRANSFORMER)
        figures[head["task"]] = Estimate.model_validate(own["metrics"]["macro_f1"])
    return figures


def _validation(path: Path) -> dict[str, float]:
    """Return the macro-F1 of each task at the best step; of a run without tasks its last losses."""
    steps = [_numbers(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if judged := [step for step in steps if "eval_macro_f1" in step]:
        best = max(judged, key=lambda step: step["eval_macro_f1"])
        return {key.removeprefix(_OF_TASK): best[key] for key in best if key.startswith(_OF_TASK)}
    told = {key: value for step in steps for key, value in step.items()}
    losses = {key for key in told if key.startswith("eval_") and key.endswith("loss")}
    return {key.removeprefix("eval_"): told[key] for key in sorted(losses)}


def _numbers(line: str) -> dict[str, float]:
    """Read a line; nothing of one that a kill cut short, and no figure that is not a number."""
    try:
        step = json.loads(line, parse_constant=lambda _: None)
    except ValueError:
        return {}
    return {key: value for key, value in step.items() if isinstance(value, int | float)}


def _fingerprint(bundle: Path) -> str:
    return read_manifest(bundle).fingerprint


def _size(made: Path | None) -> int | None:
    return sum(file.stat().st_size for file in made.iterdir() if file.is_file()) if made else None
