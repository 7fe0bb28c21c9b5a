"""What a source ends many of its articles with, such as a call or a slogan: mined, and found again."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

MIN_RECURRENCES = 5  # an ending that one source repeats less often is chance
MIN_SHARE = 0.05  # of a source's articles
OWN = 10  # times as frequent in the source as in the others: what all write is language
_SHORTEST, _LONGEST = 2, 8  # words; one alone ends anybody's articles
_TAIL = 400  # characters in which an ending is looked for
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


class Endings:
    """A set of endings that tells where one begins in a text."""

    def __init__(self, endings: Iterable[str]) -> None:
        self._known = frozenset(endings)

    def start(self, text: str) -> int:
        """Return where the longest known ending begins; the length of the text where it has none.

        What is nothing but an ending stays: somebody may mean it.
        """
        starts = [start for start, ending in _endings(text) if start and ending in self._known]
        return min(starts, default=len(text))


def mine_endings(texts_by_source: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the last words that recur in one source's cleaned texts and hardly in those of others."""
    counts = {
        source: Counter(ending for text in texts for _, ending in _endings(text))
        for source, texts in texts_by_source.items()
    }
    everywhere = sum(counts.values(), Counter[str]())
    texts = sum(map(len, texts_by_source.values()))
    return frozenset(
        ending
        for source, own in counts.items()
        for ending, n in own.items()
        if _is_own(ending, n, len(texts_by_source[source]), everywhere[ending], texts)
    )


def _endings(text: str) -> list[tuple[int, str]]:
    """Return the beginning and the words of each possible ending, numbers all alike."""
    begin = max(0, len(text) - _TAIL)
    words = list(_WORD.finditer(text, begin))[-_LONGEST:]
    found, ending = [], ""
    for word in reversed(words):
        if word.start() > begin or begin == 0:  # else its beginning may be cut off
            ending = f"{_NUMBER.sub('0', word[0].lower())} {ending}".strip()
            found.append((word.start(), ending))
    return found[_SHORTEST - 1 :]


def _is_own(ending: str, n: int, of: int, everywhere: int, texts: int) -> bool:
    share = n / of
    if n < MIN_RECURRENCES or share < MIN_SHARE or not any(map(str.isalpha, ending)):
        return False
    others = texts - of
    return others == 0 or share >= OWN * (everywhere - n) / others
