"""What MLflow runs for a registered bundle: the same model as `syto.load()` gives, the same rows.

MLflow stores this file with the model and executes it when it loads one (models from code).
"""

import os
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from syto.inference.backends import choose_backend
from syto.inference.frames import text_cells
from syto.inference.loaded import Model
from syto.inference.scored_row import output_columns
from syto.model.bundle import read_bundle
from syto.sources.registry import Registry

BUNDLE, RATINGS = "bundle", "ratings_"  # names of the artefacts
KEEP_INPUT = "keep_input"  # parameter: the columns of the input come back before ours
_CORES = "OMP_NUM_THREADS"  # Spark says in it how many cores a task has


class SytoModel(PythonModel):
    """Scores a data frame of articles."""

    def load_context(self, context: PythonModelContext) -> None:
        """Open the bundle and the ratings that were logged with it."""
        ratings = sorted(name for name in context.artifacts if name.startswith(RATINGS))
        paths = [Path(context.artifacts[name]) for name in ratings]
        bundle = read_bundle(Path(context.artifacts[BUNDLE]))
        cores = os.environ.get(_CORES, "")
        backend = choose_backend(bundle, threads=int(cores) if cores.isdecimal() else None)
        self._model = Model(bundle, backend, Registry.consulted(paths))

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return one row for each row: cells of the input as text, then the columns of `syto score`.

        Without `keep_input` the latter alone, under their own names whatever the input's are, since Spark
        takes columns by name; a number that is not known is None there, since JSON has no NaN.
        """
        names = [str(name) for name in model_input.columns]
        texts = pd.DataFrame(text_cells(model_input), columns=names, index=model_input.index)
        scored = self._model.score(
            texts, pooling=False
        )  # what shares a request, or a part in Spark, is chance
        if params is None or params.get(KEEP_INPUT, True):
            return scored
        tasks = [head.task for head in self._model.bundle.manifest.heads]
        ours = scored.iloc[:, len(names) :].set_axis([*output_columns(tasks)], axis=1)
        return ours.astype(object).where(ours.notna(), None)


mlflow.models.set_model(SytoModel())
