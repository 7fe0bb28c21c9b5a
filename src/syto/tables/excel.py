"""Excel workbooks (xlsx): the first sheet is read, one sheet is written."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from tempfile import TemporaryDirectory
from typing import IO, Any

import fastexcel
import pyarrow as pa
import xlsxwriter

from syto.errors import UserError
from syto.tables.cells import as_text, encodable
from syto.tables.rows import Row, unique_names
from syto.tables.table import Format, Layout, Outline, Table, Values, Write, unreadable

EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, 16_384  # of a sheet, header included
EXCEL_CELL = 32_767  # characters that a cell of Excel holds, counted in UTF-16
_BATCH = 256  # rows; a cell may have megabytes
_NAMELESS = "__UNNAMED__"  # how fastexcel calls a column without a name
_NOTE = " … [cut by syto: {} characters]"
_NOTE_ROOM = 64  # the longest note
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_EXACT_IN_FLOAT = 2**53  # Excel keeps numbers as doubles


def _open(table: Table) -> tuple[pa.RecordBatch, list[str]]:
    """Read the sheet, every cell as text, and name its columns; no part of a workbook can be read alone."""
    try:
        sheet = fastexcel.read_excel(table.path).load_sheet(0, dtypes="string").to_arrow()
    except (fastexcel.FastExcelError, OSError) as error:
        raise unreadable(table.name, "an Excel workbook (xlsx)", error) from error
    if not sheet.num_columns:
        raise UserError(f"{table.name} is empty: its first sheet has no rows and no column names")
    return sheet, unique_names(["" if name.startswith(_NAMELESS) else name for name in sheet.schema.names])


def _outline(table: Table) -> Outline:
    sheet, names = _open(table)
    return Outline(tuple(names), sheet.num_rows)


def _rows(table: Table) -> Iterator[Row]:
    sheet, names = _open(table)
    for start in range(0, sheet.num_rows, _BATCH):
        columns = [column.to_pylist() for column in sheet.slice(start, _BATCH).columns]
        for number, cells in enumerate(zip(*columns, strict=True), start=start + 1):
            yield Row(number, dict(zip(names, cells, strict=True)))


@contextmanager
def _sink(stream: IO[bytes], layout: Layout) -> Iterator[Write]:
    """Write one sheet; text stays text, be it a formula, a number or an address."""
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
        try:
            yield _writer(sheet, layout.names)
        except BaseException:
            sheet.row_data_fh.close()  # the rows are thrown away: assembling them could take minutes
            raise
        workbook.close()


def _writer(sheet: Any, names: tuple[str, ...]) -> Write:  # noqa: ANN401 - xlsxwriter has no types
    numbers = count(1)

    def write(row: Values) -> None:
        number = next(numbers)
        if number >= EXCEL_ROWS:
            raise UserError(f"xlsx holds {EXCEL_ROWS - 1:,} rows and here are more; write csv or parquet")
        for column, name in enumerate(names):
            _write_cell(sheet, number, column, as_excel(row.get(name)))

    return write


def _write_cell(sheet: Any, row: int, column: int, value: str | float | bool | None) -> None:  # noqa: ANN401
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, str) and value:
        sheet.write_string(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)


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


EXCEL = Format("xlsx", (".xlsx",), _outline, _rows, _sink, binary=True)
