"""JSON lines: one object a line; a bad line becomes a row with an error.

pyarrow.json is not used: a bad line ends its reading, and it wants one type a key.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO

from syto.errors import UserError
from syto.tables.cells import as_json
from syto.tables.encodings import decoded_lines
from syto.tables.rows import RAW_LENGTH, UNPARSED, Row
from syto.tables.table import Format, Layout, Outline, Table, Values, Write

_SAMPLE = 1_000  # lines whose keys make the columns


def _outline(table: Table) -> Outline:
    good = (row for row in islice(_rows(table), _SAMPLE) if not row.error)
    return Outline(tuple(dict.fromkeys(name for row in good for name in row.values)))


def _rows(table: Table) -> Iterator[Row]:
    """Yield one row a line; blank lines are no rows."""
    filled = (line for line in decoded_lines(table) if line.strip())
    for number, line in enumerate(filled, start=1):
        if number == 1 and line.lstrip().startswith("["):
            raise UserError(f"{table.name} is one JSON array; write one object a line (jq -c '.[]' does it)")
        yield _row(number, line)


def _row(number: int, line: str) -> Row:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Row(number, {UNPARSED: line.strip()[:RAW_LENGTH]}, f"the line is not JSON: {error}")
    if not isinstance(values, dict):
        return Row(number, {UNPARSED: line.strip()[:RAW_LENGTH]}, "the line is not a JSON object")
    return Row(number, values)


@contextmanager
def _sink(stream: IO[bytes], layout: Layout) -> Iterator[Write]:
    """Write each row with the keys that it came with; lists and records are nested."""

    def write(row: Values) -> None:
        stream.write(as_json(row).encode("utf-8", "backslashreplace") + b"\n")

    yield write


JSON_LINES = Format("jsonl", (".jsonl", ".ndjson", ".json"), _outline, _rows, _sink)
