"""One value as a cell of each kind of file."""

import json
import math
from datetime import date, datetime, time

EXCEL_CELL = 32_767  # characters that a cell of Excel holds, counted in UTF-16
_NOTE = " … [cut by syto: {} characters]"
_NOTE_ROOM = 64  # the longest note
_EXACT_IN_FLOAT = 2**53  # Excel keeps numbers as doubles
_DEPTH = 100  # levels of a nested value that are kept where it cannot be written as it is


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
    if isinstance(value, list | tuple | dict):
        return as_json(value)
    return str(value)


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


def as_excel(value: object) -> str | float | bool | None:
    """Return a value as a cell of Excel; what does not fit is cut, and the cell says so."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) <= _EXACT_IN_FLOAT:
        return value
    return cut_for_excel(encodable(as_text(value)))


def cut_for_excel(text: str) -> str:
    """Cut a text that is longer than a cell of Excel, and say by how many characters."""
    if 2 * len(text) <= EXCEL_CELL or _utf16_units(text) <= EXCEL_CELL:
        return text
    room = EXCEL_CELL - _NOTE_ROOM
    kept = text[:room].encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")
    return kept + _NOTE.format(len(text) - len(kept))


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
