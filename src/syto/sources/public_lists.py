"""Public lists of rated domains, read into opinions that name their rater and what it found.

A table has a column `domain` and one column or more of those below; a list as its makers publish it is read
after its column has been given that name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from syto.sources.domains import addresses_of, source_of
from syto.sources.hosts import host_of, parts_of
from syto.sources.platforms import is_platform
from syto.sources.weighing import Rating, RatingValue

DOMAIN = "domain"
# The GMF column names the lists a domain was found on. EUvsDisinfo lists outlets that were merely quoted as
# well and "Wikidata All News" says nothing, so neither counts.
GMF_NETWORKS = ("Portal Kombat", "RT Mirror", "Pink Slime")
_GMF_LISTS = (*GMF_NETWORKS, "Wikipedia Fake News", "Intel/Suspected", "Newsguard AI")


@dataclass(frozen=True, slots=True)
class PublicList:
    """How the values of one column are read."""

    rater: str
    date: str
    finding: str  # with {} for the value
    rating: Callable[[str], RatingValue | None]  # None: the value says nothing of the source


def _by_cuts(low: float, high: float) -> Callable[[str], RatingValue | None]:
    """Rate numbers: unreliable below `low`, reliable from `high` on."""

    def rating(value: str) -> RatingValue | None:
        number = float(value)
        return "unreliable" if number < low else "reliable" if number >= high else "mixed"

    return rating


def _by_cases(value: str) -> RatingValue | None:
    """Rate a number of cases; one or two may be a quotation."""
    cases = float(value)
    return "unreliable" if cases >= 10 else "mixed" if cases >= 3 else None


def _by_gmf(value: str) -> RatingValue | None:
    return "unreliable" if any(name in value for name in _GMF_LISTS) else None


def _by_network(value: str) -> RatingValue | None:
    """Rate membership in a network; `laundromat` are sites that others' articles from RT were found on."""
    return "mixed" if value == "laundromat" else "unreliable"


def _by_words(words: Mapping[str, RatingValue]) -> Callable[[str], RatingValue | None]:
    return lambda value: words.get(value.casefold())


PUBLIC_LISTS: Mapping[str, PublicList] = {
    "texty_points": PublicList("Texty", "2018", "{} points", _by_cuts(25, 82)),
    "idiap": PublicList("idiap", "", "score {}", _by_cuts(0, 1)),
    "pc1": PublicList("Lin et al.", "2023", "pc1 {}", _by_cuts(0.4, 0.6)),
    "euvsdisinfo_cases": PublicList("EUvsDisinfo", "", "{} cases", _by_cases),
    "gmf": PublicList("GMF", "", "listed: {}", _by_gmf),
    "dima": PublicList("DIMA", "", "network {}", _by_network),
    "tsutsman": PublicList("Tsutsman", "", "{}", _by_words({"propaganda": "unreliable"})),
    "vox_eu_list": PublicList("Vox", "", "{} list", _by_words({"black": "unreliable", "white": "reliable"})),
}


def opinions_of(row: Mapping[str, str]) -> list[Rating]:
    """Return what the lists say of the domain of a row; nothing of a platform, a page or no address.

    A value that cannot be read raises `ValueError`.
    """
    source = _site(row[DOMAIN])
    if not source:
        return []
    found = []
    for column, public_list in PUBLIC_LISTS.items():
        value = row.get(column, "").strip()
        rating = public_list.rating(value) if value else None
        if rating:
            evidence = public_list.finding.format(value.removesuffix(".0"))
            found.append(Rating(source, rating, public_list.rater, public_list.date, evidence))
    return found


def _site(domain: str) -> str:
    """Return the source that a domain is; empty for a part of a site, of a platform, and a short link."""
    host, path = host_of(domain), parts_of(domain)[1]
    platform = is_platform(host) or is_platform(source_of(host))
    return "" if not host or path.strip("/") or platform else addresses_of(host)[0]
