"""A bundle as a registered MLflow model, by models-from-code: no pickle of ours is stored."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import mlflow
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema

from syto import __version__
from syto.inference.rows import output_columns
from syto.model.bundle import read_bundle
from syto.tracking import pyfunc_model
from syto.tracking.pyfunc_model import BUNDLE, INPUTS, RATINGS

_TYPES = {"text": DataType.string, "json": DataType.string, "number": DataType.double}


def log_scoring_model(
    folder: Path, example: Sequence[Mapping[str, str]], ratings: Sequence[Path], name: str
) -> str:
    """Log and register the bundle in the active run; return the version."""
    rows = [{column: row.get(column, "") for column in INPUTS} for row in example]
    logged = mlflow.pyfunc.log_model(
        name="model",
        python_model=pyfunc_model.__file__,
        artifacts={BUNDLE: str(folder), **_ratings(ratings)},
        signature=_signature(folder),
        input_example=rows or None,
        pip_requirements=[f"syto=={__version__}", "pandas"],
        registered_model_name=name,
    )
    return str(logged.registered_model_version)


def _ratings(paths: Sequence[Path]) -> dict[str, str]:
    return {f"{RATINGS}{position}": str(path) for position, path in enumerate(paths)}


def _signature(folder: Path) -> ModelSignature:
    """Every input column may be missing: an article can be a headline alone."""
    tasks = [head.task for head in read_bundle(folder).manifest.heads]
    inputs = [ColSpec(DataType.string, name, required=False) for name in INPUTS]
    kinds = output_columns(tasks).items()
    outputs = [ColSpec(_TYPES[kind], name, required=False) for name, kind in kinds]
    echoed = [ColSpec(DataType.string, name, required=False) for name in INPUTS]
    return ModelSignature(Schema(inputs), Schema(echoed + outputs))
