"""Long articles as overlapping token windows; the same code serves training and scoring."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from syto.model.settings import WindowSettings

_CHARACTERS_PER_TOKEN = 8  # more than any language here needs; a 5 MB article is not tokenised whole


@dataclass(frozen=True, slots=True)
class Window:
    """One window: token ids with the special tokens, and where each token stands in the text."""

    ids: list[int]
    offsets: list[tuple[int, int]]  # characters of the text; (0, 0) for special tokens


@dataclass(frozen=True, slots=True)
class ArticleWindows:
    """All windows of one article."""

    windows: list[Window]
    truncated: bool  # the article was longer than `max_windows` windows


class Windower:
    """Cuts texts into windows with the tokenizer of a bundle."""

    def __init__(self, tokenizer_json: Path, settings: WindowSettings) -> None:
        self._settings = settings
        self._tokenizer = Tokenizer.from_file(str(tokenizer_json))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(settings.length, stride=settings.overlap)
        self._max_characters = settings.max_windows * settings.length * _CHARACTERS_PER_TOKEN

    def windows(self, texts: Sequence[str]) -> list[ArticleWindows]:
        """Return the windows of each text, at least one a text."""
        # A line break is a space to the model; the offsets stay.
        cut = [text[: self._max_characters].replace("\n", " ") for text in texts]
        encodings = self._tokenizer.encode_batch(cut)
        return [
            self._collect(encoding, len(text) > self._max_characters)
            for encoding, text in zip(encodings, texts, strict=True)
        ]

    def wordless(self) -> list[int]:
        """Return the sub-words without a letter or digit: punctuation, which any hand may change."""
        known = self._tokenizer.get_vocab()
        return [place for piece, place in known.items() if not any(map(str.isalnum, piece))]

    def _collect(self, encoding: Encoding, truncated: bool) -> ArticleWindows:
        parts = [encoding, *encoding.overflowing]
        kept = [Window(part.ids, part.offsets) for part in parts[: self._settings.max_windows]]
        return ArticleWindows(kept, truncated or len(parts) > len(kept))


def pad_batch(windows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return input_ids and attention_mask, both (windows, longest), of token ids; padding is 0, masked."""
    longest = max(map(len, windows))
    input_ids = np.zeros((len(windows), longest), dtype=np.int64)
    mask = np.zeros_like(input_ids)
    for row, ids in enumerate(windows):
        input_ids[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
    return input_ids, mask
