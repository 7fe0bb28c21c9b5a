"""Where an article comes from: its address before what a row claims, and what a person should know of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from syto.records import Article
from syto.sources.domains import addresses_of, source_of
from syto.sources.hosts import SCHEME, host_of
from syto.sources.kinds import NEWS
from syto.sources.platforms import is_platform
from syto.sources.public_lists import GMF_NETWORKS
from syto.sources.registry import Registry
from syto.sources.weighing import CONTRADICTION, Rating, conflict


@dataclass(frozen=True, slots=True)
class Source:
    """The source of an article, and how it is rated."""

    name: str = ""  # registrable domain or t.me/channel
    rating: Rating | None = None
    note: str = ""  # `kind: what stands there (what it is held against)`, several with `; ` between
    taken_for: str = ""  # the rated domain that it looks like and is not

    @classmethod
    def of(
        cls, article: Article, registry: Registry, taken_for: Callable[[str], str] = lambda _: ""
    ) -> "Source":
        """Look up the address of an article; its source column only where the address names no source.

        `taken_for` gives the rated domain that an unrated one looks like.
        """
        decides = not article.source or _names_source(article.url)
        chosen = article.url if decides else article.source
        rating = registry.rate(chosen)
        name = rating.source if rating else registry.canonical(chosen) or registry.canonical(article.url)
        original = taken_for(name) if _may_be_a_copy(rating, registry) else ""
        notes = [
            *(_rated_as(name, chosen, registry) if rating else _unrated(name, registry)),
            *([f"look-alike: {name} ({original})"] if original else []),
            *_claimed(name, article, registry, decides=decides),
        ]
        return cls(name, rating, "; ".join(notes), original)


def _names_source(address: str) -> bool:
    """Tell whether an address is one of a site or a channel, and not of a place where anybody publishes."""
    source = source_of(address)
    return bool(host_of(source)) and not is_platform(source)


def _may_be_a_copy(rating: Rating | None, registry: Registry) -> bool:
    """Tell whether nobody here vouches for a source: not rated, or on public lists for its network alone."""
    return rating is None or bool(
        rating.source not in registry.ratings and _network(registry.opinions_on(rating.source))
    )


def _unrated(name: str, registry: Registry) -> Iterator[str]:
    kind = registry.kind_of(name)
    if kind and kind.name != NEWS:
        yield f"{kind.name}: {name} (not rated as a source of news)"


def _rated_as(name: str, address: str, registry: Registry) -> Iterator[str]:
    """Say under which other address a rated source stands here, its network, and who contradicts whom."""
    host, listed = addresses_of(address)[0], registry.listed_as(address) or name
    if listed != name:
        yield f"{'channel' if listed.startswith('t.me/') else 'mirror'}: {listed} ({name})"
    elif host != name:
        yield f"subdomain: {host} ({name})"
    opinions = registry.opinions_on(name)
    if network := _network(opinions):
        yield f"network: {name} ({network})"
    if conflict(opinions) == CONTRADICTION:
        yield f"conflict: {name} ({', '.join(f'{each.rater} {each.rating}' for each in opinions)})"


def _network(opinions: Sequence[Rating]) -> str:
    """Return the network that DIMA, which rates networks of sites, counts a source to, or that GMF names."""
    for each in opinions:
        if "DIMA" in each.raters:
            return each.evidence.replace("network", "").replace("|", ", ").strip()
        if "GMF" in each.raters:
            return next((name for name in GMF_NETWORKS if name in each.evidence), "")
    return ""


def _claimed(name: str, article: Article, registry: Registry, *, decides: bool) -> Iterator[str]:
    """Hold the source column against the address; a name that nobody rates cannot be held against one."""
    address, claim = article.url, article.source
    if not decides and (host_of(address) or SCHEME.match(address)):
        yield f"claim: {host_of(address) or 'unreadable address'} ({name})"
    elif decides and (registry.rate(claim) or _names_source(claim)):
        claimed = registry.canonical(claim)
        if claimed != name and source_of(claimed) != source_of(name):
            yield f"contradiction: {name} ({claimed})"
