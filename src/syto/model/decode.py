"""From the numbers a head gives to probabilities and to evidence for a label; numpy only, no torch."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from syto.model.bundle import HeadSpec

Array = NDArray[np.floating]


def split_heads(heads: tuple[HeadSpec, ...], logits: Array) -> dict[str, Array]:
    """Cut concatenated outputs (…, all outputs) into one array (…, outputs) a task."""
    ends = np.cumsum([head.outputs for head in heads])
    return {head.task: logits[..., end - head.outputs : end] for head, end in zip(heads, ends, strict=True)}


def probabilities(head: HeadSpec, logits: Array) -> Array:
    """Turn logits (n, outputs) into calibrated probabilities (n, labels)."""
    scaled = (np.asarray(logits, dtype=np.float64) + (head.biases or 0.0)) / head.temperature
    if head.kind == "single_label":
        return softmax(scaled)
    if head.kind == "multi_label":
        return sigmoid(scaled)
    return _ordinal(scaled)


def label_evidence(head: HeadSpec, token_logits: Array) -> Array:
    """Turn token logits (tokens, outputs) into what each token says for each label (tokens, labels).

    Softmax ignores a constant, so single-label evidence is taken against the mean of the labels. An ordinal
    head has one direction: its ends speak for the outer labels, and a score nearer to zero than the average
    token's for the middle one.
    """
    if head.kind == "single_label":
        return cast(Array, token_logits - token_logits.mean(axis=-1, keepdims=True))
    if head.kind == "multi_label":
        return token_logits
    score = token_logits.mean(axis=-1)  # (tokens,)
    directions = np.linspace(-1, 1, len(head.labels))
    middle = np.abs(score).mean() - np.abs(score)
    return np.stack([score * d if d else middle for d in directions], axis=-1)


def softmax(logits: Array) -> Array:
    """Softmax over the last axis, safe for large values."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return cast(Array, powers / powers.sum(axis=-1, keepdims=True))


def sigmoid(logits: Array) -> Array:
    """Logistic function, safe for large values."""
    return cast(Array, 0.5 * (1 + np.tanh(0.5 * logits)))


def _ordinal(cumulative: Array) -> Array:
    """Cumulative logits of P(label > k), descending in k (n, labels - 1) → probabilities (n, labels)."""
    above = np.minimum.accumulate(sigmoid(cumulative), axis=-1)  # biases may move a cut past another
    edge = np.ones((*above.shape[:-1], 1))
    shares = np.concatenate([edge, above], -1) - np.concatenate([above, 0 * edge], -1)
    return cast(Array, np.clip(shares, 0, 1))
