"""csv and tsv; a line that cannot be read becomes a row with an error.

pyarrow.csv is not used: a stray quote or a row of another width ends its reading or is dropped, and here each
keeps its place. The standard library's reader is; what a stray quote swallowed is given to it again.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import IO

from syto.tables.cells import as_text
from syto.tables.encodings import LINE_LIMIT, decoded_lines, needs_mark
from syto.tables.formulas import guarded, unguarded
from syto.tables.rows import RAW_LENGTH, Row, unique_names
from syto.tables.table import Format, Layout, Outline, Table, Write

_FIELD_LIMIT = LINE_LIMIT  # characters in one cell; the library's own limit is 131,072
_RECORD_LIMIT = 2 * LINE_LIMIT  # characters in the lines of one row
_DELIMITERS = ",;\t|"
_RETURN = "\x00"  # stands for a carriage return inside a line
# A stray quote swallows lines up to the next quote. So many lines are read again; of more, each is read
# alone, so that a hostile file costs a bounded amount of work a line.
_REREAD_LINES = 1_000
_REREAD_CHARACTERS = 1 << 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a csv file takes over from another, so that its reader opens it in the same way."""

    delimiter: str = ","
    mark: bool = False  # a byte-order mark, as Excel wants it for Cyrillic


def _outline(table: Table, delimiter: str | None) -> Outline:
    names, found = _header(decoded_lines(table), delimiter)
    return Outline(tuple(names), kept=Dialect("," if delimiter else found, needs_mark(table)))


def _rows(table: Table, delimiter: str | None) -> Iterator[Row]:
    """Yield the rows after the header; blank lines are no rows."""
    lines = decoded_lines(table)
    names, delimiter = _header(lines, delimiter)
    records = (found for found in _records(lines, delimiter) if found[0])
    for number, (record, mended) in enumerate(records, start=1):
        yield _row(number, names, record, mended)


def _header(lines: Iterator[str], delimiter: str | None) -> tuple[list[str], str]:
    """Read the column names; without a `delimiter` it is the one that the header has most of."""
    line = next((line for line in lines if line.strip()), "")
    chosen = delimiter or max(_DELIMITERS, key=lambda sign: (line.count(sign), -_DELIMITERS.index(sign)))
    csv.field_size_limit(_FIELD_LIMIT)
    return unique_names(_read(_lenient(_hidden(line), chosen))), chosen


def _row(number: int, names: list[str], record: list[str], mended: bool) -> Row:
    """Pair cells with names; a short row ends with empty cells, unless a stray quote has swallowed them."""
    cells = _read(record)
    missing: list[None] = [None] * (len(names) - len(cells))
    values = dict(zip(names, [*cells, *missing], strict=False))
    beyond = cells[len(names) :]
    if not any(map(str.strip, beyond)) and not (missing and mended):
        return Row(number, values)
    error = f"the row has {len(record)} cells, the header has {len(names)}"
    if beyond:
        error += f"; beyond the header: {' | '.join(beyond)[:RAW_LENGTH]}"
    return Row(number, values, error)


def _read(record: list[str]) -> list[str]:
    return [unguarded(cell.replace(_RETURN, "\r")) for cell in record]


def _hidden(line: str) -> str:
    """Hide carriage returns inside a line, at which the library would end the row; NULs are free for that."""
    if "\r" not in line:
        return line
    body = line.rstrip("\r\n")
    return body.replace("\r", _RETURN) + line[len(body) :]


class _Pushback:
    """Lines that can be read again; remembers those of the record at hand."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self._room = _RECORD_LIMIT

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else _hidden(next(self._lines))
        self.taken.append(line)
        self._room -= len(line)
        if self._room < 0:
            raise csv.Error("the row is too long")
        return line

    def begin(self) -> None:
        """Begin with another record."""
        self.taken, self._room = [], _RECORD_LIMIT

    def give_back(self, lines: list[str]) -> None:
        self._again.extendleft(reversed(lines))


def _records(lines: Iterator[str], delimiter: str) -> Iterator[tuple[list[str], bool]]:
    """Yield the cells of each record; where quoting is broken, the lines are taken one by one: mended."""
    source = _Pushback(lines)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.begin()
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield from ((record, True) for record in _mended(source, delimiter))
        else:
            yield record, False


def _mended(source: _Pushback, delimiter: str) -> Iterator[list[str]]:
    """Take the first line of a broken record alone and give the others back, unless they are very many."""
    taken = source.taken
    few = len(taken) <= _REREAD_LINES and sum(map(len, taken)) <= _REREAD_CHARACTERS
    alone = taken[:1] if few else taken
    source.give_back(taken[len(alone) :])
    for line in alone:
        yield _lenient(line, delimiter)


def _lenient(line: str, delimiter: str) -> list[str]:
    try:
        record = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell over the limit
        record = line.rstrip("\r\n").split(delimiter)
    return [cell.rstrip("\r\n") for cell in record]


@contextmanager
def _sink(stream: IO[bytes], layout: Layout, delimiter: str | None) -> Iterator[Write]:
    """Write UTF-8; what a spreadsheet would take for a formula gets an apostrophe."""
    dialect = layout.kept if isinstance(layout.kept, Dialect) else Dialect()
    encoding = "utf-8-sig" if dialect.mark else "utf-8"
    text = io.TextIOWrapper(stream, encoding, "backslashreplace", newline="")
    names = layout.names
    try:
        writer = csv.writer(_Lines(text), delimiter=delimiter or dialect.delimiter, lineterminator="\r\n")
        writer.writerow(map(guarded, names))
        yield lambda row: writer.writerow([guarded(as_text(row.get(name))) for name in names])
        text.detach()
    except BaseException:
        with suppress(OSError, ValueError):  # detached, so that the stream is not closed a second time
            text.detach()
        raise


class _Lines:
    r"""Ends lines with `\n`; the library quotes a cell with a lone `\r` only where lines end with `\r\n`."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text

    def write(self, line: str) -> int:
        return self._text.write(line[:-2] + "\n")


def _format(name: str, delimiter: str | None) -> Format:
    """Give the format of a delimiter; None: it is found in the header."""
    return Format(
        name,
        (f".{name}",),
        outline=partial(_outline, delimiter=delimiter),
        rows=partial(_rows, delimiter=delimiter),
        sink=partial(_sink, delimiter=delimiter),
    )


CSV = _format("csv", None)
TSV = _format("tsv", "\t")
