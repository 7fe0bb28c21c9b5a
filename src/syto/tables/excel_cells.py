"""Values as cells of Excel: what it holds, and what is cut."""

import math
from datetime import date, datetime, time, timedelta
from typing import TypeGuard

from syto.tables.cells import as_text, encodable

EXCEL_CELL = 32_767  # characters that a cell of Excel holds, counted in UTF-16
_NOTE = " … [cut by syto: {} characters]"
_NOTE_ROOM = 64  # the longest note
_EXACT_IN_FLOAT = 2**53  # Excel keeps numbers as doubles
_FIRST_DAY = date(1900, 3, 1)  # before it, Excel's calendar is one day off
MOMENTS = {
    date: "yyyy-mm-dd",
    datetime: "yyyy-mm-dd hh:mm:ss",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}
Moment = date | time | timedelta  # a datetime is a date, too


def as_excel(value: object) -> str | float | bool | Moment | None:
    """Return a value as a cell of Excel; what does not fit is cut, and the cell says so."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) <= _EXACT_IN_FLOAT:
        return value
    if type(value) in MOMENTS and _in_calendar(value):
        return value
    return cut_for_excel(encodable(as_text(value)))


def _in_calendar(value: object) -> TypeGuard[Moment]:
    """Tell whether Excel has such a moment: it knows no time zones and no nineteenth century."""
    if isinstance(value, datetime | time) and value.tzinfo:
        return False
    if isinstance(value, datetime):
        value = value.date()
    return (
        value >= _FIRST_DAY
        if isinstance(value, date)
        else not isinstance(value, timedelta) or value.days >= 0
    )


def cut_for_excel(text: str) -> str:
    """Cut a text that is longer than a cell of Excel, and say by how many characters."""
    if 2 * len(text) <= EXCEL_CELL or _utf16_units(text) <= EXCEL_CELL:
        return text
    room = EXCEL_CELL - _NOTE_ROOM
    kept = text[:room].encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")
    return kept + _NOTE.format(len(text) - len(kept))


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
