"""The source registry: who rated which source how, when and why. It rates sources, not truth."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from syto.errors import UserError, did_you_mean
from syto.sources.domains import addresses_of, source_of

RatingValue = Literal["unreliable", "mixed", "reliable"]
RATINGS: tuple[RatingValue, ...] = get_args(RatingValue)
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Rating:
    """One row of a ratings file; its fields are the columns of the file."""

    source: str  # registrable domain, subdomain with a rating of its own, t.me/channel, or a name
    rating: RatingValue
    rater: str  # who says so; several raters are separated by `; `
    date: str  # year or ISO date of the rating; empty when unknown
    evidence: str  # what the rater found
    aliases: tuple[str, ...] = ()  # other addresses of the same source: mirrors, renames, channels


COLUMNS = tuple(field.name for field in fields(Rating))


@dataclass(frozen=True, slots=True)
class Registry:
    """The ratings, found by any address of a source."""

    ratings: Mapping[str, Rating]  # source → its rating
    _sources: Mapping[str, str]  # source or alias → source

    @classmethod
    def from_files(cls, paths: Sequence[Path]) -> "Registry":
        """Read ratings files; a later row of a source replaces an earlier file's and keeps its aliases."""
        ratings: dict[str, Rating] = {}
        owners: dict[str, tuple[str, str]] = {}  # source or alias → its source, where that was said
        for path in paths:
            in_this_file: set[str] = set()
            for where, rating in _read(path):
                if rating.source in in_this_file:
                    raise UserError(f"{where}: {rating.source!r} is rated twice in this file; keep one row")
                in_this_file.add(rating.source)
                _claim(rating, where, owners)
                ratings[rating.source] = _merged(ratings.get(rating.source), rating)
        return cls(ratings, {address: source for address, (source, _) in owners.items()})

    def canonical(self, url_or_source: str) -> str:
        """Return the one name of a source: the rated source that has this address, else `source_of`."""
        return self._listed(url_or_source) or source_of(url_or_source)

    def rate(self, url_or_source: str) -> Rating | None:
        """Return the rating of the most specific address listed: the full host first, its domain last."""
        return self.ratings.get(self._listed(url_or_source))

    def _listed(self, url_or_source: str) -> str:
        known = (self._sources[a] for a in addresses_of(url_or_source) if a in self._sources)
        return next(known, "")


def _claim(rating: Rating, where: str, owners: dict[str, tuple[str, str]]) -> None:
    """Enter the addresses of a rating; raise UserError for one that belongs to another source."""
    for address in (rating.source, *rating.aliases):
        owner, first = owners.setdefault(address, (rating.source, where))
        if owner != rating.source:
            raise UserError(
                f"{where}: {address!r} already belongs to {owner!r} ({first}); "
                f"rate {owner!r} instead, or take the address out of one of the two rows"
            )


def _merged(earlier: Rating | None, rating: Rating) -> Rating:
    aliases = (*(earlier.aliases if earlier else ()), *rating.aliases)
    return replace(rating, aliases=tuple(dict.fromkeys(aliases)))


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
