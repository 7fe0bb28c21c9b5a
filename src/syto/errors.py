"""Errors that reach the user as one line, with the exit status that the command line promises."""

import difflib
from collections.abc import Iterable


class SytoError(Exception):
    """Something went wrong that syto can explain; the command ends with `exit_status`."""

    exit_status = 1


class UserError(SytoError):
    """A mistake in what the user gave (a value, a file, a config); the message names it and the remedy."""

    exit_status = 2


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known name nearest to `name`, else the list of known names."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
