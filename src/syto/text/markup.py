"""HTML inside a text: tags, comments, scripts and styles go, what stands between them stays.

A scanner of its own instead of a parser, because every character must be traced back to the input, and it has
to stay linear on hostile input: each construct is bounded, or its end is looked for once.
"""

import re
from bisect import bisect_left

from syto.text.aligned import AlignedText, Edit

_TOKEN = re.compile(
    r"<!--|<!\[CDATA\[|\]\]>|<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]{0,30})(?=[\s/>])"
    r"(?:(?:[^<>\"']|\"[^\"<]{0,2000}\"|'[^'<]{0,2000}')*|[^<>]{0,2000})>|<[!?][A-Za-z][^<>]{0,500}>"
)
_COMMENT_END = "-->"
# Elements that go with their content, and elements that stand on lines of their own.
_UNSEEN = re.compile("script|style|head|template|noscript|iframe|svg")
_PARAGRAPH = re.compile(
    "address|article|aside|blockquote|br|d[dlt]|div|fig(?:caption|ure)|footer|form|h[1-6]|header|hr|li|main|nav|"
    "ol|option|p|pre|section|table|tbody|t[dhr]|title|ul"
)
_PAGE = re.compile(r"\s*(?:<\?xml[^<>]{0,200}>\s*)?(?:<!doctype html|<html[\s>])", re.IGNORECASE)


def is_web_page(text: str) -> bool:
    """Tell whether a text is the source of a whole web page, whose menus and scripts are no article."""
    return _PAGE.match(text) is not None


def without_markup(aligned: AlignedText) -> AlignedText:
    """Take tags out: what separates paragraphs becomes a line break, what stands inside a line nothing."""
    return aligned.edited(_edits(aligned.text)) if "<" in aligned.text or "]]>" in aligned.text else aligned


def _edits(text: str) -> list[Edit]:
    tokens = list(_TOKEN.finditer(text))
    closings = _closings(tokens)
    edits: list[Edit] = []
    done, comment_ends = 0, True
    for token in tokens:
        if token.start() < done:
            continue
        name = (token["name"] or "").lower()
        end, replacement = token.end(), "\n" if _PARAGRAPH.fullmatch(name) else ""
        if token[0] == "<!--":
            at = text.find(_COMMENT_END, end) if comment_ends else -1
            comment_ends = at >= 0
            end = at + len(_COMMENT_END) if comment_ends else end
        elif _UNSEEN.fullmatch(name) and not token["slash"]:
            end = _end_of(name, end, closings) or end
            replacement = "\n"
        edits.append(Edit(token.start(), end, replacement))
        done = end
    return edits


def _closings(tokens: list[re.Match[str]]) -> dict[str, list[int]]:
    """Return where the closing tags of unseen elements end, by name."""
    ends: dict[str, list[int]] = {}
    for token in tokens:
        name = (token["name"] or "").lower()
        if _UNSEEN.fullmatch(name) and token["slash"]:
            ends.setdefault(name, []).append(token.end())
    return ends


def _end_of(name: str, start: int, closings: dict[str, list[int]]) -> int | None:
    """Return where the element ends; None where it never does: then only its tag goes."""
    ends = closings.get(name, [])
    place = bisect_left(ends, start)
    return ends[place] if place < len(ends) else None
