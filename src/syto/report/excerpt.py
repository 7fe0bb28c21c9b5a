"""The part of a text that a page shows: all of it, or its beginning and what decided, with that marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP = 0  # a piece that stands for what is left out
Piece = str | int | list[object]  # plain text, a gap, or [text, [[head, weight], ...]]
_Stretch = tuple[int, str]  # where it begins in the field, and its text


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage that moved a head."""

    field: str  # title or text
    start: int  # in characters of the field
    text: str
    head: str
    weight: float

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


def excerpt(text: str, length: int, marks: Sequence[Mark], room: int) -> list[Piece]:
    """Return at most `room` characters of a field of `length`, of which `text` is the beginning.

    Passages come first, the heaviest before others; the beginning has what they leave.
    """
    whole = bool(text) and len(text) == length <= room
    kept = list(marks) if whole else _fitting(marks, room)
    left = length if whole else max(room - sum(len(mark.text) for mark in kept), 0)
    pieces: list[Piece] = []
    end = 0
    for start, stretch in _joined([(0, _cut(text, left)), *((mark.start, mark.text) for mark in kept)]):
        if start > end:
            pieces.append(GAP)
        pieces += _marked(start, stretch, kept)
        end = start + len(stretch)
    return [*pieces, GAP] if end < length else pieces


def _fitting(marks: Iterable[Mark], room: int) -> list[Mark]:
    kept = []
    for mark in sorted(marks, key=lambda mark: -mark.weight):
        if len(mark.text) <= room:
            kept.append(mark)
            room -= len(mark.text)
    return kept


def _cut(text: str, room: int) -> str:
    """Cut a text after a word."""
    return text if len(text) <= room else text[: text.rfind(" ", 0, room) + 1]


def _joined(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Join stretches that overlap or touch, in order."""
    joined: list[_Stretch] = []
    for start, text in sorted(each for each in stretches if each[1]):
        before, earlier = joined[-1] if joined else (0, "")
        end = before + len(earlier)
        if joined and start <= end:
            joined[-1] = (before, earlier + text[end - start :])
        else:
            joined.append((start, text))
    return joined


def _marked(start: int, text: str, marks: Sequence[Mark]) -> list[Piece]:
    """Split a stretch where passages begin and end."""
    cuts = {0, len(text)}
    for mark in marks:
        cuts |= {min(max(edge - start, 0), len(text)) for edge in (mark.start, mark.end)}
    pieces: list[Piece] = []
    for begin, end in pairwise(sorted(cuts)):
        of = [mark for mark in marks if mark.start <= start + begin and start + end <= mark.end]
        part = text[begin:end]
        pieces.append([part, [[mark.head, round(mark.weight, 2)] for mark in of]] if of else part)
    return pieces
