"""The passages that decided: sentences by their share of the evidence for the label."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from syto.model.windows import Window
from syto.records import Article, Passage
from syto.text.clean import CleanText
from syto.text.sentences import sentence_spans

Span = tuple[int, int]
_LONGEST = 400  # characters of a passage; a text without full stops is cut at spaces


def read_sentences(text: str, windows: Sequence[Window]) -> list[Span]:
    """Return the sentences of the part of the text that the windows cover."""
    end = max((stop for window in windows for _, stop in window.offsets), default=0)
    return [piece for span in sentence_spans(text[:end]) for piece in _pieces(text, span)]


def _pieces(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    while end - start > _LONGEST:
        space = text.rfind(" ", start + 1, start + _LONGEST)
        cut = space if space > start else start + _LONGEST
        yield start, cut
        start = cut + 1 if space > start else cut
    if end > start:
        yield start, end


def sentence_evidence(
    sentences: Sequence[Span], windows: Sequence[Window], evidence: Sequence[NDArray[np.floating]]
) -> NDArray[np.float64]:
    """Add up the evidence of the tokens (one array a window) by the sentence in which each begins."""
    starts = np.array([start for start, _ in sentences])
    totals = np.zeros(len(sentences))
    for window, weights in zip(windows, evidence, strict=True):
        offsets = np.array(window.offsets)
        is_text = offsets[:, 1] > offsets[:, 0]  # special tokens stand nowhere
        place = np.searchsorted(starts, offsets[is_text, 0], side="right") - 1
        np.add.at(totals, np.maximum(place, 0), weights[is_text])
    return totals


def strongest(
    article: Article, clean: CleanText, sentences: Sequence[Span], totals: NDArray[np.float64], count: int
) -> tuple[Passage, ...]:
    """Return at most `count` sentences that speak for the label, the strongest first."""
    support = np.maximum(totals, 0)
    if not support.sum():
        return ()
    weights = support / support.sum()
    order = np.argsort(-weights, kind="stable")[:count]
    return tuple(_passage(article, clean, sentences[i], float(weights[i])) for i in order if weights[i] > 0)


def _passage(article: Article, clean: CleanText, span: Span, weight: float) -> Passage:
    field, start, end = clean.locate(*span)
    raw = article.title if field == "title" else article.text
    return Passage(field, start, end, raw[start:end], weight)
