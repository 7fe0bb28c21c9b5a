"""What MLflow runs for a registered bundle: the same model as `syto.load()` gives, the same rows.

MLflow stores this file with the model and executes it when it loads one (models from code).
"""

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from syto.inference.backends import choose_backend
from syto.inference.frames import text_cells
from syto.inference.loaded import Model
from syto.model.bundle import read_bundle
from syto.sources.registry import Registry

BUNDLE, RATINGS = "bundle", "ratings_"  # names of the artefacts


class SytoModel(PythonModel):
    """Scores a data frame of articles."""

    def load_context(self, context: PythonModelContext) -> None:
        """Open the bundle and the ratings that were logged with it."""
        ratings = sorted(name for name in context.artifacts if name.startswith(RATINGS))
        paths = [Path(context.artifacts[name]) for name in ratings]
        bundle = read_bundle(Path(context.artifacts[BUNDLE]))
        self._model = Model(bundle, choose_backend(bundle), Registry.consulted(paths))

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return one row for each row: cells of the input as text, then the columns of `syto score`."""
        names = [str(name) for name in model_input.columns]
        texts = pd.DataFrame(text_cells(model_input), columns=names, index=model_input.index)
        return self._model.score(texts)


mlflow.models.set_model(SytoModel())
