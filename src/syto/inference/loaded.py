"""A bundle ready to answer: what `syto.load()` gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from syto.claims.index import ClaimIndex
from syto.corpus.columns import ColumnMap, find_columns
from syto.errors import UserError
from syto.inference.answer import Answer
from syto.inference.backends import Backend
from syto.inference.frames import columns_added, is_frame, rows_of
from syto.inference.predictor import Predictor
from syto.inference.scorer import Scorer
from syto.model.bundle import MANIFEST, Bundle, read_bundle
from syto.resources import resource
from syto.sources.registry import Registry
from syto.tables.rows import Row

ACCURATE = "accurate"  # the teacher that ships beside the default
PASSAGES = 3  # of a head, at most
Frame = TypeVar("Frame")


@dataclass(frozen=True)
class Model:
    """A bundle, what runs it, and the ratings of sources."""

    bundle: Bundle
    backend: Backend
    registry: Registry
    passages: int = PASSAGES  # of a head, at most; 0: they cost half the time
    claims: ClaimIndex | None = None  # known claims to look for; the backend then gives meanings

    @cached_property
    def predictor(self) -> Predictor:
        """What reads articles as records."""
        return Predictor(self.bundle, self.backend, self.passages)

    def scorer(self, names: Sequence[str], columns: ColumnMap | None = None, where: str = "") -> Scorer:
        """Return what scores the rows of a table with these columns; `UserError` where it holds no text."""
        chosen = find_columns(names, columns or ColumnMap(), where or "the input")
        return Scorer(self.predictor, self.registry, chosen, names, claims=self.claims)

    @overload
    def score(
        self, articles: Sequence[str] | Sequence[Mapping[str, object]], *, pooling: bool = True
    ) -> list[Answer]: ...
    @overload
    def score(self, articles: Frame, *, pooling: bool = True) -> Frame: ...
    def score(self, articles: object, *, pooling: bool = True) -> object:
        """Return what the model says of each article, in order; one that fails carries its error.

        Texts, and records with `text`, `title`, `url` and the like, give one frozen `Answer` each. A pandas,
        polars or pyarrow table gives the same table with the columns of `syto score` after its own.
        With `pooling`, the texts of a source that nobody rates are read together, where there are enough.
        Neither a text nor a title column: `UserError`.
        """
        if is_frame(articles):
            names, rows = rows_of(articles)
            scorer = self.scorer(names)
            return columns_added(articles, scorer.columns_of(rows, pooling), scorer.kinds())
        if isinstance(articles, str) or not isinstance(articles, Sequence):
            raise UserError(
                f"score takes a list of texts or records, or a table, not {type(articles).__name__}; "
                "for one text: model.score([text])"
            )
        rows = [Row(number, _record(article)) for number, article in enumerate(articles, start=1)]
        names = list(dict.fromkeys(name for row in rows for name in row.values)) or ["text"]
        return [Answer.of(ours) for ours in self.scorer(names).answers(rows, pooling)]

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors (texts, dimensions) of unit length: texts on one matter have a product near 1."""
        return self.predictor.vectors(texts)


def _record(article: object) -> Mapping[str, object]:
    return article if isinstance(article, Mapping) else {"text": article}


def find_bundle(name: str | Path | None = None) -> Bundle:
    """Read the bundle that ships, `accurate`, or a folder; `UserError` when it is not there."""
    if name is None or str(name) == ACCURATE:
        folder = resource("embedded" if name is None else ACCURATE)
        if not (folder / MANIFEST).is_file():
            which = "no model of its own" if name is None else f"no model {ACCURATE!r}"
            raise UserError(f"this installation has {which}; name a bundle, such as runs/.../bundle")
        return read_bundle(folder)
    return read_bundle(Path(name))
