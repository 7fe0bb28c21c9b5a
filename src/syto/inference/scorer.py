"""Rows of a file in, the same rows with the scored columns out; `syto score` and MLflow share it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from syto.claims.index import ClaimIndex
from syto.corpus.columns import ColumnMap, to_article
from syto.errors import UserError, did_you_mean
from syto.inference.predictor import Predictor
from syto.inference.scored_row import CLAIMS, empty_row, output_columns, renamed, scored_row, statuses_of
from syto.inference.source_texts import SourceTexts
from syto.records import Article, Prediction, Status
from syto.sources.lookalikes import Lookalikes
from syto.sources.registry import Registry
from syto.sources.source import Source
from syto.tables.cells import as_text
from syto.tables.fields import FirstOf, cell_text
from syto.tables.rows import Row
from syto.tables.table import ColumnKind

_READ = 1 << 18  # characters of a text, or a title, that are looked at; the windows end far earlier


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """What is said of one row; its fields are JSON, so that it can be kept."""

    ours: Mapping[str, object]  # output columns under the contract's names
    statuses: Mapping[str, Status] = field(default_factory=dict)  # task → how sure; empty after an error
    truncated: bool = False  # the article is longer than the model reads
    taken_for: str = ""  # the rated domain that its source looks like and is not
    id: str = ""  # its own, or the row number
    digest: str = ""  # of title and text as they were read, by which copies are known; empty after an error


@dataclass(frozen=True)
class Scorer:
    """Scores rows whose columns are known."""

    predictor: Predictor
    registry: Registry
    columns: ColumnMap
    input_names: Sequence[str]  # all columns of the input
    only: Sequence[str] = ()  # of our columns, those that are given; empty: all
    keep_text: bool = True  # the text of the input is given back
    claims: ClaimIndex | None = None  # known claims to look for

    @property
    def tasks(self) -> tuple[str, ...]:
        """Tasks of the bundle."""
        return tuple(head.task for head in self.predictor.manifest.heads)

    @cached_property
    def _model(self) -> str:
        """Name the model of every row: the fingerprint is a digest of the whole manifest."""
        return self.predictor.manifest.model_name

    @property
    def _columns(self) -> dict[str, ColumnKind]:
        return output_columns(self.tasks, claims=self.claims is not None)

    @cached_property
    def _taken_for(self) -> Callable[[str], str]:
        """Hold a source against the rated ones; the rows of a file come from few sources."""
        return lru_cache(maxsize=65_536)(Lookalikes.of(self.registry.addresses).taken_for)

    def giving(self, only: Sequence[str], keep_text: bool) -> "Scorer":
        """Return a scorer that gives these of our columns alone; an unknown one is a `UserError`."""
        known = self._columns
        for name in only:
            if name not in known:
                raise UserError(f"no output column is called {name!r}{did_you_mean(name, known)}")
        return replace(self, only=only, keep_text=keep_text)

    @property
    def given_back(self) -> tuple[str, ...]:
        """Columns of the input that the output has."""
        text = self.columns.text
        column = text.column if isinstance(text, FirstOf) else text
        return tuple(name for name in self.input_names if self.keep_text or name != column)

    def names(self) -> dict[str, str]:
        """Return output column → its name beside the input's columns."""
        names = renamed(self._columns, set(self.input_names))
        return {name: own for name, own in names.items() if not self.only or name in self.only}

    def kinds(self) -> dict[str, ColumnKind]:
        """Return the name in the file → kind of the output columns."""
        names = self.names()
        return {names[name]: kind for name, kind in self._columns.items() if name in names}

    def columns_of(self, rows: Sequence[Row], pooling: bool = True) -> dict[str, list[object]]:
        """Return our columns of the rows, as a data frame takes them: JSON is text."""
        scored = self.answers(rows, pooling)
        names, kinds = self.names(), self._columns
        return {
            names[name]: [as_text(ours[name]) if kind == "json" else ours[name] for ours in scored]
            for name, kind in kinds.items()
            if name in names
        }

    def row_out(self, row: Row, scored: Mapping[str, object]) -> dict[str, object]:
        """Return the columns of the input, then ours under their names in the file."""
        ours = {own: scored[name] for name, own in self.names().items()}
        dropped = {*self.input_names, *row.values} - {*self.given_back} if not self.keep_text else ()
        return {name: value for name, value in row.values.items() if name not in dropped} | ours

    def answers(self, rows: Sequence[Row], pooling: bool = True) -> list[Mapping[str, object]]:
        """Return our columns of each row; with pooling the texts of an unrated source are read together."""
        scored = self.scored(rows)
        together = SourceTexts()
        for row in scored if pooling else ():
            together.add(row.ours, row.digest)
        return [together.filled(row.ours) for row in scored]

    def scored(self, rows: Sequence[Row]) -> list[ScoredRow]:
        """Return what is said of each row."""
        read = [self._read(row) for row in rows]
        predictions = iter(self.predictor.predict([item.article for item in read if item.article]))
        return [self._scored(item, next(predictions) if item.article else None) for item in read]

    def _read(self, row: Row) -> "_Read":
        number = str(row.number)
        try:
            number = cell_text(row, self.columns.id).strip() or number
            if row.error:
                return _Read(number, error=row.error)
            whole = to_article(row, self.columns)
            article = replace(whole, text=whole.text[:_READ], title=whole.title[:_READ])
            source = Source.of(article, self.registry, self._taken_for)
        except Exception as error:  # noqa: BLE001 - a row may hold anything, and stops no other
            return _Read(number, error=f"{type(error).__name__}: {error}")
        return _Read(article.id, article, source, cut=article != whole)

    def _scored(self, read: "_Read", prediction: Prediction | None) -> ScoredRow:
        if prediction is None:
            ours = empty_row(self.tasks, read.error, self._model)
        else:
            ours = scored_row(self.tasks, read.source, prediction, self._model)
        if self.claims:
            ours[CLAIMS] = self._near(prediction)
        return ScoredRow(
            ours=ours,
            statuses=statuses_of(read.source, prediction) if prediction else {},
            truncated=prediction is not None and (prediction.truncated or read.cut),
            taken_for=read.source.taken_for,
            id=read.id,
            digest=_digest(read.article) if read.article else "",
        )

    def _near(self, prediction: Prediction | None) -> list[dict[str, object]] | None:
        """Return the known claims near an article; None where it was not read."""
        if self.claims is None or prediction is None or prediction.meaning is None:
            return None
        return self.claims.near(prediction.meaning, prediction.language)


def _digest(article: Article) -> str:
    text = f"{article.title}\n{article.text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class _Read:
    """A row as an article and its source, or why it is none."""

    id: str
    article: Article | None = None
    source: Source = field(default_factory=Source)
    error: str = ""
    cut: bool = False  # longer than what is looked at
