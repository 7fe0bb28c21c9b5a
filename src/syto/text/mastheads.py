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
_EVERYDAY = frozenset(
    "новини новости news спорт sport sports відео видео video фото photo україна украина ukraine россия росія russia"
    " world europe politics business opinion live life today сегодня сьогодні культура політика политика мир світ"
    " президент президента час время правда україни украины times post the star sun mirror focus".split()
)

_WORD = re.compile(r"\w+")
_CANDIDATE = re.compile(r"(?<!\w)[^\W_]\w*")
_GAP = re.compile(r"[ .'’:&«»\"\-–]{1,3}")
_ENDING = re.compile(r"(?:[аяоеєёиіїыуюьйъ]|[аяоеєиіїыу](?:м|х|в|й|ю|ми)|ого|ому|ові|еві|ої|ою|ею|ими|їми)\Z")
_SHORTEST_STEM = 4


class _Name(NamedTuple):
    stems: tuple[str, ...]
    any_case: bool  # also matches in lower case


class Mastheads:
    """A set of outlets' names that finds them in text; work per word does not grow with the set."""

    def __init__(self, known: Iterable[str], mined: Iterable[str] = ()) -> None:
        self._tails = {name_key(name) for name in (*known, *mined)}
        self._by_first: dict[str, list[_Name]] = {}
        for name in known:
            self._add(name, any_case=len(name) > _SHORTEST_STEM)
        for name in mined:
            self._add(name, any_case=name[:1].islower())
        for names in self._by_first.values():
            names.sort(key=lambda name: -len(name.stems))

    def is_tail(self, text: str) -> bool:
        """Whether the whole of `text` is one of the names."""
        return name_key(text) in self._tails

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of names in `text`, the longest at each place."""
        done = 0
        for match in _CANDIDATE.finditer(text):
            names = self._by_first.get(_stem(match[0]))
            if names is None or match.start() < done:
                continue
            end = self._longest_match(text, match, names)
            if end:
                yield match.start(), end
                done = end

    def _add(self, name: str, any_case: bool) -> None:
        stems = name_key(name)
        letters = "".join(stems)
        if len(letters) < 3 or letters.isdigit() or all(word in _EVERYDAY for word in _words(name)):
            return
        self._by_first.setdefault(stems[0], []).append(_Name(stems, any_case))

    def _longest_match(self, text: str, first: re.Match[str], names: Sequence[_Name]) -> int:
        for name in names:
            if name.any_case or not first[0][0].islower():
                end = _match_rest(text, first.end(), name.stems[1:])
                if end:
                    return end
        return 0


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


def _words(name: str) -> list[str]:
    return _WORD.findall(name.lower())


def _stem(word: str) -> str:
    word = word.lower()
    short = _ENDING.sub("", word)
    return short if len(short) >= _SHORTEST_STEM else word


def _match_rest(text: str, position: int, stems: Sequence[str]) -> int:
    """Return where the remaining words of a name end, or 0 if they do not follow."""
    for stem in stems:
        gap = _GAP.match(text, position)
        word = _WORD.match(text, gap.end()) if gap else None
        if word is None or _stem(word[0]) != stem:
            return 0
        position = word.end()
    return position


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
