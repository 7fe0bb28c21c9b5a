"""The value of a cell as text, as JSON, and read from text as a date or a number."""

import json
import math
import re
from datetime import date, datetime, time, timedelta

_HOUR, _MINUTE, _SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
_DEPTH = 100  # levels of a nested value that are kept where it cannot be written as it is
_YEAR_FIRST = re.compile(r"\s*(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)", re.ASCII)
_DAY_FIRST = re.compile(r"\s*(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)", re.ASCII)


class Linked(str):
    """The text of a cell over a link."""

    target: str

    def __new__(cls, text: str, target: str = "") -> "Linked":
        """Put a text over a target."""
        linked = super().__new__(cls, text)
        linked.target = target
        return linked


def link_of(value: object) -> str:
    """Return the address that the text of a cell lies over; of any other value ''."""
    return value.target if isinstance(value, Linked) else ""


def as_text(value: object) -> str:
    """Return a value as the text of a cell; None and NaN are '', lists and records are JSON."""
    if isinstance(value, str):
        return value
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):  # as Excel shows it; its own text counts days
        return f"{value // _HOUR}:{value % _HOUR // _MINUTE:02}:{value % _MINUTE // _SECOND:02}"
    if isinstance(value, list | tuple | dict):
        return as_json(value)
    try:
        return str(value)
    except (ValueError, OverflowError):  # a date of Arrow that Python's calendar has not
        return f"[{type(value).__name__} out of range]"


def as_json(value: object) -> str:
    """Return a value as strict JSON on one line; NaN is null, what JSON does not know is its text."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=as_text)
    except (ValueError, TypeError, RecursionError):  # a NaN, a key that is no text, a hostile depth
        return json.dumps(_plain(value, _DEPTH), ensure_ascii=False)


def _plain(value: object, depth: int) -> object:
    if isinstance(value, dict | list | tuple) and not depth:
        return "[nested too deeply]"
    if isinstance(value, dict):
        return {as_text(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth - 1) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, str | int | None) else as_text(value)


def encodable(text: str) -> str:
    r"""Return the text with half surrogate pairs, which JSON may hold and UTF-8 may not, as `\ud83d`."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


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


def as_number(value: object) -> float | None:
    """Read a number; what is none, and NaN, is None."""
    if not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if number == number else None
