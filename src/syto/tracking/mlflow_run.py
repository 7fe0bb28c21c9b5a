"""The calls to MLflow; each may raise, and `Tracker` guards them."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import mlflow
import sqlalchemy
from mlflow.data.dataset_source_registry import resolve_dataset_source
from mlflow.data.meta_dataset import MetaDataset
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST, ErrorCode

from syto.tracking.settings import TrackingSettings

_BATCH = 100  # parameters that MLflow takes at once
_LONGEST_DIGEST = 36  # characters that MLflow takes; the whole one is a tag
_DATABASES = ("sqlite", "postgresql", "mysql", "mssql")


def start(uri: str, settings: TrackingSettings, name: str, run_id: str | None) -> str:
    """Start a run, or go on with one; return its id. A run that is gone is started anew.

    Within another run of this process it is a child of that one.
    """
    _check_database(uri)
    mlflow.set_tracking_uri(uri)
    nested = mlflow.active_run() is not None
    if run_id is not None and _exists(run_id):
        run = mlflow.start_run(run_id=run_id, nested=nested, log_system_metrics=_system_metrics())
        return str(run.info.run_id)
    experiment = _experiment(uri, settings.experiment)
    run = mlflow.start_run(
        experiment_id=experiment, run_name=name, nested=nested, log_system_metrics=_system_metrics()
    )
    return str(run.info.run_id)


def _system_metrics() -> bool | None:
    """Leave it to the environment, but do without where psutil is missing: MLflow would not start the run."""
    return None if find_spec("psutil") else False


def end(status: str) -> None:
    """End the run as FINISHED, FAILED or KILLED."""
    try:
        mlflow.end_run(status)
    finally:
        if mlflow.active_run() is None:  # else the run around this one goes on
            mlflow.set_tracking_uri(None)  # type: ignore[arg-type] # back to what the environment says


def _check_database(uri: str) -> None:
    """Open a database once: MLflow would try a broken one for minutes."""
    if not uri.startswith(_DATABASES):
        return
    _local_folder(uri)
    engine = sqlalchemy.create_engine(uri)
    try:
        engine.connect().close()
    finally:
        engine.dispose()


def _local_folder(uri: str) -> Path | None:
    """Return the folder of an SQLite file, made when it is missing."""
    database = sqlalchemy.engine.make_url(uri).database
    if not uri.startswith("sqlite") or not database:
        return None
    folder = Path(database).resolve().parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _exists(run_id: str) -> bool:
    try:
        mlflow.get_run(run_id)
    except MlflowException as error:
        if error.error_code == ErrorCode.Name(RESOURCE_DOES_NOT_EXIST):
            return False
        raise
    return True


def _experiment(uri: str, name: str) -> str:
    """Return the id of an experiment, made when it is missing; the files of an SQLite one lie beside it."""
    client = mlflow.MlflowClient()
    if known := client.get_experiment_by_name(name):
        return str(known.experiment_id)
    folder = _local_folder(uri) if uri.startswith("sqlite") else None
    location = (folder / "mlartifacts").as_uri() if folder else None
    return str(client.create_experiment(name, artifact_location=location))


def log_params(params: Mapping[str, str]) -> None:
    """Log flat parameters."""
    items = list(params.items())
    for first in range(0, len(items), _BATCH):
        mlflow.log_params(dict(items[first : first + _BATCH]))


def log_metrics(metrics: Mapping[str, float], step: int) -> None:
    """Log the metrics of one step."""
    mlflow.log_metrics(dict(metrics), step=step)


def log_text(text: str, name: str) -> None:
    """Log a text as a file of the run."""
    mlflow.log_text(text, name)


def log_artifact(path: Path) -> None:
    """Log a file, or a folder with all that is in it."""
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    mlflow.log_artifact(str(path))


def log_dataset(name: str, path: Path, digest: str, context: str) -> None:
    """Log what was read, by name, place and digest; the texts stay where they are."""
    source = resolve_dataset_source(path.resolve().as_uri())
    dataset = MetaDataset(source, name=name, digest=digest[:_LONGEST_DIGEST])  # type: ignore[abstract]
    mlflow.log_input(dataset, context=context, tags={"sha256": digest})
