"""Tracking that never ends a training: what could not be logged is a line in `problems`."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from syto.tracking.environment import LAST_TRY, URI, tracking_environment
from syto.tracking.failures import Failures
from syto.tracking.flatten import flatten
from syto.tracking.settings import TrackingSettings

Result = TypeVar("Result")


@dataclass
class Tracker:
    """One MLflow run; a tracker that is off takes every call and does nothing."""

    settings: TrackingSettings
    run_id: str | None = None  # None: off, or MLflow could not be reached
    _on: bool = False
    _failures: Failures = field(default_factory=Failures)

    @classmethod
    @contextmanager
    def open(
        cls, settings: TrackingSettings, run_name: str, run_id: str | None = None, active: bool = True
    ) -> Iterator["Tracker"]:
        """Start a run, or go on with `run_id`, and end it with the block; unless `active`, do nothing."""
        if not (settings.enabled and active):
            yield cls(settings)
            return
        tracker = cls(settings, _on=True)
        with tracking_environment():
            tracker._start(run_name, run_id)
            status = "FAILED"
            try:
                yield tracker
                status = "FINISHED"
            except KeyboardInterrupt:
                status = "KILLED"
                raise
            finally:
                tracker._end(status)

    def _start(self, name: str, run_id: str | None) -> None:
        uri = self.uri
        self.run_id = self._attempt("the run", lambda: _mlflow_run().start(uri, self.settings, name, run_id))
        if self.run_id is None:
            self._failures.stopped = True
        elif run_id not in (None, self.run_id):
            self._failures.note(
                f"more of run {run_id}", f"{uri} has it no longer; it goes on as {self.run_id}"
            )

    def _end(self, status: str) -> None:
        """End the run; after an outage briefly, since MLflow else tries for long when Python ends."""
        if self._failures.stopped:
            os.environ.update(LAST_TRY)
        self._failures.attempt("the end of the run", lambda: _mlflow_run().end(status), last=True)

    def _attempt(self, what: str, action: Callable[[], Result]) -> Result | None:
        return self._failures.attempt(what, action) if self._on else None

    @property
    def uri(self) -> str:
        """Where the run is tracked; the environment wins."""
        return os.environ.get(URI) or self.settings.uri

    @property
    def problems(self) -> list[str]:
        """What was not logged, and why."""
        return self._failures.lines()

    def log_params(self, settings: Mapping[str, object]) -> None:
        """Log nested settings by dotted key; long values become files in `params/`."""
        short, long = flatten(settings)
        self._attempt("parameters", lambda: _mlflow_run().log_params(short))
        for key, value in long.items():
            self.log_text(value, f"params/{key}.json")

    def log_metrics(self, metrics: Mapping[str, float], step: int) -> None:
        """Log the metrics of one step."""
        self._attempt("metrics", lambda: _mlflow_run().log_metrics(metrics, step))

    def log_text(self, text: str, name: str) -> None:
        """Log a text as a file of the run, such as `params/x.json`."""
        self._attempt(name, lambda: _mlflow_run().log_text(text, name))

    def log_artifact(self, path: Path) -> None:
        """Log a file or a folder."""
        self._attempt(path.name, lambda: _mlflow_run().log_artifact(path))

    def log_dataset(self, name: str, path: Path, digest: str, context: str) -> None:
        """Log a data set as an input of the run; `context` is its split."""
        self._attempt(f"{name} {context}", lambda: _mlflow_run().log_dataset(name, path, digest, context))

    def log_bundle(
        self, folder: Path, example: Sequence[Mapping[str, str]], ratings: Sequence[Path], default_name: str
    ) -> str | None:
        """Log and register a bundle as the model that is called `challenger`; return its URI."""
        name = self.settings.registered_model or default_name
        return self._attempt(
            f"the model {name}", lambda: _registered_model().log_bundle(folder, example, ratings, name)
        )


def _mlflow_run() -> ModuleType:
    """Import what calls MLflow once it is wanted: it takes seconds, and may itself fail."""
    from syto.tracking import mlflow_run

    return mlflow_run


def _registered_model() -> ModuleType:
    from syto.tracking import registered_model

    return registered_model
