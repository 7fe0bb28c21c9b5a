"""Removal of what names the outlet: mastheads, bylines, sign-offs, the tails of titles."""

import re
from collections.abc import Iterator

from syto.text.aligned import AlignedText
from syto.text.boilerplate import (
    ATTRIBUTION_AFTER,
    ATTRIBUTION_BEFORE,
    ATTRIBUTIONS,
    CLAUSE_END,
    LEAD_IN_BEFORE,
    PATTERNS,
    REPORTER,
    ROLE_BEFORE,
)
from syto.text.endings import Endings, mine_endings
from syto.text.mastheads import Mastheads, last_segment, mine_mastheads
from syto.text.service import without_service

__all__ = ["mine_endings", "mine_mastheads", "redact_body", "redact_ending", "redact_service", "redact_title"]

Span = tuple[int, int]

_BEFORE = 90  # characters in which the attribution before a masthead must begin
_LEAD_IN = 40  # characters, the longest lead-in
_NEAR = 8  # punctuation around a removed span is looked for no further
_LINE_BREAK = re.compile("\n")
_GENERIC_SEPARATORS = frozenset({" - ", " | ", " :: "})
_GENERIC_TAIL = re.compile(r"[^\W_a-zа-яіїєґё][\w.'’!&+-]*(?: [\w.'’!&+-]+){0,3}")
_MAX_TAIL = 40  # characters of a tail that nobody knows
_MIN_HEAD = 3  # words that must be left of a title
_SENTENCE_BORDER = ("", "\n", ".", "!", "?", "…")  # the removed span was the beginning of a sentence
_CLAUSE_BORDER = ("", *"\n.,;:!?)»")  # the removed span was the end of a clause
_DANGLING = " \n,:;|([«–—-•"  # before an ending that was cut off
_PAIRS = frozenset({"()", "[]", "«»", '""', "“”", "„“", "''"})


def redact_title(aligned: AlignedText, mastheads: Mastheads) -> AlignedText:
    """Put a title on one line and cut outlets' names off; unknown ones only after ` - `, ` | ` and ` :: `."""
    aligned = aligned.substituted(_LINE_BREAK, " ")
    title = aligned.text
    end = len(title)
    while (segment := last_segment(title[:end])) and _is_outlet(*segment, mastheads):
        end = len(segment[0].rstrip())
    return aligned.without([(end, len(title))])


def redact_body(aligned: AlignedText, mastheads: Mastheads) -> AlignedText:
    """Remove attributions, credits, calls, links and every known masthead from a title or a text."""
    text = aligned.text
    spans = [match.span() for pattern in PATTERNS for match in _whole_matches(pattern, text)]
    spans += (_with_lead_in(match) for pattern in ATTRIBUTIONS for match in _whole_matches(pattern, text))
    spans += (_with_attribution(text, *span) for span in mastheads.find(text))
    return aligned.without(_widened(text, *span) for span in spans)


def redact_ending(aligned: AlignedText, endings: Endings) -> AlignedText:
    """Cut off what a known source ends its texts with, and what would be left dangling before it."""
    text = aligned.text
    kept = text[: endings.start(text)]
    if len(kept) == len(text):
        return aligned
    return aligned.without([(len(kept.rstrip(_DANGLING)), len(text))])


def redact_service(aligned: AlignedText) -> AlignedText:
    """Cut the thanks, calls and notices to readers off both ends of a text."""
    start, end = without_service(aligned.text)
    return aligned.without([(0, start), (end, len(aligned.text))])


def _is_outlet(head: str, separator: str, tail: str, mastheads: Mastheads) -> bool:
    if mastheads.is_tail(tail):
        return True
    unknown = separator in _GENERIC_SEPARATORS and len(tail) <= _MAX_TAIL and _GENERIC_TAIL.fullmatch(tail)
    return bool(unknown) and head.count(" ") >= _MIN_HEAD - 1


def _whole_matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches that do not begin in the middle of a word."""
    for match in pattern.finditer(text):
        if not (text[max(0, match.start() - 1) : match.start()].isalnum() and match[0][0].isalnum()):
            yield match


def _with_lead_in(match: re.Match[str]) -> Span:
    """Return an attribution with the `, як` or `Про це` before it."""
    start, end = match.span()
    before = match.string[max(0, start - _LEAD_IN) : start]
    lead = LEAD_IN_BEFORE.search(before)
    return (start - len(before) + lead.start() if lead else start), end


def _with_attribution(text: str, start: int, end: int) -> Span:
    """Widen a masthead to the clause that it signs: `, передає кореспондент Укрінформу`."""
    start, end = _unwrapped(text, start, end)
    line_start = text.rfind("\n", max(0, start - _BEFORE), start) + 1
    window_start = max(line_start, start - _BEFORE)
    before = text[window_start:start]
    after = ATTRIBUTION_AFTER.match(text, end)
    if after:
        return start, after.end()
    if text[end : end + 1] in ("", "\n") and REPORTER.fullmatch(before) and line_start == window_start:
        return line_start, end
    pattern = ATTRIBUTION_BEFORE if CLAUSE_END.match(text, end) else ROLE_BEFORE
    lead = pattern.search(before)
    return (window_start + lead.start() if lead else start), end


def _widened(text: str, start: int, end: int) -> Span:
    """Take along the brackets, commas and spaces that would be left dangling."""
    start, end = _unwrapped(text, start, end)
    left = text[max(0, start - _NEAR) : start]
    right = text[end : end + _NEAR]
    if left.rstrip(" ")[-1:] in _SENTENCE_BORDER:
        return start, end + len(right) - len(right.lstrip(" ,:;.|–—-"))
    if right.lstrip(" ")[:1] in _CLAUSE_BORDER:
        return start - len(left) + len(left.rstrip(" ,–—-|")), end
    return start, end + (len(right) - len(right.lstrip(" ")) if left.endswith(" ") else 0)


def _unwrapped(text: str, start: int, end: int) -> Span:
    """Take along quotes and brackets that hold nothing but the span."""
    while start and end < len(text) and text[start - 1] + text[end] in _PAIRS:
        start, end = start - 1, end + 1
    return start, end
