"""Near copies among the rows of a queue, told by sketches, so that no text has to be kept for it.

A sketch is the smallest hashes of a text's shingles; the share that two have in common estimates how many of
their shingles they share (Broder, 1997). `prepare` tells copies by all shingles, which costs more memory.
"""

import heapq
import zlib
from collections import Counter, defaultdict

from syto.corpus.shingles import exact_key, shingles

_COMPARED = 2_000  # characters of a text; what copies share stands at the beginning
_SHINGLE = 5  # characters
_HASHES, _LOOKED_UP = 64, 16  # of a sketch; of these, by which others are found
_NEAREST = 8  # texts that one is compared with
_ALIKE = 0.7  # share of common shingles

Sketch = frozenset[int]


def sketch(text: str) -> Sketch:
    """Return the smallest hashes of a text's shingles."""
    found = shingles(exact_key(text[:_COMPARED]), _SHINGLE)
    hashes = {zlib.crc32(each.encode("utf-8", "surrogatepass")) for each in found}
    return frozenset(heapq.nsmallest(_HASHES, hashes))


def alike(one: Sketch, other: Sketch) -> bool:
    """Tell whether two texts share most of their shingles."""
    smallest = sorted(one | other)[:_HASHES]
    return len(one.intersection(other, smallest)) >= _ALIKE * len(smallest)


class Copies:
    """Remembers texts by their sketches."""

    def __init__(self) -> None:
        self._known: list[Sketch] = []
        self._having: defaultdict[int, list[int]] = defaultdict(list)  # hash → places of texts

    def add(self, own: Sketch) -> None:
        """Remember a text."""
        for each in _looked_up(own):
            self._having[each].append(len(self._known))
        self._known.append(own)

    def __contains__(self, own: Sketch) -> bool:
        """Tell whether a near copy is known, among the texts that share most of the smallest hashes."""
        shared = Counter(place for each in _looked_up(own) for place in self._having.get(each, ()))
        return any(alike(own, self._known[place]) for place, _ in shared.most_common(_NEAREST))


def _looked_up(own: Sketch) -> list[int]:
    return sorted(own)[:_LOOKED_UP]
