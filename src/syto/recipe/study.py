"""The Optuna study of `syto tune`: its folder, what is tried next, and what was found."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import optuna
from filelock import FileLock, Timeout
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.pruners import MedianPruner
from optuna.samplers import TPESampler
from optuna.trial import FrozenTrial, Trial, TrialState

from syto.config import Config, dump_config, load_config, value_at
from syto.errors import SytoError, UserError
from syto.report.study_page import Tried
from syto.tables.whole import write_text
from syto.tracking.flatten import flatten
from syto.training.run_folder import RunFolder
from syto.training.tune_settings import RangeSettings, TuneSettings

ERROR, MLFLOW_RUN = "error", "mlflow_run"  # what is noted of a trial or, the latter, of the study
_JUDGED_FROM = 34  # percent of a training before which none is pruned; in epochs, schedules do not compare
_PREPARED = "prepared"  # noted of the study: the digest of the data


@dataclass(frozen=True, slots=True)
class StudyFolder:
    """The folder `runs/<name>-tune` of one study."""

    path: Path

    @property
    def database(self) -> Path:
        """Optuna's own, which its tools read: every trial, its parameters and its evaluations."""
        return self.path / "study.db"

    @property
    def config(self) -> Path:
        """The resolved config with its ranges, that the study was begun with."""
        return self.path / "study.yaml"

    @property
    def best(self) -> Path:
        """The best config so far, whole, for `syto train`."""
        return self.path / "best.yaml"

    @property
    def table(self) -> Path:
        """One row a trial."""
        return self.path / "trials.csv"

    @property
    def page(self) -> Path:
        """The same to look at."""
        return self.path / "study.html"

    @property
    def trial(self) -> RunFolder:
        """The run folder of the trial in hand; nothing of it is kept."""
        return RunFolder(self.path / "trial")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder; `SytoError` while another process does, whose trial would be taken for killed."""
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / "lock", timeout=0):
                yield
        except Timeout:
            raise SytoError(f"another process tunes in {self.path}; wait for its end") from None

    def set_aside(self) -> Path:
        """Give an earlier study a name of its own, with the time."""
        with self.held():
            return self.path.rename(f"{self.path}-{datetime.now(UTC):%Y%m%d-%H%M%S}")


def open_study(folder: StudyFolder, config: Config, tune: TuneSettings, digest: str) -> optuna.Study:
    """Begin the study, or go on with the one that is there; `UserError` where its trials do not compare.

    A trial that was killed is marked as failed, and what it tried is tried again.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    known = folder.database.is_file() and folder.config.is_file()
    if known:
        _check_same(folder, config)
    else:
        write_text(folder.config, dump_config(config))
    study = optuna.create_study(
        storage=f"sqlite:///{folder.database}",
        study_name=config.name,
        direction="maximize",
        load_if_exists=True,
        pruner=MedianPruner(n_startup_trials=tune.startup, n_warmup_steps=_JUDGED_FROM),
    )
    if study.user_attrs.setdefault(_PREPARED, digest) != digest:
        raise UserError(
            f"the prepared data changed since {folder.path} was begun; begin anew with --no-resume"
        )
    study.set_user_attr(_PREPARED, digest)
    if not study.trials:
        _try_first(study, config, tune)
    _try_killed_again(study)
    return study


def _check_same(folder: StudyFolder, config: Config) -> None:
    before, now = (_compared(each) for each in (load_config(folder.config), config))
    changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise UserError(
            f"{folder.path} holds a study with another {changed[0]}{more}, whose trials do not compare; go "
            f"on with {folder.config}, begin anew with --no-resume, or give another name"
        )


def _compared(config: Config) -> Mapping[str, str]:
    """Return all that the trials of a study must share: how many they are is free."""
    settings = config.model_dump(mode="json", exclude={"tracking": True, "tune": {"trials"}})
    short, long = flatten(settings)
    return {**short, **long}


def _try_first(study: optuna.Study, config: Config, tune: TuneSettings) -> None:
    """Begin with the config as it is, if it lies within the ranges: what is found is set against it."""
    values = {key: value_at(config, key) for key in tune.ranges}
    if all(tune.ranges[key].holds(value) for key, value in values.items()):
        study.enqueue_trial({key: _drawn(value) for key, value in values.items()})


def _try_killed_again(study: optuna.Study) -> None:
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
        study.enqueue_trial(trial.params, user_attrs={MLFLOW_RUN: trial.user_attrs.get(MLFLOW_RUN)})


def ask(study: optuna.Study, tune: TuneSettings, seed: int) -> Trial:
    """Draw the next trial; a study that was killed draws what it would have drawn."""
    study.sampler = TPESampler(seed=seed + len(done(study)), n_startup_trials=tune.startup)
    return study.ask({key: _distribution(each) for key, each in tune.ranges.items()})


def values_of(params: Mapping[str, object], tune: TuneSettings) -> dict[str, object]:
    """Return dotted key → value of what was drawn."""
    return {
        key: next((each for each in tune.ranges[key].choices if _drawn(each) == value), value)
        for key, value in params.items()
    }


def done(study: optuna.Study) -> list[FrozenTrial]:
    """Return the trials that count: finished, pruned, or failed by themselves, not killed."""
    return [trial for trial in _ended(study) if trial.state != TrialState.FAIL or ERROR in trial.user_attrs]


def tried(study: optuna.Study, tune: TuneSettings) -> Sequence[Tried]:
    """Return what people look at, one record a trial that ended."""
    return [_tried(trial, tune) for trial in _ended(study)]


def _ended(study: optuna.Study) -> list[FrozenTrial]:
    return [trial for trial in study.get_trials(deepcopy=False) if trial.state.is_finished()]


def _tried(trial: FrozenTrial, tune: TuneSettings) -> Tried:
    ended = ERROR in trial.user_attrs or trial.state != TrialState.FAIL
    return Tried(
        number=trial.number,
        state=trial.state.name.lower() if ended else "killed",
        value=trial.value,
        evaluations=len(trial.intermediate_values),
        seconds=trial.duration.total_seconds() if trial.duration and ended else None,
        values=values_of(trial.params, tune),
        error=str(trial.user_attrs.get(ERROR, "")),
    )


def _distribution(settings: RangeSettings) -> BaseDistribution:
    low, high, step = settings.low, settings.high, settings.step
    if low is None or high is None:
        return CategoricalDistribution([_drawn(choice) for choice in settings.choices])
    if isinstance(low, int) and isinstance(high, int) and isinstance(step, int | None):
        return IntDistribution(low, high, log=settings.log, step=step or 1)
    return FloatDistribution(low, high, log=settings.log, step=step)


def _drawn(value: Any) -> Any:  # noqa: ANN401 - whatever stands in YAML
    """Return a choice as Optuna keeps it: lists and mappings as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value
