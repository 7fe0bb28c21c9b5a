"""Excel workbooks (xlsx): one sheet is read, one is written and those that explain it, all as streams."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from tempfile import TemporaryDirectory
from typing import IO

from syto.errors import UserError
from syto.tables.grid import Shape, rows_of, shape_of
from syto.tables.look import ColumnLook
from syto.tables.rows import Row
from syto.tables.sheet_writer import open_book
from syto.tables.table import MAX_COLUMNS, Format, Layout, Outline, Table, Values, Write
from syto.tables.workbook import Links, open_sheet

EXCEL_COLUMNS = MAX_COLUMNS  # of a sheet


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
    """Write the rows, and at the end the sheets that their look adds."""
    if len(layout.names) > EXCEL_COLUMNS:
        raise UserError(
            f"xlsx holds {EXCEL_COLUMNS} columns, here are {len(layout.names)}; write csv or parquet"
        )
    names, look = layout.names, layout.look
    looks = look.columns if look else {}
    columns = [looks.get(name) or ColumnLook(name) for name in names]
    with (  # rows wait on disk until the sheet is whole
        TemporaryDirectory(prefix="syto-", dir=layout.scratch) as folder,
        open_book(stream, folder) as book,
    ):
        sheet = book.sheet(look.title if look else layout.title, columns, look.lines if look else 0)

        def write(row: Values) -> None:
            sheet.write([row.get(name) for name in names])
            if look:
                look.saw(row)

        yield write
        sheet.end()
        for further in look.further() if look else ():
            book.write(further)


EXCEL = Format("xlsx", (".xlsx", ".xlsm"), _outline, _rows, _sink, binary=True)
