"""A run that is asked to end finishes what it has in hand."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_FIRST = b"\nfinishing the rows in hand; once more ends at once\n"


class Interrupt:
    """Remembers the first Ctrl-C or SIGTERM; the second ends the process at once."""

    def __init__(self) -> None:
        self.signal = 0  # the one that came; 0: none

    def ask(self, number: int, frame: FrameType | None = None) -> None:
        """Take a signal."""
        if self.signal:
            os._exit(128 + number)  # no waiting for threads: what is finished is on the disk
        self.signal = number
        os.write(2, _FIRST)  # a print may be under way already


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Give what knows whether an end was asked for; a signal that is ignored (nohup, &) stays so."""
    interrupt = Interrupt()
    before = {each: signal.getsignal(each) for each in _SIGNALS}
    taken = [each for each, handler in before.items() if handler is not signal.SIG_IGN]
    for each in taken:
        signal.signal(each, interrupt.ask)
    try:
        yield interrupt
    finally:
        for each in taken:
            signal.signal(each, before[each])
