"""The formats that tables are read and written in, and which one a file has."""

from collections.abc import Collection
from pathlib import Path

from syto.errors import UserError, did_you_mean
from syto.tables.articles import TEXTS
from syto.tables.delimited import CSV, TSV
from syto.tables.excel import EXCEL
from syto.tables.json_lines import JSON_LINES
from syto.tables.parquet import PARQUET
from syto.tables.spreadsheets import ODS, XLS
from syto.tables.table import Format, Table, packed

# Read and written. The first that is text goes to standard output where the input's own format cannot.
FORMATS: tuple[Format, ...] = (CSV, TSV, JSON_LINES, PARQUET, EXCEL)
ONLY_READ: tuple[Format, ...] = (ODS, XLS, TEXTS)
PACKED: tuple[Format, ...] = tuple(
    packed(format, kind) for format in FORMATS if not format.binary for kind in ("gzip", "zstd")
)


def _all() -> tuple[Format, ...]:
    return (*FORMATS, *ONLY_READ, *PACKED)


def format_named(name: str, what: str = "format", only_read: bool = True) -> Format:
    """Return the format of a name, one that is only read if it may be; an unknown one is a `UserError`."""
    named = {format.name: format for format in _all() if only_read or not format.successor}
    if name not in named:
        raise UserError(f"{what} {name!r} is unknown{did_you_mean(name, named)}")
    return named[name]


def format_of(path: Path, given: str | None = None) -> Format:
    """Return the format of a file, by the name `given` or by the suffix; anything else is a `UserError`."""
    if given:
        return format_named(given)
    if path.is_dir():
        return TEXTS
    by_suffix = {suffix: format for format in _all() for suffix in format.suffixes}
    for suffix in ("".join(path.suffixes[-2:]).lower(), path.suffix.lower()):
        if found := by_suffix.get(suffix):
            return found
    raise UserError(
        f"{path}: suffix {path.suffix!r} is unknown; known: {', '.join(by_suffix)}"
        "; or name the format (--format, or `format:` in a config)"
    )


def text_formats() -> list[Format]:
    """Return those that may go to a terminal or a pipe."""
    return [format for format in FORMATS if not format.binary]


def open_table(
    path: Path,
    format: str | None = None,
    encoding: str | None = None,
    sheet: str | int | None = None,
    known_names: Collection[str] = (),
) -> Table:
    """Return a file as a table; nothing of it is read yet.

    With `known_names` of columns, a header below a title is found; `sheet` is a name, or a number from 1.
    """
    known = frozenset(name.casefold() for name in known_names)
    return Table(path, format_of(path, format), encoding, str(path), sheet, known)
