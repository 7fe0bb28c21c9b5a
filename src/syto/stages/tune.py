"""`syto tune`: a study over keys of a config that training reads; its best config out."""

import gc
import math
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from optuna import Study, TrialPruned
from optuna.trial import Trial, TrialState

from syto.config import Config, dump_config, with_values
from syto.errors import UserError
from syto.recipe.corpus import Corpus, heads_of, read_corpus
from syto.recipe.fitting import fit_labels, network_of
from syto.recipe.run import RUNS, Run, log_splits
from syto.recipe.screen import say_problems
from syto.recipe.study import ERROR, MLFLOW_RUN, StudyFolder, ask, done, open_study, tried, values_of
from syto.records import Split
from syto.report.study_page import best_of, shown, study_page, trials_csv
from syto.requirements import check_requirements
from syto.tables.whole import write_text
from syto.terminal import give, say
from syto.tracking.tracker import Tracker
from syto.training.trainer import Evaluations, training_arguments
from syto.training.tune_settings import TuneSettings

READ: tuple[Split, ...] = ("train", "validation")
SPARING = {"save_only_model": True, "save_total_limit": 1}  # of `training`: no trial is resumed midway
_LONGEST_ERROR = 200  # characters


def tune(config: Config, trials: int | None = None, resume: bool | None = None) -> Path:
    """Try values of the keys of `tune.ranges` and write down the best; return the study's folder.

    It chooses by validation, and the test split is never read. A trial is trained and measured as `train`
    does it, without baselines, calibration and export; its figures are kept, its weights are not. A study
    that is there is gone on with, unless `resume` is False; True insists on one.
    """
    if config.tune is None:
        raise UserError("the config does not say what to tune; add `tune: {ranges: {KEY: {choices: []}}}`")
    _check_ranges(config, config.tune)
    corpus = read_corpus(config, READ)
    folder = StudyFolder(RUNS / f"{config.name}-tune")
    if resume and not folder.database.is_file():
        raise UserError(f"{folder.path} holds no study to go on with; begin one without --resume")
    if resume is False and folder.database.is_file():
        say(f"the earlier study is now {folder.set_aside()}")
    with folder.held():
        study = open_study(folder, config, config.tune, corpus.digest)
        known = study.user_attrs.get(MLFLOW_RUN)
        with Tracker.open(config.tracking, folder.path.name, known) as tracker:
            study.set_user_attr(MLFLOW_RUN, tracker.run_id)
            tuning = _Tuning(config, config.tune, corpus, folder, study, tracker)
            tuning.run(trials or config.tune.trials)
        say_problems(tracker)
    return folder.path


def _check_ranges(config: Config, tune: TuneSettings) -> None:
    """Raise `UserError` for a key that is not known, and for an end of a range that the config refuses."""
    for key, settings in tune.ranges.items():
        for end in settings.ends:
            varied = with_values(config, {key: end})
            check_requirements(varied, "tune", Path(f"tune.ranges.{key}"))
            arguments = training_arguments(varied.training, RUNS, varied.seed)
            if arguments.world_size > 1:
                raise UserError("syto tune trains in one process; start it without accelerate or torchrun")


@dataclass(frozen=True, slots=True)
class _Tuning:
    """A study at work."""

    config: Config
    settings: TuneSettings
    corpus: Corpus
    folder: StudyFolder
    study: Study
    tracker: Tracker  # of the parent run

    def run(self, wanted: int) -> None:
        """Try until so many trials are done."""
        self.tracker.log_params(self.config.model_dump(mode="json", exclude={"tune": {"trials"}}))
        log_splits(self.config, self.tracker, READ)
        if before := len(done(self.study)):
            say(f"{self.folder.path}: going on after {before} of {wanted} trials")
        while (count := len(done(self.study))) < wanted:
            trial = ask(self.study, self.settings, self.config.seed)
            values = values_of(trial.params, self.settings)
            listed = ", ".join(f"{key}={shown(value)}" for key, value in values.items())
            say(f"trial {count + 1} of {wanted}: {listed}")
            self._try(trial, values)
            self._write()
        self._end()

    def _try(self, trial: Trial, values: Mapping[str, object]) -> None:
        """Train one trial in a run of its own below the study's."""
        shutil.rmtree(self.folder.trial.path, ignore_errors=True)  # of one that was killed
        known, tracked = trial.user_attrs.get(MLFLOW_RUN), self.tracker.run_id is not None
        name = f"{self.folder.path.name}-{trial.number}"
        began = time.monotonic()
        with Tracker.open(self.config.tracking, name, known, tracked) as tracker:
            trial.set_user_attr(MLFLOW_RUN, tracker.run_id)
            tracker.log_params(values)
            ended = self._told(trial, values, tracker)
            tracker.log_params({"ended": ended})
        shutil.rmtree(self.folder.trial.path, ignore_errors=True)
        gc.collect()  # a trainer holds itself in a circle: its weights go before the next are loaded
        say(f"  {ended}, after {time.monotonic() - began:.0f} s")
        say_problems(tracker)

    def _told(self, trial: Trial, values: Mapping[str, object], tracker: Tracker) -> str:
        """Tell the study how a trial ended, and return it in words."""
        try:
            value = self._measured(trial, with_values(self.config, values), tracker)
        except TrialPruned as pruned:
            self.study.tell(trial, state=TrialState.PRUNED)
            return f"pruned: {pruned}"
        except (UserError, RuntimeError) as error:  # values that do not go together; no memory for them
            if not done(self.study):
                raise  # the very first: more likely the config than the values
            trial.set_user_attr(ERROR, str(error)[:_LONGEST_ERROR])
            self.study.tell(trial, state=TrialState.FAIL)
            return f"failed: {error}"
        self.study.tell(trial, value)
        tracker.log_metrics({self.settings.metric: value}, 0)
        return f"{self.settings.metric} {value:.4f}"

    def _measured(self, trial: Trial, config: Config, tracker: Tracker) -> float:
        """Train, and return the metric of the network and its n-grams on validation; may be pruned."""
        folder, metric = self.folder.trial, self.settings.metric
        folder.path.mkdir()
        heads = heads_of(config, self.corpus.splits["train"])
        arguments = training_arguments({**config.training, **SPARING}, folder.checkpoints, config.seed)

        def judge(metrics: Mapping[str, float], percent: int) -> None:
            value = metrics[f"eval_{metric}"]
            trial.report(value, percent)
            if trial.should_prune():
                raise TrialPruned(f"{metric} {value:.4f} after {percent}% of the training")

        run = Run(config, self.corpus, heads, arguments, folder, tracker)
        trainer = fit_labels(run, [Evaluations(judge)])
        network_of(run, trainer).to(arguments.device)  # type: ignore[arg-type]
        told = trainer.predict(trainer.eval_dataset, metric_key_prefix="final")  # type: ignore[arg-type]
        value = (told.metrics or {})[f"final_{metric}"]
        if math.isnan(value):
            raise UserError(f"tune.metric: no validation article has a label to measure {metric} by")
        return value

    def _write(self) -> None:
        """Write what the study knows so far: a table, a page, the best config."""
        trials = tried(self.study, self.settings)
        write_text(self.folder.table, trials_csv(trials, self.settings))
        write_text(self.folder.page, study_page(self.config.name, trials, self.settings))
        if best := best_of(trials):
            write_text(self.folder.best, dump_config(with_values(self.config, best.values)))

    def _end(self) -> None:
        self._write()
        for path in (self.folder.table, self.folder.page, self.folder.best):
            self.tracker.log_artifact(path)
        best = best_of(tried(self.study, self.settings))
        give(
            {
                "metric": self.settings.metric,
                "trials": len(done(self.study)),
                "best": asdict(best) if best else None,
                "config": self.folder.best if best else None,
                "table": self.folder.table,
                "page": self.folder.page,
            }
        )
        if best:
            self.tracker.log_metrics({f"best_{self.settings.metric}": best.value or 0.0}, 0)
            say(f"best: {self.settings.metric} {best.value:.4f} on validation, trial {best.number}")
        say(f"trials: {self.folder.table} and {self.folder.page}")
        say(f"next: syto train {self.folder.best}, then syto evaluate: the test split was not read")
