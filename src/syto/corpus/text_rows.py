"""Rows of csv, tsv and JSON-lines text; a bad line becomes a row with an error."""

import csv
import json
from collections import deque
from collections.abc import Iterator

from syto.corpus.rows import RAW_LENGTH, UNPARSED, Row, unique_names
from syto.errors import UserError

_FIELD_LIMIT = 1 << 25  # characters in one cell; the library's own limit is 131,072
_DELIMITERS = ",;\t|"
# A stray quote swallows lines up to the next quote. So many lines are read again; of more, each is read
# alone, so that a hostile file costs a bounded amount of work a line.
_REREAD_LINES = 1_000
_REREAD_CHARACTERS = 1 << 20


def header_of(lines: Iterator[str], delimiter: str | None) -> tuple[list[str], str]:
    """Read the column names; without a `delimiter` it is the one that the header has most of."""
    line = next((line for line in lines if line.strip()), "")
    chosen = delimiter or max(_DELIMITERS, key=lambda sign: (line.count(sign), -_DELIMITERS.index(sign)))
    csv.field_size_limit(_FIELD_LIMIT)
    record = _lenient(line, chosen)
    return unique_names(record), chosen


def delimited_rows(lines: Iterator[str], delimiter: str | None) -> Iterator[Row]:
    """Yield the rows of a csv or tsv text after its header; blank lines are no rows."""
    names, delimiter = header_of(lines, delimiter)
    records = (record for record in _records(lines, delimiter, len(names)) if record)
    for number, record in enumerate(records, start=1):
        yield _row(number, names, record)


def _row(number: int, names: list[str], record: list[str]) -> Row:
    values = dict(zip(names, record + [""] * (len(names) - len(record)), strict=False))
    if len(record) == len(names):
        return Row(number, values)
    error = f"the row has {len(record)} cells, the header has {len(names)}"
    if beyond := record[len(names) :]:
        error += f"; beyond the header: {' | '.join(beyond)[:RAW_LENGTH]}"
    return Row(number, values, error)


class _Pushback:
    """Lines that can be read again; remembers those of the record at hand."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        self._again.extendleft(reversed(lines))


def _records(lines: Iterator[str], delimiter: str, width: int) -> Iterator[list[str]]:
    """Yield the cells of each record; where quoting is broken, the lines are taken one by one."""
    source = _Pushback(lines)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.taken = []
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield from _mended(source, delimiter)
        else:
            yield record


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


def json_rows(lines: Iterator[str], where: str) -> Iterator[Row]:
    """Yield one row a line of JSON; blank lines are no rows."""
    filled = (line for line in lines if line.strip())
    for number, line in enumerate(filled, start=1):
        if number == 1 and line.lstrip().startswith("["):
            raise UserError(f"{where} is one JSON array; write one object a line (jq -c '.[]' does it)")
        yield _json_row(number, line)


def _json_row(number: int, line: str) -> Row:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Row(number, {UNPARSED: line.strip()[:RAW_LENGTH]}, f"the line is not JSON: {error}")
    if not isinstance(values, dict):
        return Row(number, {UNPARSED: line.strip()[:RAW_LENGTH]}, "the line is not a JSON object")
    return Row(number, values)
