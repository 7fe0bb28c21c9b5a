"""The source registry: who rated which source how, when and why. It rates sources, not truth."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from syto.errors import UserError
from syto.resources import resource
from syto.sources.domains import addresses_of, source_of
from syto.sources.kinds import NEWS, Kind, read_kinds
from syto.sources.listings import Listings
from syto.sources.ratings_file import read_ratings
from syto.sources.weighing import Rating, weigh


@dataclass(frozen=True, slots=True)
class Registry:
    """The ratings, found by any address of a source."""

    ratings: Mapping[str, Rating]  # source → its rating, weighed where raters differ
    opinions: Mapping[str, Sequence[Rating]]  # source → what each rater says
    _sources: Mapping[str, str]  # source or alias → source
    listings: Listings = field(default_factory=Listings)  # of sources that have no rating above
    kinds: Mapping[str, Kind] = field(default_factory=dict)  # source → what it is, where that was looked at

    @classmethod
    def shipped(cls, more: Sequence[Path] = (), *, together: bool = False) -> "Registry":
        """Read the ratings that ship with the package, and further files after them."""
        return cls.from_files([resource("sources/ratings.csv"), *more], together=together)

    @classmethod
    def consulted(cls, more: Sequence[Path] = (), *, together: bool = False) -> "Registry":
        """Read what `shipped` reads, designations since, and for all other sources what public lists say.

        Training takes its labels from the files that its config names, never from here.
        """
        listings = Listings.from_file(resource("sources/listed.csv"))
        kinds = read_kinds(resource("sources/kinds.csv"))
        by_hand = cls.shipped([resource("sources/designated.csv"), *more], together=together)
        return replace(by_hand, listings=listings, kinds=kinds)

    @classmethod
    def from_files(cls, paths: Sequence[Path], *, together: bool = False) -> "Registry":
        """Read ratings files; a later file's rows of a source replace earlier ones and keep their aliases.

        With `together` they are weighed with them instead, except those of a rater who has spoken already. A
        row under an alias of an earlier file's source counts for that source.
        """
        opinions: dict[str, list[Rating]] = {}
        owners: dict[str, tuple[str, str]] = {}  # source or alias → its source, where that was said
        for path in paths:
            before = {address: source for address, (source, _) in owners.items()}
            in_this_file: dict[str, list[Rating]] = {}
            for where, row in read_ratings(path):
                rating = replace(row, source=before.get(row.source, row.source))
                _claim(rating, where, owners)
                others = in_this_file.setdefault(rating.source, [])
                _check_raters(rating, others, where)
                others.append(rating)
            for source, found in in_this_file.items():
                earlier = opinions.get(source, [])
                opinions[source] = (
                    [*earlier, *_of_other_raters(found, earlier)]
                    if together
                    else _with_aliases(found, earlier)
                )
        ratings = {source: weigh(found) for source, found in opinions.items()}
        return cls(ratings, opinions, {address: source for address, (source, _) in owners.items()})

    def canonical(self, url_or_source: str) -> str:
        """Return the one name of a source: the rated source that has this address, else `source_of`."""
        return self._listed(url_or_source) or self._found(url_or_source) or source_of(url_or_source)

    def rate(self, url_or_source: str) -> Rating | None:
        """Return the rating of the most specific address listed: the full host first, its domain last.

        What was checked by hand, or given, comes before every public list.
        """
        rated = self._listed(url_or_source)
        return self.ratings[rated] if rated else self.listings.rate(self._found(url_or_source))

    def opinions_on(self, source: str) -> Sequence[Rating]:
        """Return what each rater says of a source, by the name `canonical` gives it."""
        return self.opinions.get(source) or self.listings.opinions(source)

    def kind_of(self, source: str) -> Kind | None:
        """Return what a source is, where that was looked at; its name as `canonical` gives it."""
        return self.kinds.get(source)

    def listed_as(self, url_or_source: str) -> str:
        """Return the address or alias under which a source is listed; empty where it is not."""
        return next((key for key in addresses_of(url_or_source) if key in self._sources), "")

    @property
    def addresses(self) -> Iterable[str]:
        """Return every address that is listed."""
        return self._sources

    def _found(self, url_or_source: str) -> str:
        """Return the address under which public lists have a source; what is no newsroom has none."""
        key = next((key for key in addresses_of(url_or_source) if key in self.listings.rows), "")
        kind = self.kinds.get(key)
        return key if kind is None or kind.name == NEWS else ""

    def _listed(self, url_or_source: str) -> str:
        return self._sources.get(self.listed_as(url_or_source), "")


def _claim(rating: Rating, where: str, owners: dict[str, tuple[str, str]]) -> None:
    """Enter the addresses of a rating; raise UserError for one that belongs to another source."""
    for address in (rating.source, *rating.aliases):
        owner, first = owners.setdefault(address, (rating.source, where))
        if owner != rating.source:
            raise UserError(
                f"{where}: {address!r} already belongs to {owner!r} ({first}); "
                f"rate {owner!r} instead, or take the address out of one of the two rows"
            )


def _check_raters(rating: Rating, others: Iterable[Rating], where: str) -> None:
    """Refuse a second row of a source by the same rater."""
    for other in others:
        twice = set(rating.raters) & set(other.raters)
        if twice:
            raise UserError(
                f"{where}: {rating.source!r} is rated twice in this file by {min(twice)!r}; "
                "keep one row a rater"
            )


def _of_other_raters(found: Iterable[Rating], earlier: Iterable[Rating]) -> list[Rating]:
    known = {rater for rating in earlier for rater in rating.raters}
    return [rating for rating in found if not known & set(rating.raters)]


def _with_aliases(found: Sequence[Rating], earlier: Iterable[Rating]) -> list[Rating]:
    """Return the rows with the aliases of the rows they replace."""
    known = [alias for rating in earlier for alias in rating.aliases]
    first, *rest = found
    return [replace(first, aliases=tuple(dict.fromkeys((*known, *first.aliases)))), *rest]
