"""Near copies among the rows of a queue, told by sketches, so that no text has to be kept for it.

A sketch is the smallest hashes of a text's shingles; the share that two have in common estimates how many of
their shingles they share (Broder, 1997). `prepare` tells copies by all shingles, which costs more memory.
"""

import heapq
import zlib
from collections import defaultdict

from syto.corpus.shingles import exact_key, shingles

_COMPARED = 2_000  # characters of a text; what copies share stands at the beginning
_SHINGLE = 5  # characters
_HASHES, _LOOKED_UP = 64, 16  # of a sketch; of these, by which others are found
_ALIKE = 0.7  # share of common shingles

Sketch = frozenset[int]


def sketch(text: str) -> Sketch:
    """Return the smallest hashes of a text's shingles."""
    found = shingles(exact_key(text[:_COMPARED]), _SHINGLE)
    hashes = {zlib.crc32(each.encode("utf-8", "surrogatepass")) for each in found}
    return frozenset(heapq.nsmallest(_HASHES, hashes))


def alike(one: Sketch, other: Sketch) -> bool:
    """Tell whether two texts share most of their shingles."""
    smallest = heapq.nsmallest(_HASHES, one | other)
    return sum(each in one and each in other for each in smallest) >= _ALIKE * len(smallest)


class Copies:
    """Remembers texts by their sketches."""

    def __init__(self) -> None:
        self._known: defaultdict[int, list[Sketch]] = defaultdict(list)

    def add(self, own: Sketch) -> None:
        """Remember a text."""
        for each in _looked_up(own):
            self._known[each].append(own)

    def __contains__(self, own: Sketch) -> bool:
        """Tell whether a near copy is known."""
        return any(alike(own, other) for each in _looked_up(own) for other in self._known.get(each, ()))


def _looked_up(own: Sketch) -> list[int]:
    return heapq.nsmallest(_LOOKED_UP, own)
