"""Rows of a file in, the same rows with the scored columns out; `syto score` and MLflow share it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from syto.corpus.columns import ColumnMap, to_article
from syto.inference.predictor import Predictor
from syto.inference.scored_row import empty_row, output_columns, renamed, scored_row, statuses_of
from syto.records import Article, Prediction, Status
from syto.sources.lookalikes import Lookalikes
from syto.sources.registry import Registry
from syto.sources.source import Source
from syto.tables.cells import as_text
from syto.tables.rows import Row
from syto.tables.table import ColumnKind


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """One row out for one row in."""

    values: Mapping[str, object]  # input columns, then ours, under their names in the file
    ours: Mapping[str, object]  # output columns under the contract's names
    statuses: Mapping[str, Status] = field(default_factory=dict)  # task → how sure; empty after an error
    truncated: bool = False  # the article is longer than the model reads
    taken_for: str = ""  # the rated domain that its source looks like and is not


@dataclass(frozen=True)
class Scorer:
    """Scores rows whose columns are known."""

    predictor: Predictor
    registry: Registry
    columns: ColumnMap
    input_names: Sequence[str]  # all columns of the input

    @property
    def tasks(self) -> tuple[str, ...]:
        """Tasks of the bundle."""
        return tuple(head.task for head in self.predictor.manifest.heads)

    @cached_property
    def _taken_for(self) -> Callable[[str], str]:
        """Hold a source against the rated ones; the rows of a file come from few sources."""
        return lru_cache(maxsize=65_536)(Lookalikes.of(self.registry.addresses).taken_for)

    def names(self) -> dict[str, str]:
        """Return output column → its name beside the input's columns."""
        return renamed(output_columns(self.tasks), set(self.input_names))

    def kinds(self) -> dict[str, ColumnKind]:
        """Return the name in the file → kind of the output columns."""
        names = self.names()
        return {names[name]: kind for name, kind in output_columns(self.tasks).items()}

    def columns_of(self, rows: Sequence[Row]) -> dict[str, list[object]]:
        """Return our columns of the rows, as a data frame takes them: JSON is text."""
        scored = [row.ours for row in self.scored(rows)]
        names, kinds = self.names(), output_columns(self.tasks)
        return {
            names[name]: [as_text(ours[name]) if kind == "json" else ours[name] for ours in scored]
            for name, kind in kinds.items()
        }

    def scored(self, rows: Sequence[Row]) -> list[ScoredRow]:
        """Return the rows with our columns, and these once more by themselves."""
        read = [self._read(row) for row in rows]
        predictions = iter(self.predictor.predict([item.article for item in read if item.article]))
        names = self.names()
        return [
            self._scored(row, item, next(predictions) if item.article else None, names)
            for row, item in zip(rows, read, strict=True)
        ]

    def _read(self, row: Row) -> "_Read":
        if row.error:
            return _Read(error=row.error)
        try:
            article = to_article(row, self.columns)
            return _Read(article, Source.of(article, self.registry, self._taken_for))
        except Exception as error:  # noqa: BLE001 - a row may hold anything, and stops no other
            return _Read(error=f"{type(error).__name__}: {error}")

    def _scored(
        self, row: Row, read: "_Read", prediction: Prediction | None, names: Mapping[str, str]
    ) -> ScoredRow:
        model = self.predictor.manifest.model_name
        if prediction is None:
            ours = empty_row(self.tasks, read.error, model)
        else:
            ours = scored_row(self.tasks, read.source, prediction, model)
        return ScoredRow(
            values={**row.values, **{names[name]: value for name, value in ours.items()}},
            ours=ours,
            statuses=statuses_of(read.source, prediction) if prediction else {},
            truncated=prediction is not None and prediction.truncated,
            taken_for=read.source.taken_for,
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """A row as an article and its source, or why it is none."""

    article: Article | None = None
    source: Source = field(default_factory=Source)
    error: str = ""
