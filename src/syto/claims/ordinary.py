"""Ordinary news, as vectors alone: what a claim has to stand out from."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from syto.claims.archive import Vectors, read_archive, write_archive
from syto.errors import UserError
from syto.resources import resource

LEAST = 200  # articles
_MADE_BY = "syto claims ordinary"


@dataclass(frozen=True)
class OrdinaryNews:
    """What the windows of ordinary articles mean to one model."""

    model: str  # bundle name and fingerprint
    meanings: Vectors  # (windows, hidden)
    owners: NDArray[np.int64]  # (windows,): the article of each, from 0 on
    languages: NDArray[np.str_]  # (windows,)

    @classmethod
    def shipped(cls, model: str) -> "OrdinaryNews":
        """Return what ships for the embedded model; `UserError` for any other."""
        path = resource("claims/ordinary.npz")
        found = cls.read(path) if path.is_file() else None
        if found is None or found.model != model:
            raise UserError(
                f"no ordinary news ships for the model {model}: give a thousand articles of it as a table to "
                f"`{_MADE_BY} articles.parquet -o ordinary.npz` and add --ordinary ordinary.npz"
            )
        return found

    @classmethod
    def read(cls, path: Path) -> "OrdinaryNews":
        """Read what `write` wrote."""
        facts, arrays = read_archive(path, _MADE_BY)
        return cls(facts["model"], arrays["meanings"], arrays["owners"], arrays["languages"])

    def write(self, path: Path) -> None:
        """Write it as one file."""
        write_archive(
            path,
            {"model": self.model},
            meanings=self.meanings,
            owners=self.owners,
            languages=self.languages,
        )
