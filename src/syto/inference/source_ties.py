"""Which rated sources the texts of a source link to, and which they share word for word: evidence, no figure.

Copies are found by runs of ten words; one in eight is kept, a fixed part of all hashes (Broder, 1997).
That they tell an unrated source's reliability was measured and did not hold for Ukrainian outlets
(experiments/0020-source), so they are shown and enter no probability.
"""

import re
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from syto.sources.registry import Registry
from syto.sources.weighing import Rating

_ADDRESS = re.compile(r"https?://[^\s<>\"'»]+")
_WORD = re.compile(r"\w+")
_RUN, _ONE_IN = 10, 8  # words of a run; runs of which one is kept
_READ = 20_000  # characters of a text
_FEWEST = 3  # kept runs; a shorter text is nobody's copy
_COPY = 0.5  # of the kept runs that another source has too
_EVERYWHERE = 12  # sources: a run that more have is a formula
_TEXTS, _SHARE, _SHOWN = 3, 0.05, 3  # texts and share from which a tie is told; how many of a kind


class SourceTies:
    """Takes texts one by one; it keeps some thirty numbers a text, and no text."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._texts: Counter[str] = Counter()  # source → texts
        self._links: defaultdict[str, Counter[str]] = defaultdict(Counter)  # source → linked → texts
        self._source: list[str] = []  # of each text
        self._runs, self._text_of = array("L"), array("L")  # kept runs, and whose text each is of

    def add(self, source: str, text: str, links: Iterable[str]) -> None:
        """Count a text with the addresses it links to, beside those that stand in it."""
        self._texts[source] += 1
        found = {self._registry.canonical(address) for address in (*links, *_ADDRESS.findall(text))}
        self._links[source].update(found - {source, ""})
        runs = _kept_runs(text)
        self._runs.extend(runs)
        self._text_of.extend([len(self._source)] * len(runs))
        self._source.append(source)

    def told(self) -> dict[str, list[str]]:
        """Return source → sentences on its ties to rated sources, those with most texts first."""
        copies = self._copies()
        return {
            source: [
                *self._sentences(source, copies[source], "are word for word in"),
                *self._sentences(source, self._links[source], "link to"),
            ]
            for source in self._texts
        }

    def _sentences(self, source: str, ties: Counter[str], what: str) -> Iterator[str]:
        texts = self._texts[source]
        rated = ((other, count, self._registry.rate(other)) for other, count in ties.most_common())
        told = [
            f"{count / texts:.0%} of its texts ({count} of {texts}) {what} {other}, {_said(rating)}"
            for other, count, rating in rated
            if rating and rating.source != source and count >= _TEXTS and count / texts >= _SHARE
        ]
        yield from told[:_SHOWN]

    def _copies(self) -> defaultdict[str, Counter[str]]:
        """Return source → other source → texts of which it has half the runs or more."""
        kept = Counter(self._text_of)
        shared: Counter[tuple[int, str]] = Counter()
        for texts in self._texts_by_run():
            sources = {self._source[text] for text in texts}
            if 1 < len(sources) <= _EVERYWHERE:
                shared.update((text, other) for text in texts for other in sources - {self._source[text]})
        copies: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for (text, other), count in shared.items():
            if kept[text] >= _FEWEST and count >= _COPY * kept[text]:
                copies[self._source[text]][other] += 1
        return copies

    def _texts_by_run(self) -> Iterator[list[int]]:
        """Yield the texts of each run that more than one has."""
        runs, texts = np.array(self._runs, dtype=np.int64), np.array(self._text_of)
        order = np.argsort(runs, kind="stable")
        starts = np.flatnonzero(np.diff(runs[order], prepend=-1, append=-1))
        for start, end in pairwise(starts):
            if end - start > 1:
                yield texts[order[start:end]].tolist()


def _said(rating: Rating) -> str:
    return f"rated {rating.rating} by {rating.rater}"


def _kept_runs(text: str) -> list[int]:
    words = _WORD.findall(text[:_READ].casefold())
    hashes = {
        zlib.crc32(" ".join(words[start : start + _RUN]).encode("utf-8", "surrogatepass"))
        for start in range(len(words) - _RUN + 1)
    }
    return sorted(each for each in hashes if each % _ONE_IN == 0)
