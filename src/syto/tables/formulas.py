"""Cells of csv and tsv that a spreadsheet would run as a formula, written so that it does not.

A cell that begins as a formula does gets an apostrophe before it (OWASP, CSV injection), and reading takes it
off again: what was read from csv is written as it was, and a model never sees the apostrophe. Plain and
telephone numbers stay as they are.
"""

import re

_LIVE = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(
    r"'*(?:[+-]?\d+(?:[ \u00a0.,]\d+)*(?:[eE][+-]?\d+)?[ \u00a0]?%?|\+\d[\d ()-]*)", re.ASCII
)


def is_live(text: str) -> bool:
    """Tell whether a spreadsheet might take the text, apostrophes before it left out, for a formula."""
    return _LIVE.match(text) is not None and _NUMBER.fullmatch(text) is None


def guarded(text: str) -> str:
    """Put an apostrophe before a text that is live."""
    return f"'{text}" if is_live(text) else text


def unguarded(text: str) -> str:
    """Take off the apostrophe that `guarded` puts; any other stays."""
    return text[1:] if text[:1] == "'" and is_live(text[1:]) else text
