"""A file with a table: what is known of it, what is written of it, and what a format is."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO, Literal, cast

import pyarrow as pa

from syto.errors import UserError
from syto.tables.look import Look
from syto.tables.rows import Row
from syto.tables.whole import whole_file

MAX_COLUMNS = 16_384  # of a table, as of a sheet of Excel: no table of articles has more
Values = Mapping[str, object]
ColumnKind = Literal["text", "number", "json"]  # json: a list or a record; None where there is none
Write = Callable[[Values], object]  # takes one row
Packing = Literal["gzip", "zstd"]
_PACKED_SUFFIXES: Mapping[Packing, str] = MappingProxyType({"gzip": ".gz", "zstd": ".zst"})


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a table before its rows are read."""

    names: tuple[str, ...]  # columns
    rows: int | None = None  # None: the file does not say
    kept: object = None  # what a new file of this format takes over; other formats ignore it
    notes: tuple[str, ...] = ()  # what was done that a user should be told


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file to be written: those of an input first, then ours."""

    input: tuple[str, ...]
    output: Mapping[str, ColumnKind]  # under the names they have in the file
    kept: object = None  # of the input's outline
    title: str = "table"  # of the sheet, in a format that has sheets
    look: Look | None = None  # in a format that shows one
    scratch: Path | None = None  # for what waits on disk until the file is whole; None: the temporary folder

    @property
    def names(self) -> tuple[str, ...]:
        """All columns in order."""
        return (*self.input, *self.output)


@dataclass(frozen=True, slots=True)
class Format:
    """How tables of one kind are read and written."""

    name: str
    suffixes: tuple[str, ...]  # lower-cased; new files get the first
    outline: Callable[["Table"], Outline]
    rows: Callable[["Table"], Iterator[Row]]  # in order and none left out; a bad row carries its error
    sink: Callable[[IO[bytes], Layout], AbstractContextManager[Write]]  # the stream stays open
    binary: bool = False  # not for a terminal or a pipe
    packing: Packing | None = None  # of the bytes of its files
    successor: "Format | None" = None  # what new files are in, where this one is only read
    folder: bool = False  # a folder of such files is one table, and an empty file a row

    @property
    def written(self) -> "Format":
        """The format that rows read in this one are written in, if no other is asked for."""
        return self.successor or self

    def write(self, path: Path, layout: Layout, rows: Iterable[Values]) -> None:
        """Write a file of these rows; after an exception it is not there, or as it was before."""
        with whole_file(path) as stream, self.sink(stream, layout) as write:
            for row in rows:
                write(row)


@dataclass(frozen=True, slots=True)
class Table:
    """A file that is read as a table."""

    path: Path
    format: Format
    encoding: str | None  # of text; None: found
    name: str  # what messages call it
    sheet: str | int | None = None  # of a workbook: its name or number from 1; None: the first
    known_names: frozenset[str] = frozenset()  # in lower case; below a title, a row with some is the header

    def open(self) -> IO[bytes]:
        """Open the bytes of the file, unpacked as they are read."""
        if not self.format.packing:
            return self.path.open("rb")
        stream = pa.input_stream(str(self.path), compression=self.format.packing)
        return cast(IO[bytes], io.BufferedReader(cast(io.RawIOBase, stream)))

    def outline(self) -> Outline:
        """Return what the file says of itself; one that cannot be read is a `UserError`."""
        self._check()
        found = self.format.outline(self)
        self._check_width(found.names)
        return found

    def rows(self) -> Iterator[Row]:
        """Yield the rows in order, none left out; a bad row carries its error."""
        self._check()
        return self.format.rows(self)

    def survey(self) -> Outline:
        """Return all columns and the number of rows; a file that does not say it is read through once.

        That costs little beside most work on rows; a bar then knows the time left, and rows with unlike keys
        get a column for each.
        """
        found = self.outline()
        if found.rows is not None:
            return found
        count = 0
        names: dict[str, None] = {}
        for row in self.rows():
            count += 1
            names.update(dict.fromkeys(row.values))
            self._check_width(names)
        return replace(found, names=tuple(names) or found.names, rows=count)

    def _check(self) -> None:
        if self.format.folder and self.path.exists():
            return
        if not self.path.is_file():
            raise UserError(f"{self.name} is not there; check the path, which counts from the current folder")
        if self.path.stat().st_size == 0:
            raise empty(self.name)

    def _check_width(self, names: Sized) -> None:
        if len(names) > MAX_COLUMNS:
            raise UserError(
                f"{self.name} has over {MAX_COLUMNS:,} columns, more than a table of articles has"
                "; is its delimiter another one, or does it lie on its side? Keep the columns that are needed"
            )


def packed(format: Format, packing: Packing) -> Format:
    """Return the format of the same tables in packed files, which are unpacked and packed as streams."""
    suffix = _PACKED_SUFFIXES[packing]

    @contextmanager
    def sink(stream: IO[bytes], layout: Layout) -> Iterator[Write]:
        with (
            pa.CompressedOutputStream(_Open(stream), packing) as packer,
            format.sink(cast(IO[bytes], packer), layout) as write,
        ):
            yield write

    suffixes = tuple(each + suffix for each in format.suffixes)
    return replace(
        format, name=format.name + suffix, suffixes=suffixes, sink=sink, binary=True, packing=packing
    )


class _Open(io.RawIOBase):
    """A stream that is not closed with what writes to it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override] # pyarrow gives bytes
        return self._stream.write(data)


def empty(name: str) -> UserError:
    """Return the error for a table that has not even a header."""
    return UserError(f"{name} is empty: it has no rows and no column names; give another")


def unreadable(name: str, kind: str, error: Exception) -> UserError:
    """Return the error for a file that is not of its kind, or cut off."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UserError(f"{name} cannot be read as {kind}: {reason}; is it cut off? Copy or download it again")
