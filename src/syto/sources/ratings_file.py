"""A file of ratings: one row a source and rater, each with its evidence; what cannot be right is refused."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path

from syto.errors import UserError, did_you_mean
from syto.sources.domains import addresses_of
from syto.sources.platforms import is_platform
from syto.sources.weighing import RATINGS, Rating, RatingValue

_YEAR = re.compile(r"(19|20)\d\d")
COLUMNS = tuple(field.name for field in fields(Rating))


def read_ratings(path: Path) -> Iterator[tuple[str, Rating]]:
    """Yield every row with its place, `file:line`; `UserError` names the first that cannot be right."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            _check_columns(path, reader.fieldnames or ())
            for row in reader:
                where = f"{path}:{reader.line_num}"
                yield where, rating_of(row, where)
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


def rating_of(row: Mapping[str, str | None], where: str) -> Rating:
    """Read one row; `where` names it in errors."""
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
