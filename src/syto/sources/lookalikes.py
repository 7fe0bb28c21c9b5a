"""Domains made to be taken for another: copies of the Doppelganger kind, and names one letter off.

A look-alike never gets the rating of what it looks like; it is said, so that a person looks.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import combinations

from syto.sources.domains import name_of, source_of

_SHORTEST = 5  # letters of a name; shorter ones are alike by chance
_SHORTEST_NEAR = 7  # of one that is nearly another
_NEAR = 0.85  # ratio of difflib: one letter of seven changed
_TWINS = str.maketrans(
    "аеіїорсухѕјһԁԛԝωi013", "aellopcyxsjhdqwwlole"
)  # of Cyrillic and Greek, and digits; i is l


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """The known domains in the forms that others are compared with."""

    known: frozenset[str]  # registrable domains
    _whole: Mapping[str, str]  # the domain with dots as hyphens → the domain
    _names: Mapping[str, str]  # what stands before the public suffix → the domain
    _by_start: Mapping[tuple[str, int], Sequence[str]]  # first letter and length → those names
    _channels: Mapping[str, str]  # a name or a whole domain without dots and hyphens → the domain

    @classmethod
    def of(cls, sources: Iterable[str]) -> "Lookalikes":
        """Take the domains among sources; channels and names are left out."""
        known = sorted({source_of(source) for source in sources if _is_domain(source)})
        names = {_plain(name_of(domain)): domain for domain in known}
        names = {name: domain for name, domain in names.items() if len(name) >= _SHORTEST}
        by_start: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for name in names:
            by_start[name[0], len(name)].append(name)
        whole = {_plain(domain): domain for domain in known}
        channels = {name.replace("-", ""): domain for name, domain in (names | whole).items()}
        return cls(frozenset(known), whole, names, by_start, channels)

    def taken_for(self, source: str) -> str:
        """Return the known domain that a source may be taken for; empty where there is none.

        A channel may be by its name: that of the domain, with its ending or without.
        """
        if source.startswith("t.me/"):
            return self._by_channel(source)
        if not _is_domain(source) or source_of(source) in self.known:
            return ""
        whole, name = _plain(source), _plain(name_of(source))
        if whole in self._whole:  # letters of another script or digits in place of letters
            return self._whole[whole]
        parts = whole.split("-")
        for start, end in combinations(range(len(parts)), 2):  # pravda-com-ua.example
            inside = "-".join(parts[start:end])
            if inside in self._whole:
                return self._whole[inside]
        if name in self._names:  # the same name under another ending
            return self._names[name]
        near = get_close_matches(name, self._about_as_long(name), n=1, cutoff=_NEAR)
        return self._names[near[0]] if near else ""

    def _by_channel(self, source: str) -> str:
        name = _plain(source.removeprefix("t.me/")).replace("_", "")
        return self._channels.get(name, "")

    def _about_as_long(self, name: str) -> list[str]:
        if len(name) < _SHORTEST_NEAR:
            return []
        lengths = range(len(name) - 1, len(name) + 2)
        return [known for length in lengths for known in self._by_start.get((name[0], length), ())]


def _is_domain(source: str) -> bool:
    return "." in source and "/" not in source


@lru_cache(maxsize=65_536)
def _plain(domain: str) -> str:
    """Write look-alike letters as Latin ones, `rn` as `m`, and dots as hyphens."""
    letters = unicodedata.normalize("NFKD", domain.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return bare.translate(_TWINS).replace("rn", "m").replace(".", "-")
