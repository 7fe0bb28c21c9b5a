"""Whether a text reads like news at all, or like code, a recipe, a statute, a price list or noise."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from syto.errors import UserError
from syto.resources import resource

NEWS_SCOPE = "news-2"  # the check that bundles made today name; a new fit gets a new name

LENGTHS = (120, 400)  # characters from which on the next limit holds: headlines, leads, articles

_READ = 2000  # characters; a document of another genre shows it in its beginning
_LONGEST = 5  # characters of an n-gram
_ONE_DIGIT = str.maketrans("123456789", "000000000")
# Odd 64-bit constants (Knuth's multiplicative hashing); the fitted table holds for these alone.
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xFF51AFD7ED558CCD)


@dataclass(frozen=True, slots=True)
class NewsScope:
    """A linear model on hashed runs of characters, fitted on news and on documents that are none."""

    table: NDArray[np.int8]  # (buckets,), a power of two of them; above nought speaks against news
    scale: float  # what one step of the table is worth
    # Language → strangeness above which a text is no news, one a length; other languages are not judged.
    limits: Mapping[str, tuple[float, ...]]

    @classmethod
    def named(cls, name: str) -> "NewsScope":
        """Return a check that ships with the package; `UserError` for a name that this version lacks."""
        path = resource(f"scope/{name}.npz")
        if not path.is_file():
            raise UserError(f"the bundle names the scope check {name!r}, which this syto lacks; upgrade syto")
        return read_scope(path)

    def save(self, path: Path) -> None:
        """Write the file that `named` reads."""
        path.parent.mkdir(parents=True, exist_ok=True)
        limits = list(self.limits.values())
        np.savez_compressed(
            path, table=self.table, scale=self.scale, languages=list(self.limits), limits=limits
        )

    def holds(self, text: str, language: str) -> bool:
        """Tell whether a cleaned text may be news."""
        if language not in self.limits:
            return True
        return self.strangeness(text) <= self.limits[language][bisect_right(LENGTHS, len(text))]

    def strangeness(self, text: str) -> float:
        """Return the evidence of a cleaned text against being news."""
        buckets = ngram_buckets(text, len(self.table))
        total = int(self.table[buckets].sum(dtype=np.int64))
        return self.scale * total / float(np.sqrt(len(buckets)))


def ngram_buckets(text: str, buckets: int) -> NDArray[np.intp]:
    """Return the bucket of every run of one to five characters in the beginning of a text."""
    sample = f" {text[:_READ].lower().translate(_ONE_DIGIT)} ".replace("\n", " ")
    codes = np.frombuffer(sample.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    shift = np.uint64(64 - (buckets.bit_length() - 1))
    hashes, found = np.zeros(len(codes), dtype=np.uint64), []
    for length in range(1, min(_LONGEST, len(codes)) + 1):
        hashes = hashes[: len(codes) - length + 1] * _BASE + codes[length - 1 :] + np.uint64(1)
        found.append((hashes ^ (hashes >> np.uint64(29))) * _MIX >> shift)
    return np.concatenate(found).astype(np.intp)


@cache
def read_scope(path: Path) -> NewsScope:
    """Read a check that `save` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        limits = dict(zip(stored["languages"].tolist(), map(tuple, stored["limits"].tolist()), strict=True))
        return NewsScope(stored["table"], float(stored["scale"]), limits)
