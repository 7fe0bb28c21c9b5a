"""What a verb prints: its answer, what it says on the way, and how far it is.

On a terminal there are tables in boxes, colours and bars; in a pipe or a log the same in plain lines.
"""

import json
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol, TextIO, TypeVar

import rich.progress
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from syto.errors import printable

Item = TypeVar("Item")
_FIRST, _EVERY = 2.0, 10.0  # seconds until a plain line, and between two
_for_json: ContextVar[TextIO | None] = ContextVar("for_json", default=None)  # None: people read the answer
console = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Listing:
    """A table for people."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    numbers: Collection[str] = ()  # columns that are set to the right
    styles: Mapping[str, str] = field(default_factory=dict)  # cell → its colour

    def plain(self) -> str:
        """Return lines with a tab between cells, which are whole, as `cut` and a spreadsheet read them."""
        lines = ("\t".join(map(_on_one_line, row)) for row in (self.columns, *self.rows))
        return "\n".join((self.title, *lines) if self.title else lines)

    def drawn(self) -> Table:
        """Return it with boxes, as wide as the terminal."""
        table = Table(title=Text(printable(self.title)) if self.title else None, title_justify="left")
        for name in self.columns:
            table.add_column(Text(printable(name)), justify="right" if name in self.numbers else "left")
        for row in self.rows:
            table.add_row(*(Text(printable(cell), self.styles.get(cell, "")) for cell in row))
        return table


def say(part: str | Listing, style: str = "") -> None:
    """Print on standard error; nothing in it acts on the terminal or is taken for markup."""
    _print(console, part, style)


def give(facts: Mapping[str, object], *parts: str | Listing) -> None:
    """Print the answer of a verb on standard output: the parts for people, or within `in_json` the facts."""
    stream = _for_json.get()
    if stream:  # in ASCII, so that nothing in it acts on a terminal
        stream.write(json.dumps(facts, indent=1, default=str) + "\n")
        stream.flush()
        return
    for part in parts:
        _print(Console(), part)


@contextmanager
def in_json() -> Iterator[None]:
    """Keep standard output for the one object that `give` writes; whatever else is printed goes beside it."""
    token = _for_json.set(_for_json.get() or sys.stdout)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _for_json.reset(token)


def _on_one_line(cell: str) -> str:
    return "; ".join(cell.replace("\t", " ").splitlines())


def _print(out: Console, part: str | Listing, style: str = "") -> None:
    if not out.is_terminal:  # rich would turn tabs into spaces, and fold a table at 80 columns
        out.file.write(f"{printable(part if isinstance(part, str) else part.plain())}\n")
    elif isinstance(part, Listing):
        out.print(part.drawn())
    else:
        out.print(Text(printable(part), style), soft_wrap=True)


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Say what takes long, with a spinner on a terminal."""
    if not console.is_terminal:
        say(what)
        yield
        return
    with console.status(escape(printable(what))):
        yield


def track(items: Iterable[Item], what: str, total: float | None = None) -> Iterator[Item]:
    """Yield the items, and show how many are done: a bar on a terminal, else a line now and then."""
    if console.is_terminal:
        yield from rich.progress.track(items, escape(printable(what)), total, console=console)
        return
    total = total or (len(items) if isinstance(items, Sequence) else None)
    of_all = f" of {total:,}" if total else ""
    due = time.monotonic() + _FIRST
    for number, item in enumerate(items, start=1):
        yield item
        if time.monotonic() >= due:
            due = time.monotonic() + _EVERY
            say(f"{what}: {number:,}{of_all}")


class Meter(Protocol):
    """Is told of rows that are done."""

    def __call__(self, rows: int, name: str, *, kept: bool) -> None:
        """Count rows of the file of that name; `kept`: they had been scored before."""
        ...


class Lines:
    """Says how far a run is in a plain line now and then, for a log or a pipe."""

    def __init__(
        self, total: int, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total, self._say, self._clock = total, say, clock
        self._done = self._scored = 0
        self._began = clock()
        self._due = self._began + _FIRST

    def __call__(self, rows: int, name: str, *, kept: bool) -> None:
        """Count rows, and say so where a line is due."""
        self._done += rows
        self._scored += 0 if kept else rows  # kept ones come at no cost, and say nothing of the time left
        now = self._clock()
        if now >= self._due:
            self._due = now + _EVERY
            self._say(self._line(self._scored / (now - self._began)))

    def _line(self, speed: float) -> str:
        done = f"{self._done:,} of {self._total:,} rows"
        if not speed:
            return done
        minutes, seconds = divmod(round((self._total - self._done) / speed), 60)
        return f"{done}, {speed:,.0f} rows/s, {minutes // 60}:{minutes % 60:02}:{seconds:02} left"


class _RowsPerSecond(ProgressColumn):
    """Rows a second since the start."""

    def render(self, task: Task) -> Text:
        """Show the speed once there is one."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} rows/s" if speed else "", style="progress.data.speed")


@contextmanager
def meter(total: int) -> Iterator[Meter]:
    """Give what shows how far a run is: a bar on a terminal, else lines."""
    if not console.is_terminal:
        yield Lines(total, say)
        return
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _RowsPerSecond(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=console,
    ) as bars:
        bar = bars.add_task("", total=total)

        def advance(rows: int, name: str, *, kept: bool) -> None:
            bars.update(bar, advance=rows, description=printable(name))

        yield advance
