"""The formats that tables are read and written in, and which one a file has."""

from pathlib import Path

from syto.errors import UserError, did_you_mean
from syto.tables.delimited import CSV, TSV
from syto.tables.excel import EXCEL
from syto.tables.json_lines import JSON_LINES
from syto.tables.parquet import PARQUET
from syto.tables.table import Format, Table

# The first that is text goes to standard output where the input's own format cannot.
FORMATS: tuple[Format, ...] = (CSV, TSV, JSON_LINES, PARQUET, EXCEL)


def format_named(name: str, what: str = "format") -> Format:
    """Return the format of a name; an unknown one is a `UserError`."""
    named = {format.name: format for format in FORMATS}
    if name not in named:
        raise UserError(f"{what} {name!r} is unknown{did_you_mean(name, named)}")
    return named[name]


def format_of(path: Path, given: str | None = None) -> Format:
    """Return the format of a file, by the name `given` or by the suffix; anything else is a `UserError`."""
    if given:
        return format_named(given)
    by_suffix = {suffix: format for format in FORMATS for suffix in format.suffixes}
    if found := by_suffix.get(path.suffix.lower()):
        return found
    raise UserError(
        f"{path}: suffix {path.suffix!r} is unknown; known: {', '.join(by_suffix)}"
        "; or name the format (--format, or `format:` in a config)"
    )


def text_formats() -> list[Format]:
    """Return those that may go to a terminal or a pipe."""
    return [format for format in FORMATS if not format.binary]


def open_table(path: Path, format: str | None = None, encoding: str | None = None) -> Table:
    """Return a file as a table; nothing of it is read yet."""
    return Table(path, format_of(path, format), encoding, str(path))
