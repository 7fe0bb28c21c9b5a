"""Spreadsheets of other kinds (ods, xls), which are only read; what is made of them is xlsx.

fastexcel reads them whole, so that what would fill the memory is refused before.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import count
from typing import IO
from zipfile import ZipFile

import fastexcel

from syto.errors import UserError
from syto.tables.excel import EXCEL
from syto.tables.grid import rows_of, shape_of
from syto.tables.rows import Row
from syto.tables.table import Format, Layout, Outline, Table, Write, unreadable
from syto.tables.workbook import BROKEN, Cells, check_sizes, choose_sheet, parse

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)?", re.ASCII)
_BATCH = 256  # rows; a cell may have megabytes
_MAX_BYTES = 1 << 27  # of what is read whole
_MAX_CELLS = 1 << 24  # of a sheet laid out up to its last cell: as many as the largest xls has


def _outline(table: Table) -> Outline:
    shape = shape_of(_cells(table), table, {})
    return Outline(shape.names, shape.rows, notes=shape.notes)


def _rows(table: Table) -> Iterator[Row]:
    return rows_of(_cells(table), shape_of(_cells(table), table, {}))


def _cells(table: Table) -> Iterator[tuple[int, Cells]]:
    """Read the sheet, every cell as text, dates in their ISO form."""
    try:
        _check(table)
        book = fastexcel.read_excel(table.path)
        name = choose_sheet(book.sheet_names, table)
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_arrow()
    except (fastexcel.FastExcelError, *BROKEN) as error:
        raise unreadable(table.name, f"a spreadsheet ({table.format.name})", error) from error
    numbers = count(1)
    for start in range(0, sheet.num_rows, _BATCH):
        columns = [column.to_pylist() for column in sheet.slice(start, _BATCH).columns]
        for values in zip(*columns, strict=True):
            yield next(numbers), {at: iso(value) for at, value in enumerate(values) if value}


def iso(text: str) -> str:
    """Return a moment as it is in the cell, which the library gives a day of 1899 or an hour of night."""
    if not (found := _MOMENT.fullmatch(text)):
        return text
    day, hour = found.groups()
    if day in ("1899-12-30", "1899-12-31"):
        return hour
    return day if hour == "00:00:00" else f"{day}T{hour}"


def _check(table: Table) -> None:
    if table.format is not ODS:
        _check_bytes(table, table.path.stat().st_size)
        return
    with ZipFile(table.path) as archive:
        check_sizes(archive, table.name)
        _check_bytes(table, archive.getinfo("content.xml").file_size)
        extent = _Extent()
        for _ in parse(archive, "content.xml", extent.start, extent.end):
            if extent.cells > _MAX_CELLS:
                raise UserError(f"{table.name} has a sheet of over {_MAX_CELLS:,} cells; save it as csv")


def _check_bytes(table: Table, size: int) -> None:
    if size > _MAX_BYTES:
        raise UserError(f"{table.name} is too large to be read whole; save it as xlsx or csv")


class _Extent:
    """Counts the cells of an ods: few are written down, and each may stand for a million."""

    def __init__(self) -> None:
        self.cells = 0
        self._rows = self._height = self._width = self._at = 0
        self._repeated = 1

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        repeats = next((int(value) for name, value in attributes.items() if name.endswith("-repeated")), 1)
        if tag == "table":
            self._rows = self._height = self._width = 0
        elif tag == "table-row":
            self._at, self._repeated = 0, repeats
        elif tag in ("table-cell", "covered-table-cell"):
            self._at += repeats
            if any(name.endswith("value-type") for name in attributes):
                self._width = max(self._width, self._at)
                self._height = self._rows + self._repeated
                self.cells = max(self.cells, self._width * self._height)

    def end(self, tag: str) -> None:
        if tag == "table-row":
            self._rows += self._repeated


def _sink(_stream: IO[bytes], _layout: Layout) -> AbstractContextManager[Write]:
    raise UserError("ods and xls are only read; write xlsx")


ODS, XLS = (
    Format(name, (f".{name}",), _outline, _rows, _sink, binary=True, successor=EXCEL)
    for name in ("ods", "xls")
)
