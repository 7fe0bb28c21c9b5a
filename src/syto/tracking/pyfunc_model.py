"""What MLflow runs for a registered bundle: the same `Scorer` as `syto score`, the same rows.

MLflow stores this file with the model and executes it when it loads one (models from code).
"""

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.pyfunc import PythonModel, PythonModelContext

from syto.corpus.columns import ColumnMap, find_columns
from syto.corpus.rows import Row
from syto.inference.backends import choose_backend
from syto.inference.predictor import Predictor
from syto.inference.scorer import Scorer
from syto.model.bundle import read_bundle
from syto.resources import resource
from syto.sources.registry import Registry

BUNDLE, RATINGS = "bundle", "ratings_"  # names of the artefacts
INPUTS = ("id", "title", "text", "url", "published")  # columns that the signature lets through


class SytoModel(PythonModel):
    """Scores a data frame of articles."""

    def load_context(self, context: PythonModelContext) -> None:
        """Open the bundle and the ratings that were logged with it."""
        bundle = read_bundle(Path(context.artifacts[BUNDLE]))
        more = sorted(name for name in context.artifacts if name.startswith(RATINGS))
        ratings = [resource("sources/ratings.csv"), *(Path(context.artifacts[name]) for name in more)]
        self._predictor = Predictor(bundle, choose_backend(bundle))
        self._registry = Registry.from_files(ratings)

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return one row for each row, with the columns of `syto score` after those of the input."""
        names = [str(name) for name in model_input.columns]
        scorer = Scorer(self._predictor, self._registry, find_columns(names, ColumnMap()), names)
        texts = model_input.astype(object).where(model_input.notna(), "")
        rows = [
            Row(number, {name: str(value) for name, value in zip(names, values, strict=True)})
            for number, values in enumerate(texts.itertuples(index=False), start=1)
        ]
        return pd.DataFrame(scorer.score(rows))


mlflow.models.set_model(SytoModel())
