"""The passages that decided: the sentences without which the decided label loses most.

Leaving sentences out is more faithful than adding up what their tokens say (experiments/0011-passages); the
tokens only choose which sentences are worth leaving out.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from syto.model.bundle import HeadSpec
from syto.model.decode import probabilities
from syto.model.windows import Window
from syto.records import Article, HeadPrediction, Passage
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
    """Add up the evidence of the tokens (one array a window) by the sentence in which each ends.

    A token holds the space before it, so the first of a sentence begins in the one before.

    Counted against the mean of all tokens: the answer is a mean, so what is below it speaks against the rest.
    """
    starts = np.array([start for start, _ in sentences])
    totals = np.zeros(len(sentences))
    tokens = np.zeros(len(sentences))
    for window, weights in zip(windows, evidence, strict=True):
        offsets = np.array(window.offsets)
        is_text = offsets[:, 1] > offsets[:, 0]  # special tokens stand nowhere
        place = np.maximum(np.searchsorted(starts, offsets[is_text, 1] - 1, side="right") - 1, 0)
        np.add.at(totals, place, weights[is_text])
        np.add.at(tokens, place, 1)
    mean = totals.sum() / max(tokens.sum(), 1)
    return np.asarray(totals - tokens * mean)


def windows_without(windows: Sequence[Window], span: Span) -> list[list[int]]:
    """Return the ids of the windows less the tokens in a span; a window with no other text is left out."""
    start, end = span
    left: list[list[int]] = []
    bare: list[list[int]] = []
    for window in windows:
        outside = [(i, j <= start or i >= end, j > i) for i, j in window.offsets]
        ids = [token for token, (_, stays, _) in zip(window.ids, outside, strict=True) if stays]
        (left if any(stays and text for _, stays, text in outside) else bare).append(ids)
    return left or bare


def label_falls(head: HeadSpec, decided: HeadPrediction, logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return how far the decided labels fall, in log-odds, given logits (sentences, outputs) without each."""
    columns = [head.labels.index(label) for label in decided.labels]
    before = np.array([decided.probabilities[label] for label in decided.labels])
    after = probabilities(head, logits)[:, columns]
    return np.asarray((_log_odds(before) - _log_odds(after)).mean(axis=1))


def _log_odds(shares: NDArray[np.floating]) -> NDArray[np.floating]:
    clipped = np.clip(shares, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(clipped / (1 - clipped)))


def strongest(
    article: Article, clean: CleanText, sentences: Sequence[Span], falls: NDArray[np.float64], count: int
) -> tuple[Passage, ...]:
    """Return at most `count` sentences without which the label would lose, the strongest first."""
    support = np.maximum(falls, 0)
    if not support.sum():
        return ()
    weights = support / support.sum()
    order = np.argsort(-weights, kind="stable")[:count]
    return tuple(_passage(article, clean, sentences[i], float(weights[i])) for i in order if weights[i] > 0)


def _passage(article: Article, clean: CleanText, span: Span, weight: float) -> Passage:
    field, start, end = clean.locate(*span)
    raw = article.title if field == "title" else article.text
    return Passage(field, start, end, raw[start:end], weight)
