"""Sheets of an Excel workbook, row by row; text stays text, be it a formula, a number or an address."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import IO, Any

import xlsxwriter

from syto.errors import UserError
from syto.tables.cells import link_of
from syto.tables.excel_cells import MOMENTS, Moment, as_excel
from syto.tables.look import ColumnLook, SheetLook

Xlsx = Any  # of xlsxwriter, which has no types
EXCEL_ROWS = 1_048_576  # of a sheet, header included
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_OFFERED = 255  # characters of a list to choose from
_LINKS, _LINK_LENGTH = 65_530, 2_079  # that a sheet and a link of Excel may have
_LOOKED_AT = 200  # rows by which a column gets its width
_NARROW = 9  # characters of a column
_PAGE = 180  # characters that a printed page is wide
_LINE = 15  # points of height
_TITLE_LINES = 4
_TITLE = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
_A4 = 9
_WHOLE = "A1:XFD1048576"


@contextmanager
def open_book(stream: IO[bytes], folder: str) -> Iterator["Book"]:
    """Give a workbook whose rows wait in the folder; the same rows are the same bytes."""
    workbook = xlsxwriter.Workbook(stream, {"constant_memory": True, "tmpdir": folder})
    workbook.set_properties({"created": _CREATED})
    try:
        yield Book(workbook)
    except BaseException:
        for sheet in workbook.worksheets():
            sheet.row_data_fh.close()  # the rows are thrown away: assembling them could take minutes
        raise
    workbook.close()


class Book:
    """Makes the sheets of a workbook."""

    def __init__(self, workbook: Xlsx) -> None:
        self._workbook = workbook
        self.format = cache(self._format)

    def sheet(self, title: str, columns: Sequence[ColumnLook], lines: int = 0) -> "SheetWriter":
        """Begin a sheet; with `lines` texts break and each row is so high, without a text is one line."""
        sheet = self._workbook.add_worksheet(title)
        if lines:
            sheet.set_default_row(lines * _LINE)
        return SheetWriter(self, sheet, columns, breaks=lines > 0)

    def write(self, look: SheetLook) -> None:
        """Write a whole sheet, whose rows are as high as their texts."""
        sheet = SheetWriter(self, self._workbook.add_worksheet(look.title), look.columns, breaks=True)
        for row in look.rows:
            sheet.write(row, whole=True)
        sheet.end()

    def _format(self, **properties: object) -> Xlsx:
        return self._workbook.add_format(properties)


class SheetWriter:
    """Writes each value as the kind of cell that it is, below a header that stays in sight."""

    def __init__(self, book: Book, sheet: Xlsx, columns: Sequence[ColumnLook], *, breaks: bool) -> None:
        self._book, self._sheet, self._columns, self._breaks = book, sheet, columns, breaks
        self._links = self._rows = 0
        self._widths = [0] * len(columns)
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": _WHOLE})  # an id such as 007 is meant to be one
        if breaks:
            sheet.set_row(0, _TITLE_LINES * _LINE)
        for at, column in enumerate(columns):
            shade = {"bg_color": column.shade} if column.shade else {}
            sheet.write_string(0, at, str(as_excel(column.title)), book.format(**_TITLE, **shade))

    def write(self, row: Sequence[object], *, whole: bool = False) -> None:
        """Write a row, with `whole` as high as its texts; one more than Excel has is a `UserError`."""
        self._rows += 1
        if self._rows >= EXCEL_ROWS:
            raise UserError(f"xlsx holds {EXCEL_ROWS - 1:,} rows and here are more; write csv or parquet")
        lines = max(map(_lines, self._columns, row), default=1) if whole else 1
        if lines > 1:  # LibreOffice does not find it out
            self._sheet.set_row(self._rows, lines * _LINE)
        for at, (column, value) in enumerate(zip(self._columns, row, strict=True)):
            self._cell(at, column, column.show(value))

    def _cell(self, at: int, column: ColumnLook, value: object) -> None:
        cell = as_excel(value)
        place = self._rows, at
        if isinstance(cell, bool):
            self._sheet.write_boolean(*place, cell, self._plain())
        elif isinstance(cell, str) and cell:
            self._text(place, cell, link_of(value))
        elif isinstance(cell, int | float):
            self._sheet.write_number(*place, cell, self._plain(column.code))
        elif isinstance(cell, Moment):
            self._sheet.write_datetime(*place, cell, self._plain(MOMENTS[type(cell)]))

    def _text(self, place: tuple[int, int], text: str, target: str) -> None:
        if self._rows <= _LOOKED_AT:
            self._widths[place[1]] = max(self._widths[place[1]], *map(len, text.splitlines() or [""]))
        if self._may_link(target):
            link = self._book.format(font_color="#0563C1", underline=1, valign="top")
            self._sheet.write_url(*place, target, link, text)
        else:
            self._sheet.write_string(*place, text, self._plain(breaks=self._breaks))

    def _plain(self, code: str = "", *, breaks: bool = False) -> Xlsx:
        number = {"num_format": code, "align": "center"} if code else {}
        wrap = {"text_wrap": True} if breaks else {}
        return self._book.format(valign="top", **number, **wrap)

    def _may_link(self, target: str) -> bool:
        """Let links to pages through, and none to a file or a program."""
        web = target.startswith(("https://", "http://")) and len(target) <= _LINK_LENGTH
        self._links += web
        return web and self._links <= _LINKS

    def end(self) -> None:
        """Add what has to know the last row: filters, colours, widths, and how it is printed."""
        if self._columns:
            self._sheet.autofilter(0, 0, self._rows, len(self._columns) - 1)
        widths = [self._width(at, column) for at, column in enumerate(self._columns)]
        for at, column in enumerate(self._columns):
            self._sheet.set_column(at, at, widths[at])
            for text, colour in column.marks.items():
                rule = {"type": "cell", "criteria": "==", "value": f'"{text}"'}
                shown = self._book.format(bg_color=colour, font_color="#000000")
                self._sheet.conditional_format(1, at, max(self._rows, 1), at, rule | {"format": shown})
            if 0 < len(",".join(column.choices)) <= _OFFERED:
                offered = {"validate": "list", "source": [*column.choices]}
                self._sheet.data_validation(1, at, max(self._rows, 1), at, offered)
        self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.fit_to_pages(max(1, round(sum(widths) / _PAGE)), 0)
        self._sheet.repeat_rows(0)
        self._sheet.hide_gridlines(0)  # print them

    def _width(self, at: int, column: ColumnLook) -> int:
        """Return a width that holds most cells, and the longest word of the title beside its arrow."""
        word = max(map(len, column.title.split()), default=0) + 3
        return min(max(self._widths[at] + 2, word, _NARROW), column.width)


def _lines(column: ColumnLook, value: object) -> int:
    """Return how many lines a text takes; letters are of unlike width, so that a tenth is left free."""
    return -(-len(value) * 11 // (column.width * 10)) if isinstance(value, str) else 1
