"""Text that remembers, for each character, where in the raw text it came from."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int32]


class Edit(NamedTuple):
    """Characters `start` to `end` (at least one) become `replacement`."""

    start: int
    end: int
    replacement: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class AlignedText:
    """A text and its alignment; no arrays means that it still is the raw text, character by character."""

    text: str
    starts: Positions | None = None  # (characters,), where each one begins in the raw text
    ends: Positions | None = None  # (characters,), where each one ends in the raw text

    def edited(self, edits: Sequence[Edit]) -> "AlignedText":
        """Apply edits that are in order and do not overlap; linear in text and edits."""
        if not edits:
            return self
        text = _edited_text(self.text, edits)
        if all(len(edit.replacement) == edit.end - edit.start for edit in edits):
            return AlignedText(text, self.starts, self.ends)
        return AlignedText(text, *self._edited_positions(edits))

    def substituted(
        self, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str] | str
    ) -> "AlignedText":
        """Replace every match of `pattern`; a match that stays the same is no edit."""
        edits = []
        for match in pattern.finditer(self.text):
            new = replacement if isinstance(replacement, str) else replacement(match)
            if new != match[0]:
                edits.append(Edit(match.start(), match.end(), new))
        return self.edited(edits)

    def without(self, spans: Iterable[tuple[int, int]]) -> "AlignedText":
        """Delete spans, which may overlap and come in any order."""
        return self.edited([Edit(start, end) for start, end in _merged(spans)])

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw characters behind `start` to `end`; what was deleted between them is inside."""
        if self.starts is None or self.ends is None:
            return start, end
        if end > start:
            return int(self.starts[start]), int(self.ends[end - 1])
        at = int(self.starts[start]) if start < len(self.text) else int(self.ends[-1]) if self.text else 0
        return at, at

    def _edited_positions(self, edits: Sequence[Edit]) -> tuple[Positions, Positions]:
        length = len(self.text)
        first = np.array([edit.start for edit in edits])
        last = np.array([edit.end for edit in edits]) - 1
        depth = np.zeros(length + 1, dtype=np.int32)
        depth[first] += 1  # safe: spans do not overlap, so no index occurs twice
        depth[last + 1] -= 1
        copies = 1 - np.cumsum(depth[:-1])
        copies[first] = [len(edit.replacement) for edit in edits]
        starts = np.arange(length, dtype=np.int32) if self.starts is None else self.starts
        ends = np.arange(1, length + 1, dtype=np.int32) if self.ends is None else self.ends.copy()
        ends[first] = ends[last]
        return np.repeat(starts, copies), np.repeat(ends, copies)


def _edited_text(text: str, edits: Sequence[Edit]) -> str:
    pieces: list[str] = []
    done = 0
    for edit in edits:
        pieces += (text[done : edit.start], edit.replacement)
        done = edit.end
    pieces.append(text[done:])
    return "".join(pieces)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged
