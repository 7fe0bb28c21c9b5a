"""The texts of one unrated source, read together: what they say, and how sure that is.

The mean of their logits is drawn towards the middle of all sources, the more the fewer they are (the mean of
a normal distribution whose variances are known); the interval is that of the mean over all texts of a source.
Constants and how well they hold: experiments/0020-source.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

from syto.sources.platforms import is_platform

LEAST = 5  # texts; fewer are not read together
BASIS = "source_texts"
_MIDDLE, _BETWEEN, _WITHIN = -1.70, 0.47, 0.66  # mean logit of sources; variance between them, within one
_START, _SLOPE = -2.13, 0.88  # from that mean to a source's probability, with 10% of sources unreliable
_TIMES = 2.24  # standard deviations on each side: they cover 0.99 of outlets at three texts, 0.92 at twenty
_EDGE = 1e-4  # no probability is nearer to 0 or 1
_DIGITS = 6
_REMEMBERED = 1 << 17  # digests, in 8 MB


@dataclass(frozen=True, slots=True)
class Together:
    """What so many texts of a source say."""

    texts: int
    mean: float  # of their logits

    @property
    def probability(self) -> float:
        """That the source is unreliable, as far as its texts can tell."""
        return self._at(0)

    @property
    def interval(self) -> tuple[float, float]:
        """What reading all its texts would say, in nine cases of ten at least; wider the fewer were read."""
        return self._at(-_TIMES), self._at(_TIMES)

    def _at(self, deviations: float) -> float:
        weight = _BETWEEN / (_BETWEEN + _WITHIN / self.texts)
        off = weight * (self.mean - _MIDDLE) + deviations * math.sqrt(_BETWEEN * (1 - weight))
        return 1 / (1 + math.exp(-_START - _SLOPE * off))


def columns_of(found: Together) -> dict[str, object]:
    """Return the columns that say it."""
    return {
        "source_texts": found.texts,
        "source_unreliable_probability": round(found.probability, _DIGITS),
        "source_interval": [round(end, _DIGITS) for end in found.interval],
    }


class SourceTexts:
    """Counts what the texts of each source say, copies once; with texts it grows to a bound alone."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._sums: dict[str, tuple[int, float]] = {}  # source → texts, sum of their logits
        self._seen: set[int] = set()  # digests of sources with their texts
        self._remembered = remembered

    def add(self, ours: Mapping[str, object], digest: str) -> None:
        """Count a scored row, if its source is unrated and its text was read and is no copy of another."""
        source, share = str(ours["source"] or ""), ours["unreliable_probability"]
        if not source or ours["source_rating"] or not isinstance(share, float):
            return
        key = int.from_bytes(hashlib.blake2b(f"{source}\n{digest}".encode(), digest_size=7).digest())
        if key in self._seen:
            return
        if len(self._seen) < self._remembered:  # then later texts are held against these alone
            self._seen.add(key)
        self.count(source, share)

    def count(self, source: str, share: float) -> None:
        """Count a text by its probability; what anybody publishes on a platform says nothing of it."""
        if source not in self._sums and is_platform(source):
            return
        texts, total = self._sums.get(source, (0, 0.0))
        self._sums[source] = (texts + 1, total + logit(share))

    def of(self, source: str) -> Together | None:
        """Return what the texts of a source say; None where there are too few."""
        texts, total = self._sums.get(source, (0, 0.0))
        return Together(texts, total / texts) if texts >= LEAST else None

    def filled(self, ours: Mapping[str, object]) -> dict[str, object]:
        """Return a scored row with what the texts of its source say; the label stays: no threshold holds."""
        found = None if ours["source_rating"] or ours["error"] else self.of(str(ours["source"] or ""))
        return {**ours, **(columns_of(found) | {"reliability_basis": BASIS} if found else {})}


def logit(share: float) -> float:
    """Return the log odds of a probability, kept off 0 and 1."""
    kept = min(max(share, _EDGE), 1 - _EDGE)
    return math.log(kept / (1 - kept))
