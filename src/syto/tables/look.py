"""How a table looks in a format that shows it: titles, widths, colours, and further sheets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Show = Callable[[object], object]  # a value → what a cell shows of it


def as_it_is(value: object) -> object:
    """Show a value as it is."""
    return value


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """How a column looks."""

    title: str
    show: Show = as_it_is
    code: str = ""  # Excel's format of its numbers
    width: int = 50  # characters, at most; narrower where its first rows need less
    shade: str = ""  # colour behind the title, such as #DDEBF7
    marks: Mapping[str, str] = field(default_factory=dict)  # text of a cell → colour behind it
    choices: Sequence[str] = ()  # what a person may fill in


@dataclass(frozen=True, slots=True)
class SheetLook:
    """A sheet that is written after the rows."""

    title: str
    columns: Sequence[ColumnLook]
    rows: Iterable[Sequence[object]]  # cells in the order of the columns


@dataclass(frozen=True, slots=True)
class Look:
    """How rows look, and what is told of them when all are written."""

    title: str  # of their sheet
    columns: Mapping[str, ColumnLook]  # those that are not here look as they are
    saw: Callable[[Mapping[str, object]], object]  # takes each row
    further: Callable[[], Iterable[SheetLook]]  # asked at the end
    lines: int = 3  # that a row shows of a long text
