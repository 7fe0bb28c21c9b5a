"""A bundle as a registered MLflow model, by models-from-code: nothing of ours is pickled."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import mlflow
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec

from syto import __version__
from syto.corpus.columns import KNOWN_NAMES
from syto.errors import UserError
from syto.inference.scored_row import output_columns
from syto.model.bundle import read_bundle
from syto.tracking import pyfunc_model
from syto.tracking.environment import URI, tracking_environment
from syto.tracking.pyfunc_model import BUNDLE, KEEP_INPUT, RATINGS
from syto.tracking.settings import TrackingSettings

ALIAS = "challenger"
_TYPES = {"text": DataType.string, "json": DataType.string, "number": DataType.double}
# Said outright: MLflow would otherwise run the model to find out.
_REQUIREMENTS = [f"syto=={__version__}", f"mlflow=={mlflow.__version__}", f"pandas=={pd.__version__}"]


def log_bundle(folder: Path, example: Sequence[Mapping[str, str]], ratings: Sequence[Path], name: str) -> str:
    """Log the bundle with the active run and register it as the challenger; return the model's URI.

    The ratings go with it, so that its rows are those of `syto score --ratings ...`.
    """
    logged = mlflow.pyfunc.log_model(
        name="bundle",
        python_model=str(pyfunc_model.__file__),
        artifacts={BUNDLE: str(folder.resolve()), **_ratings(ratings)},
        signature=_signature(folder),
        input_example=pd.DataFrame(list(example)) if example else None,
        pip_requirements=_REQUIREMENTS,
        metadata={"columns": {field: list(names) for field, names in KNOWN_NAMES.items()}},
        registered_model_name=name,
    )
    version = logged.registered_model_version
    mlflow.MlflowClient().set_registered_model_alias(name, ALIAS, str(version))
    return f"models:/{name}/{version}"


def fetch_bundle(uri: str) -> tuple[Path, list[Path]]:
    """Download a registered bundle, such as `models:/syto-news@champion`; return it and its ratings."""
    with tracking_environment():
        mlflow.set_tracking_uri(os.environ.get(URI) or TrackingSettings().uri)
        try:
            folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
            logged = mlflow.models.Model.load(folder).flavors["python_function"]["artifacts"]
        except (MlflowException, OSError, KeyError) as error:
            raise UserError(
                f"{uri} cannot be loaded: {str(error).splitlines()[0]}; "
                "check the name, and MLFLOW_TRACKING_URI"
            ) from error
        finally:
            mlflow.set_tracking_uri(None)  # type: ignore[arg-type] # back to what the environment says
    paths = {name: folder / each["path"] for name, each in logged.items()}
    return paths.pop(BUNDLE), [paths[name] for name in sorted(paths)]


def _ratings(paths: Sequence[Path]) -> dict[str, str]:
    return {f"{RATINGS}{position:03}": str(path.resolve()) for position, path in enumerate(paths)}


def _signature(folder: Path) -> ModelSignature:
    """Declare the output alone: where an input is declared, MLflow drops and reorders its columns."""
    tasks = [head.task for head in read_bundle(folder).manifest.heads]
    outputs: list[ColSpec | TensorSpec] = [
        ColSpec(_TYPES[kind], name, required=False) for name, kind in output_columns(tasks).items()
    ]
    params = ParamSchema([ParamSpec(KEEP_INPUT, DataType.boolean, default=True)])
    return ModelSignature(outputs=Schema(outputs), params=params)
