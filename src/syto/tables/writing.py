"""Rows as a whole file."""

from collections.abc import Iterable
from pathlib import Path

from syto.tables.table import Format, Layout, Values
from syto.tables.whole import whole_file


def write_table(path: Path, format: Format, layout: Layout, rows: Iterable[Values]) -> None:
    """Write a file of these rows; after an exception it is not there, or as it was before."""
    with whole_file(path) as stream, format.sink(stream, layout) as write:
        for row in rows:
            write(row)
