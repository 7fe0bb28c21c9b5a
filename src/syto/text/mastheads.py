"""Names of outlets: mined from the tails of titles, and found again in any text, in any grammatical case."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from syto.text.aligned import AlignedText
from syto.text.normalise import normalise

SEPARATORS = (" - ", " – ", " — ", " | ", " :: ", " / ", " • ")

MIN_RECURRENCES = 3  # a tail that one source repeats less often is chance
MIN_SHARE = 0.15  # of a source's titles; speakers ("– Зеленський") stay below
COMMON_SOURCES = 4  # a tail of so many sources is a speaker or a format ("Відео") …
COMMON_SHARE = 0.6  # … unless nearly every title of this source ends so
_MAX_WORDS, _MAX_CHARACTERS = 7, 60

# Words that end titles, and name no outlet by themselves: they go as tails, not inside a text.
_EVERYDAY = (
    "новини новости news спорт sport sports відео видео video фото photo україна украина ukraine україни "
    "украины россия росія russia world europe politics business opinion live life today сегодня сьогодні "
    "культура політика политика мир світ президент президента час время правда times post the star sun "
    "mirror focus"
)

_WORD = re.compile(r"\w+")
_CANDIDATE = re.compile(r"(?<!\w)[^\W_]\w*")
_GAP = re.compile(r"[ .'’:&«»\"\-–]{1,3}")
_ENDING = re.compile(r"(?:[аяоеєёиіїыуюьйъ]|[аяоеєиіїыу](?:м|х|в|й|ю|ми)|ого|ому|ові|еві|ої|ою|ею|ими|їми)\Z")
_SHORTEST_STEM = 4
_SHORTEST_NAME = 3  # letters; shorter names go as tails only
_BEGINNING = 3  # letters; no longer than the shortest stem


class _Word(NamedTuple):
    stem: str
    capital: bool  # must begin with a capital letter, as in the name


_Name = tuple[_Word, ...]


class _ByFirst:
    """Names by their first word, and those of one first word by their second; longer ones come first."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, list[_Name]]] = {}
        self._beginnings: set[str] = set()  # spares most words the stemming

    def add(self, name: _Name) -> None:
        first, second = name[0].stem, name[1].stem if len(name) > 1 else ""
        same = self._names.setdefault(first, {}).setdefault(second, [])
        same.append(name)
        same.sort(key=len, reverse=True)
        self._beginnings.add(first[:_BEGINNING])

    def end(self, text: str, first: re.Match[str]) -> int:
        """Return where the longest name that begins with the word `first` ends, or 0 if there is none."""
        if first[0][:_BEGINNING].lower() not in self._beginnings:
            return 0
        names = self._names.get(_stem(first[0]))
        if not names:
            return 0
        second = _next_word(text, first.end())
        longer = names.get(_stem(second[0]), ()) if second else ()
        ends = (_match_end(text, first.end(), name[1:]) for name in longer)
        return next(filter(None, ends), first.end() if "" in names else 0)


class Mastheads:
    """A set of outlets' names that finds them in text; work per word does not grow with the set."""

    def __init__(self, names: Iterable[str]) -> None:
        self._tails: set[tuple[str, ...]] = set()
        self._names, self._lower_names = _ByFirst(), _ByFirst()  # all; those that begin in lower case
        for name in names:
            self._add(name)

    def is_tail(self, text: str) -> bool:
        """Whether the whole of `text` is one of the names."""
        return name_key(text) in self._tails

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of names in `text`, the longest at each place."""
        done = 0
        for match in _CANDIDATE.finditer(text):
            if match.start() < done:
                continue
            names = self._lower_names if match[0][0].islower() else self._names
            if end := names.end(text, match):
                yield match.start(), end
                done = end

    def _add(self, name: str) -> None:
        words = tuple(_Word(_stem(word), word[0].isupper()) for word in _WORD.findall(name))
        self._tails.add(name_key(name))
        if sum(len(word.stem) for word in words) < _SHORTEST_NAME or _is_everyday(name):
            return
        self._names.add(words)
        if not words[0].capital:
            self._lower_names.add(words)


def mine_mastheads(titles_by_source: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the last segments of titles that recur for one source, such as ` - РИА Новости`."""
    tails = {source: _tail_counts(titles) for source, titles in titles_by_source.items()}
    spread = Counter(tail for counts in tails.values() for tail, n in counts.items() if n > 1)
    return frozenset(
        tail
        for source, counts in tails.items()
        for tail, n in counts.items()
        if _is_masthead(n, n / len(titles_by_source[source]), spread[tail])
    )


def last_segment(title: str) -> tuple[str, str, str] | None:
    """Return head, separator and tail around the last separator of a title."""
    at, separator = max((title.rfind(separator), separator) for separator in SEPARATORS)
    if at <= 0:
        return None
    return title[:at], separator, title[at + len(separator) :]


def name_key(name: str) -> tuple[str, ...]:
    """Return what all spellings and grammatical cases of a name have in common."""
    return tuple(_stem(word) for word in _WORD.findall(name))


def _is_everyday(name: str) -> bool:
    words = _WORD.findall(name.lower())
    return all(word.isdigit() or word in _EVERYDAY.split() for word in words)


def _stem(word: str) -> str:
    word = word.lower()
    short = _ENDING.sub("", word)
    return short if len(short) >= _SHORTEST_STEM else word


def _match_end(text: str, position: int, words: Iterable[_Word]) -> int:
    """Return where words that follow `position` end, or 0 if they are not there."""
    for expected in words:
        found = _next_word(text, position)
        if not found or _stem(found[0]) != expected.stem or (expected.capital and found[0][0].islower()):
            return 0
        position = found.end()
    return position


def _next_word(text: str, position: int) -> re.Match[str] | None:
    """Return the word after the gap at `position`; None where no gap or no word follows."""
    gap = _GAP.match(text, position)
    return _WORD.match(text, gap.end()) if gap else None


def _tail_counts(titles: Sequence[str]) -> Counter[str]:
    segments = (last_segment(normalise(AlignedText(title)).text) for title in titles)
    tails = (segment[2].strip() for segment in segments if segment)
    return Counter(tail for tail in tails if _may_be_name(tail))


def _may_be_name(tail: str) -> bool:
    words = _WORD.findall(tail)
    short = 0 < len(words) <= _MAX_WORDS and len(tail) <= _MAX_CHARACTERS
    return short and (not tail[0].islower() or "." in tail) and any(c.isalpha() for c in tail)


def _is_masthead(n: int, share: float, sources: int) -> bool:
    if n < MIN_RECURRENCES or share < MIN_SHARE:
        return False
    return sources < COMMON_SOURCES or share >= COMMON_SHARE
