"""A run in MLflow; a tracking failure is a warning and a line in `problems`, never the end of a training."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import mlflow
from mlflow.data.dataset_source_registry import resolve_dataset_source
from mlflow.data.meta_dataset import MetaDataset

from syto.tracking.registered_model import log_scoring_model
from syto.tracking.settings import TrackingSettings

ALIAS = "challenger"
_LONGEST_PARAMETER = 500  # characters; a longer value goes into a file
_FAILURES_UNTIL_SILENCE = 2  # then the server is taken to be away and is not asked again
# A server that is away must not hold up a training; what the user has set stays.
_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_SQLALCHEMYSTORE_POOL_PRE_PING": "true",
}
logger = logging.getLogger(__name__)


class Tracker:
    """One MLflow run, or nothing where tracking is off or failed."""

    def __init__(self, settings: TrackingSettings, run_name: str) -> None:
        self._settings = settings
        self._run_name = run_name
        self._failures = 0
        self._open = False
        self.uri = os.environ.get("MLFLOW_TRACKING_URI") or settings.uri
        self.run_id: str | None = None
        self.problems: list[str] = []

    @classmethod
    def open(
        cls, settings: TrackingSettings, run_name: str, run_id: str | None = None, active: bool = True
    ) -> Self:
        """Start a run, or go on with `run_id`; `active=False` for the further processes of one training."""
        tracker = cls(settings, run_name)
        if settings.enabled and active:
            tracker._guarded("the run itself", lambda: tracker._start(run_id))
            if tracker.run_id is None:
                tracker._failures = _FAILURES_UNTIL_SILENCE
        return tracker

    def _start(self, run_id: str | None) -> None:
        for name, value in _PATIENCE.items():
            os.environ.setdefault(name, value)
        mlflow.set_tracking_uri(self.uri)
        if self.uri.startswith("sqlite:///"):
            self._prepare_folder(Path(self.uri.removeprefix("sqlite:///")))
        mlflow.set_experiment(self._settings.experiment)
        run = mlflow.start_run(run_id=run_id, run_name=None if run_id else self._run_name)
        self.run_id, self._open = run.info.run_id, True

    def _prepare_folder(self, database: Path) -> None:
        """Keep the artefacts beside the database instead of in ./mlruns."""
        database.parent.mkdir(parents=True, exist_ok=True)
        if mlflow.get_experiment_by_name(self._settings.experiment) is None:
            artefacts = (database.parent / "mlflow-artifacts").resolve()
            mlflow.create_experiment(self._settings.experiment, artifact_location=artefacts.as_uri())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._open:
            self._guarded("the end of the run", lambda: mlflow.end_run("FAILED" if kind else "FINISHED"))

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Log nested settings under dotted names; long values as one file."""
        flat = {name: str(value) for name, value in flatten(params)}
        long = {name: value for name, value in flat.items() if len(value) > _LONGEST_PARAMETER}
        self._do("parameters", lambda: mlflow.log_params({k: v for k, v in flat.items() if k not in long}))
        if long:
            self._do("long parameters", lambda: mlflow.log_dict(long, "long_parameters.json"))

    def log_metrics(self, metrics: Mapping[str, float], step: int) -> None:
        """Log numbers of one step."""
        self._do("metrics", lambda: mlflow.log_metrics(dict(metrics), step=step))

    def log_artifact(self, path: Path) -> None:
        """Log a file."""
        self._do(f"the file {path.name}", lambda: mlflow.log_artifact(str(path)))

    def log_dataset(self, name: str, path: Path, digest: str, context: str) -> None:
        """Log an input data set by its name and the digest of its file; the texts stay where they are."""

        def log() -> None:
            source = resolve_dataset_source(str(path))
            # MLflow keeps 36 characters of a digest
            mlflow.log_input(
                MetaDataset(source, name=f"{name}-{context}", digest=digest[:32]), context=context
            )

        self._do(f"the data set {name}-{context}", log)

    def log_bundle(
        self, folder: Path, example: Sequence[Mapping[str, str]], ratings: Sequence[Path], default_name: str
    ) -> None:
        """Log the bundle as a pyfunc model, register it, and give the new version the alias `challenger`."""
        name = self._settings.registered_model or default_name

        def log() -> None:
            version = log_scoring_model(folder, example, ratings, name)
            mlflow.MlflowClient().set_registered_model_alias(name, ALIAS, version)

        self._do(f"the model {name}", log)

    def _do(self, what: str, action: Callable[[], object]) -> None:
        if self._settings.enabled and (self._open or self._failures):
            self._guarded(what, action)

    def _guarded(self, what: str, action: Callable[[], object]) -> None:
        if self._failures >= _FAILURES_UNTIL_SILENCE:
            self._remember(f"{what} (not tried: tracking failed before)")
            return
        try:
            with _as_one_user():
                action()
        except Exception as error:  # noqa: BLE001 - whatever MLflow raises must not end a training
            self._failures += 1
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            self._remember(f"{what}: {reason}")

    def _remember(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)
            logger.warning("MLflow at %s did not take %s", self.uri, problem)


@contextmanager
def _as_one_user() -> Iterator[None]:
    """Keep MLflow's own progress notes from the screen while it works."""
    noisy = logging.getLogger("mlflow")
    level = noisy.level
    noisy.setLevel(logging.ERROR)
    try:
        yield
    finally:
        noisy.setLevel(level)


def flatten(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted name and value of each leaf; lists of mappings are numbered."""
    for key, value in settings.items():
        name = f"{prefix}{key}"
        if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            value = {str(position): item for position, item in enumerate(value)}
        if isinstance(value, Mapping) and value:
            yield from flatten(value, f"{name}.")
        else:
            yield name, value
