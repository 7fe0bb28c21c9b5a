"""Plain text files (txt), one article a file; a file or a folder of them is a table, which is only read."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from syto.errors import UserError
from syto.tables.delimited import CSV
from syto.tables.encodings import LINE_LIMIT, decode
from syto.tables.rows import Row
from syto.tables.table import Format, Layout, Outline, Table, Write

_NAMES = ("id", "title", "text")


def _files(table: Table) -> list[Path]:
    if not table.path.is_dir():
        return [table.path]
    files = [path for path in table.path.iterdir() if path.suffix.lower() == ".txt" and path.is_file()]
    if not files:
        raise UserError(f"{table.name} has no txt file; name another folder")
    return sorted(path for path in files if not path.name.startswith("."))


def _outline(table: Table) -> Outline:
    return Outline(_NAMES, len(_files(table)))


def _rows(table: Table) -> Iterator[Row]:
    for number, path in enumerate(_files(table), start=1):
        yield _row(number, path, table)


def _row(number: int, path: Path, table: Table) -> Row:
    values = {"id": path.stem, "title": "", "text": ""}
    try:
        with path.open("rb") as stream:
            raw = stream.read(LINE_LIMIT + 1)
    except OSError as error:
        return Row(number, values, f"{path.name} cannot be read: {error.strerror}")
    if len(raw) > LINE_LIMIT:
        return Row(number, values, f"{path.name} has over {LINE_LIMIT:,} bytes")
    return Row(number, values | {"text": decode(raw, table)})


def _sink(_stream: IO[bytes], _layout: Layout) -> AbstractContextManager[Write]:
    raise UserError("txt is only read; write csv")


TEXTS = Format("txt", (".txt",), _outline, _rows, _sink, successor=CSV, folder=True)
