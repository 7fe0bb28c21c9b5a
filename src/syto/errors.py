"""Errors that reach the user as one line, with the exit status that the command line promises."""

import difflib
import unicodedata
from collections.abc import Iterable

_NAMED = 40  # known names, at most
_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, marks of direction, half characters, line separators


class SytoError(Exception):
    """Something went wrong that syto can explain; the command ends with `exit_status`."""

    exit_status = 1


class UserError(SytoError):
    """A mistake in what the user gave (a value, a file, a config); the message names it and the remedy."""

    exit_status = 2


class StoppedError(SytoError):
    """A signal asked for an end, and what was in hand was finished first."""

    def __init__(self, message: str, signal: int) -> None:
        super().__init__(message)
        self.exit_status = 128 + signal  # as a shell reports it


def printable(text: str) -> str:
    r"""Return a text that does nothing to a terminal: an escape of a file or column name becomes `\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        sign.encode("unicode_escape").decode()
        if unicodedata.category(sign) in _UNSAFE and sign not in "\n\t"
        else sign
        for sign in text
    )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known name nearest to `name`, else the list of known names."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    return f"; known: {', '.join(known[:_NAMED])}{more}"
