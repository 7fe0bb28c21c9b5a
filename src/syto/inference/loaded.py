"""A bundle ready to answer: what `syto.load()` gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from syto.errors import UserError
from syto.inference.backends import choose_backend
from syto.inference.predictor import Predictor
from syto.model.bundle import MANIFEST, Bundle, read_bundle
from syto.records import Article, Prediction
from syto.resources import resource

ACCURATE = "accurate"  # the teacher that ships beside the default


@dataclass(frozen=True, slots=True)
class Model:
    """A bundle and what runs it."""

    bundle: Bundle
    predictor: Predictor

    def score(self, texts: Sequence[str]) -> list[Prediction]:
        """Return what the model says of each text, in order; a text that fails carries its error."""
        return self.predictor.predict([Article(str(number), text) for number, text in enumerate(texts)])

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors (texts, dimensions) of unit length: texts on one matter have a product near 1."""
        return self.predictor.vectors(texts)


def find_bundle(name: str | Path | None = None) -> Bundle:
    """Read the bundle that ships, `accurate`, or a folder; `UserError` when it is not there."""
    if name is None or str(name) == ACCURATE:
        folder = resource("embedded" if name is None else ACCURATE)
        if not (folder / MANIFEST).is_file():
            which = "no model of its own" if name is None else f"no model {ACCURATE!r}"
            raise UserError(f"this installation has {which}; name a bundle, such as runs/.../bundle")
        return read_bundle(folder)
    return read_bundle(Path(name))


def load(model: str | Path | None = None, backend: str = "auto", passages: int = 0) -> Model:
    """Load a bundle: the one that ships, `accurate`, or a folder; `UserError` when it cannot be read."""
    bundle = find_bundle(model)
    return Model(bundle, Predictor(bundle, choose_backend(bundle, backend), passages=passages))
