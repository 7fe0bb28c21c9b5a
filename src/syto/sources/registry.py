"""The source registry: who rated which source how, when and why. It rates sources, not truth."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

from syto.errors import UserError, did_you_mean
from syto.resources import resource
from syto.sources.domains import addresses_of, source_of
from syto.sources.platforms import is_platform
from syto.sources.weighing import RATINGS, Rating, RatingValue, weigh

_YEAR = re.compile(r"(19|20)\d\d")
COLUMNS = tuple(field.name for field in fields(Rating))


@dataclass(frozen=True, slots=True)
class Registry:
    """The ratings, found by any address of a source."""

    ratings: Mapping[str, Rating]  # source → its rating, weighed where raters differ
    opinions: Mapping[str, Sequence[Rating]]  # source → what each rater says
    _sources: Mapping[str, str]  # source or alias → source

    @classmethod
    def shipped(cls, more: Sequence[Path] = (), *, together: bool = False) -> "Registry":
        """Read the ratings that ship with the package, and further files after them."""
        return cls.from_files([resource("sources/ratings.csv"), *more], together=together)

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
            for where, row in _read(path):
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
        return self._listed(url_or_source) or source_of(url_or_source)

    def rate(self, url_or_source: str) -> Rating | None:
        """Return the rating of the most specific address listed: the full host first, its domain last."""
        return self.ratings.get(self._listed(url_or_source))

    def listed_as(self, url_or_source: str) -> str:
        """Return the address or alias under which a source is listed; empty where it is not."""
        return next((key for key in addresses_of(url_or_source) if key in self._sources), "")

    @property
    def addresses(self) -> Iterable[str]:
        """Return every address that is listed."""
        return self._sources

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


def _read(path: Path) -> Iterator[tuple[str, Rating]]:
    """Yield every row with its place, `file:line`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            _check_columns(path, reader.fieldnames or ())
            for row in reader:
                where = f"{path}:{reader.line_num}"
                yield where, _rating(row, where)
    except FileNotFoundError:
        raise UserError(f"{path}: no such ratings file; check `data.ratings` or `--ratings`") from None
    except IsADirectoryError:
        raise UserError(f"{path} is a folder; name a ratings file in it") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path}: not a CSV file in UTF-8 ({error}); save it as one") from None


def _check_columns(path: Path, names: Iterable[str]) -> None:
    names = tuple(names)
    for name in names:
        if name not in COLUMNS:
            raise UserError(f"{path}:1: unknown column {name!r}{did_you_mean(name, COLUMNS)}")
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise UserError(f"{path}:1: no column {missing[0]!r}; the first line must be {','.join(COLUMNS)}")


def _rating(row: Mapping[str, str | None], where: str) -> Rating:
    if None in row or None in row.values():
        raise UserError(f"{where}: not {len(COLUMNS)} cells; put a cell with a comma in double quotes")
    cells = {name: (value or "").strip() for name, value in row.items()}
    for name in ("source", "rater", "evidence"):
        if not cells[name]:
            raise UserError(f"{where}: {name!r} is empty; every rating names its source, rater and evidence")
    return Rating(
        source=_address(cells["source"], where),
        rating=_rating_value(cells["rating"], where),
        rater=cells["rater"],
        date=_date(cells["date"], where),
        evidence=cells["evidence"],
        aliases=tuple(_address(alias, where) for alias in cells["aliases"].split()),
    )


def _address(text: str, where: str) -> str:
    """Return the key of an address; a page is refused, since only whole sites and channels are rated."""
    key = addresses_of(text)[0]
    is_page = "/" in text.split("://")[-1].strip("/") and not key.startswith("t.me/")
    if is_page or not key:
        raise UserError(f"{where}: {text!r} is no source; give a domain, a channel (t.me/name) or a name")
    if is_platform(key):
        raise UserError(f"{where}: {text!r} is a platform, where anybody publishes; rate a channel on it")
    return key


def _rating_value(text: str, where: str) -> RatingValue:
    for rating in RATINGS:
        if rating == text:
            return rating
    raise UserError(f"{where}: unknown rating {text!r}{did_you_mean(text, RATINGS)}")


def _date(text: str, where: str) -> str:
    if not text or _YEAR.fullmatch(text):
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        message = (
            f"{where}: unreadable date {text!r}; give a year (2024), an ISO date (2024-05-17) or nothing"
        )
        raise UserError(message) from None
