"""What a run says on the screen: lines, and how far it is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from syto.errors import printable

_FIRST, _EVERY = 2.0, 10.0  # seconds until a plain line, and between two
console = Console(stderr=True)


def say(text: str, style: str = "") -> None:
    """Print a line on standard error; nothing in it acts on the terminal or is taken for markup."""
    console.print(Text(printable(text), style), soft_wrap=True)


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
