"""Excel workbooks (xlsx): one sheet is read, one sheet is written, both as streams."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from tempfile import TemporaryDirectory
from typing import IO, Any, TypeGuard

import xlsxwriter

from syto.errors import UserError
from syto.tables.cells import as_text, encodable, link_of
from syto.tables.grid import Shape, rows_of, shape_of
from syto.tables.rows import Row
from syto.tables.table import MAX_COLUMNS, Format, Layout, Outline, Table, Values, Write
from syto.tables.workbook import Links, open_sheet

EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, MAX_COLUMNS  # of a sheet, header included
EXCEL_CELL = 32_767  # characters that a cell of Excel holds, counted in UTF-16
_NOTE = " … [cut by syto: {} characters]"
_NOTE_ROOM = 64  # the longest note
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_EXACT_IN_FLOAT = 2**53  # Excel keeps numbers as doubles
_FIRST_DAY = date(1900, 3, 1)  # before it, Excel's calendar is one day off
_LINKS, _LINK_LENGTH = 65_530, 2_079  # that a sheet and a link of Excel may have
_OFFERED = 255  # characters of a list to choose from
_MOMENTS = {
    date: "yyyy-mm-dd",
    datetime: "yyyy-mm-dd hh:mm:ss",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}
Moment = date | time | timedelta  # a datetime is a date, too


def _outline(table: Table) -> Outline:
    shape = _shape_of(table)
    return Outline(shape.names, shape.rows, notes=shape.notes)


def _rows(table: Table) -> Iterator[Row]:
    shape = _shape_of(table)
    with open_sheet(table) as sheet:
        yield from rows_of(sheet.rows(), shape)


def _shape_of(table: Table) -> Shape:
    """Look through a workbook once, though its outline and its rows are asked for one after the other."""
    about = table.path.stat()
    return _known_shape(table, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=4)
def _known_shape(table: Table, _size: int, _changed: int) -> Shape:
    links: Links = {}
    with open_sheet(table) as sheet:
        return shape_of(sheet.rows(links), table, links)


@contextmanager
def _sink(stream: IO[bytes], layout: Layout) -> Iterator[Write]:
    """Write one sheet; text stays text, be it a formula, a number or an address, and dates are dates."""
    if len(layout.names) > EXCEL_COLUMNS:
        raise UserError(
            f"xlsx holds {EXCEL_COLUMNS} columns, here are {len(layout.names)}; write csv or parquet"
        )
    with TemporaryDirectory(
        prefix="syto-", dir=layout.scratch
    ) as folder:  # rows wait on disk until the sheet is whole
        workbook = xlsxwriter.Workbook(stream, {"constant_memory": True, "tmpdir": folder})
        workbook.set_properties({"created": _CREATED})  # the same rows are the same bytes
        sheet = workbook.add_worksheet(layout.title)
        sheet.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True})
        for column, name in enumerate(layout.names):
            sheet.write_string(0, column, str(as_excel(name)), bold)
            offered = [*layout.choices.get(name, ())]
            if 0 < len(",".join(offered)) <= _OFFERED:
                wanted = {"validate": "list", "source": offered}
                sheet.data_validation(1, column, EXCEL_ROWS - 1, column, wanted)
        try:
            formats = {kind: workbook.add_format({"num_format": code}) for kind, code in _MOMENTS.items()}
            yield _writer(_Cells(sheet, formats), layout.names)
        except BaseException:
            sheet.row_data_fh.close()  # the rows are thrown away: assembling them could take minutes
            raise
        workbook.close()


def _writer(cells: "_Cells", names: tuple[str, ...]) -> Write:
    numbers = count(1)

    def write(row: Values) -> None:
        number = next(numbers)
        if number >= EXCEL_ROWS:
            raise UserError(f"xlsx holds {EXCEL_ROWS - 1:,} rows and here are more; write csv or parquet")
        for column, name in enumerate(names):
            cells.write(number, column, row.get(name))

    return write


class _Cells:
    """Writes each value as the kind of cell that it is."""

    def __init__(self, sheet: Any, formats: dict[type, Any]) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self._sheet, self._formats = sheet, formats
        self._links = 0

    def write(self, row: int, column: int, value: object) -> None:
        cell = as_excel(value)
        if isinstance(cell, bool):
            self._sheet.write_boolean(row, column, cell)
        elif isinstance(cell, str) and self._may_link(target := link_of(value)):
            self._sheet.write_url(row, column, target, None, cell)
        elif isinstance(cell, str) and cell:
            self._sheet.write_string(row, column, cell)
        elif isinstance(cell, int | float):
            self._sheet.write_number(row, column, cell)
        elif isinstance(cell, Moment):
            self._sheet.write_datetime(row, column, cell, self._formats[type(cell)])

    def _may_link(self, target: str) -> bool:
        """Let links to pages through, and none to a file or a program."""
        web = target.startswith(("https://", "http://")) and len(target) <= _LINK_LENGTH
        self._links += web
        return web and self._links <= _LINKS


def as_excel(value: object) -> str | float | bool | Moment | None:
    """Return a value as a cell of Excel; what does not fit is cut, and the cell says so."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) <= _EXACT_IN_FLOAT:
        return value
    if type(value) in _MOMENTS and _in_calendar(value):
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


EXCEL = Format("xlsx", (".xlsx", ".xlsm"), _outline, _rows, _sink, binary=True)
