"""Rows of a sheet: where the header is, what the columns are called, and which row is the last."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from syto.errors import UserError
from syto.tables.cells import Linked
from syto.tables.rows import Row, unique_names
from syto.tables.table import Table
from syto.tables.workbook import Cells, Links

_GAP = 10_000  # blank rows before another filled one: what stands there was left by mistake
_TITLES = 10  # rows among which a header is looked for below a title


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the rows and columns of a sheet are."""

    header: int  # the number of its row; what is above is no row
    names: tuple[str, ...]
    first: int  # column of the first name
    last: int  # the last row with anything in it
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many there are."""
        return self.last - self.header

    @property
    def notes(self) -> tuple[str, ...]:
        """Say that a title was left out."""
        return (f"the column names are in row {self.header}",) if self.header > 1 else ()


def shape_of(rows: Iterable[tuple[int, Cells]], table: Table, links: Links) -> Shape:
    """Look a sheet through once; `links` are filled by whoever yields the rows."""
    head: list[tuple[int, Cells]] = []
    last = first = width = 0
    for number, cells in rows:
        if not _filled(cells):
            continue
        if last and number - last > _GAP:
            raise _too_far(table, number, last)
        if len(head) < _TITLES:
            head.append((number, cells))
        first = min(first, *cells) if last else min(cells)
        width, last = max(width, max(cells) + 1), number
    if not head:
        raise UserError(f"{table.name} is empty: its sheet has no rows and no column names")
    header, cells = _header(head, table.known_names)
    names = unique_names([cells.get(column) for column in range(first, width)])
    return Shape(header, tuple(names), first, last, links)


def rows_of(rows: Iterable[tuple[int, Cells]], shape: Shape) -> Iterator[Row]:
    """Yield the rows below the header, and blank ones between others; blank ones at the end are no rows."""
    columns = dict(enumerate(shape.names, shape.first))
    blank = dict.fromkeys(shape.names)
    done = shape.header
    for number, cells in rows:
        if not done < number <= shape.last:
            continue
        for missing in range(done + 1, number):
            yield Row(missing - shape.header, blank)
        values = {
            columns[at]: _linked(value, shape.links.get((number, at)))
            for at, value in cells.items()
            if at in columns
        }
        yield Row(number - shape.header, blank | values)
        done = number


def _filled(cells: Cells) -> bool:
    return any(not isinstance(value, str) or value.strip() for value in cells.values())


def _header(head: list[tuple[int, Cells]], known: frozenset[str]) -> tuple[int, Cells]:
    """Return the first row, or below rows of a single cell the first one that has a known name."""
    for number, cells in head:
        if known & {str(value).strip().casefold() for value in cells.values()}:
            return number, cells
        if len(cells) > 1:
            return head[0]
    return head[0]


def _linked(value: object, target: str | None) -> object:
    return Linked(value, target) if target and isinstance(value, str) else value


def _too_far(table: Table, number: int, last: int) -> UserError:
    return UserError(
        f"{table.name}: row {number:,} has something in it, and the {number - last - 1:,} rows above it are "
        f"blank; delete everything below row {last:,} in Excel (Ctrl+End shows where it ends) and save it"
    )
