"""What the columns of a file mean, and a row as an article."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from syto.corpus.rows import Row
from syto.errors import UserError, did_you_mean
from syto.records import Article

Field = Literal["title", "text", "url", "source", "published", "id", "language", "order", "split"]
KNOWN_NAMES: Mapping[Field, tuple[str, ...]] = {
    "text": ("text", "content", "body", "текст"),
    "title": ("title", "headline", "заголовок"),
    "url": ("url", "link", "посилання"),
    "id": ("id",),
    "published": ("published", "date"),
    "source": ("source", "domain", "channel", "джерело"),
}
_YEAR_FIRST = re.compile(r"\s*(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)", re.ASCII)
_DAY_FIRST = re.compile(r"\s*(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)", re.ASCII)


class FirstOf(BaseModel):
    """The first part of a cell that holds several."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    first_of: str  # what separates the parts


class ColumnMap(BaseModel):
    """Which column holds what; what is left out is found by name, what is given as null is not looked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | FirstOf | None = None
    text: str | FirstOf | None = None
    url: str | FirstOf | None = None
    source: str | FirstOf | None = None
    published: str | FirstOf | None = None
    id: str | FirstOf | None = None
    language: str | FirstOf | None = None
    order: str | FirstOf | None = None  # rises with time, where there are no dates
    split: str | FirstOf | None = None  # train, validation or test


def find_columns(names: Sequence[str], given: ColumnMap, where: str = "the input") -> ColumnMap:
    """Complete `given` by name; a given column that is missing, or neither text nor title: `UserError`."""
    chosen = {field: getattr(given, field) for field in given.model_fields_set}
    for field, choice in chosen.items():
        column = _column(choice)
        if column is not None and column not in names:
            raise UserError(
                f"{where} has no column {column!r} (for {field}){did_you_mean(column, names)}"
                f"; its columns: {', '.join(names)}"
            )
    by_name = {name.strip().casefold(): name for name in reversed(names)}
    for known, candidates in KNOWN_NAMES.items():
        found = next((by_name[name] for name in candidates if name in by_name), None)
        chosen.setdefault(known, found)
    if chosen["text"] is None and chosen["title"] is None:
        raise UserError(
            f"{where} has neither a text nor a title column; its columns: {', '.join(names)}"
            "; name one (--text-column, or `columns: {text: ...}` in a config)"
        )
    return ColumnMap(**chosen)


def _column(choice: str | FirstOf | None) -> str | None:
    return choice.column if isinstance(choice, FirstOf) else choice


def to_article(row: Row, columns: ColumnMap) -> Article:
    """Read the mapped cells of a row; without an id the row number is the id."""
    title = columns.title if columns.title != columns.text else None  # one column, not twice
    return Article(
        id=cell_text(row, columns.id).strip() or str(row.number),
        text=cell_text(row, columns.text),
        title=cell_text(row, title),
        url=cell_text(row, columns.url).strip(),
        source=cell_text(row, columns.source).strip(),
        published=as_date(_cell(row, columns.published)),
        order=_as_number(_cell(row, columns.order)),
        language=cell_text(row, columns.language).strip().lower(),
    )


def _cell(row: Row, choice: str | FirstOf | None) -> object:
    if not isinstance(choice, FirstOf):
        return row.values.get(choice) if choice is not None else None
    value = row.values.get(choice.column)
    return value.split(choice.first_of)[0].strip() if isinstance(value, str) else value


def cell_text(row: Row, choice: str | FirstOf | None) -> str:
    """Return a cell as text; an empty cell, None and NaN are ''."""
    value = _cell(row, choice)
    if value is None or value != value:
        return ""
    return value if isinstance(value, str) else str(value)


def as_date(value: object) -> date | None:
    """Read a date object, ISO, YYYYMMDD, YYYY/MM/DD, DD.MM.YYYY or DD/MM/YYYY; anything else is None."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str | int):
        return None
    text = str(value)
    try:
        if found := _YEAR_FIRST.match(text):
            return date(*map(int, found.groups()))
        if found := _DAY_FIRST.match(text):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
    except ValueError:  # a thirteenth month
        return None
    return None


def _as_number(value: object) -> float | None:
    if not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if number == number else None
