"""What MLflow runs for a registered bundle: the same `Scorer` as `syto score`, the same rows.

MLflow stores this file with the model and executes it when it loads one (models from code).
"""

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from syto.corpus.columns import ColumnMap, find_columns
from syto.inference.backends import choose_backend
from syto.inference.predictor import Predictor
from syto.inference.scorer import Scorer
from syto.model.bundle import read_bundle
from syto.resources import resource
from syto.sources.registry import Registry
from syto.tables.rows import Row

BUNDLE, RATINGS = "bundle", "ratings_"  # names of the artefacts


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
        scored = pd.DataFrame(
            scorer.score(_rows(model_input, names)),
            columns=[*names, *scorer.kinds()],
            index=model_input.index,
        )
        return scored.astype({name: float for name, kind in scorer.kinds().items() if kind == "number"})


def _rows(frame: pd.DataFrame, names: list[str]) -> list[Row]:
    """Return the rows as a text file would give them: every cell is text, an empty one ''."""
    cells = frame.astype(object).where(frame.notna(), "").to_numpy().tolist()
    return [
        Row(number, {name: _text(cell) for name, cell in zip(names, row, strict=True)})
        for number, row in enumerate(cells, start=1)
    ]


def _text(cell: object) -> str:
    """Undo what pandas does to whole numbers in a column with gaps."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


mlflow.models.set_model(SytoModel())
