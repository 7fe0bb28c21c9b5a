"""A file with a table: what is known of it, what is written of it, and what a format is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from syto.errors import UserError
from syto.tables.rows import Row
from syto.tables.whole import whole_file

Values = Mapping[str, object]
ColumnKind = Literal["text", "number", "json"]  # json: a list or a record; None where there is none
Write = Callable[[Values], object]  # takes one row


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a table before its rows are read."""

    names: tuple[str, ...]  # columns
    rows: int | None = None  # None: the file does not say
    kept: object = None  # what a new file of this format takes over; other formats ignore it


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file to be written: those of an input first, then ours."""

    input: tuple[str, ...]
    output: Mapping[str, ColumnKind]  # under the names they have in the file
    kept: object = None  # of the input's outline
    title: str = "table"  # of the sheet, in a format that has sheets
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

    def outline(self) -> Outline:
        """Return what the file says of itself; one that cannot be read is a `UserError`."""
        self._check()
        return self.format.outline(self)

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
        return replace(found, names=tuple(names) or found.names, rows=count)

    def _check(self) -> None:
        if not self.path.is_file():
            raise UserError(f"{self.name} is not there; check the path, which counts from the current folder")
        if self.path.stat().st_size == 0:
            raise empty(self.name)


def empty(name: str) -> UserError:
    """Return the error for a table that has not even a header."""
    return UserError(f"{name} is empty: it has no rows and no column names")


def unreadable(name: str, kind: str, error: Exception) -> UserError:
    """Return the error for a file that is not of its kind, or cut off."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UserError(f"{name} cannot be read as {kind}: {reason}; is it cut off? Copy or download it again")
