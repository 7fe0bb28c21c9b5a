"""A hook of MkDocs: links to files that are no page become plain text, so that none is dead."""

import re
from typing import Any

_OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./([^)]+)\)")


def on_page_markdown(markdown: str, **_: Any) -> str:  # noqa: ANN401 - MkDocs hands more over than is needed
    """Write `[words](../path)` as words and path."""
    return _OUTSIDE.sub(r"\1 (`\2`)", markdown)
