"""From the joined logits of one article to an outcome: a label, `unsure`, `not_measured`, `out_of_scope`."""

import numpy as np
from numpy.typing import NDArray

from syto.model.bundle import HOLDS_FROM, HeadSpec
from syto.model.decode import probabilities
from syto.records import HeadPrediction, Status


def decide(head: HeadSpec, logits: NDArray[np.floating], language: str = "") -> HeadPrediction:
    """Turn the logits (outputs,) of one article into calibrated probabilities and an outcome."""
    measured = head.measured is None or language in head.measured
    head = head.of_language(language)
    shares = probabilities(head, logits[np.newaxis])[0]
    by_label = dict(zip(head.labels, shares.tolist(), strict=True))
    if head.kind == "multi_label":
        return HeadPrediction("sure", _above(head, by_label), by_label, logits.astype(np.float32))
    best = int(shares.argmax())
    sure: Status = "sure" if shares[best] >= head.sure_threshold else "unsure"
    status = sure if measured else "not_measured"
    return HeadPrediction(status, (head.labels[best],), by_label, logits.astype(np.float32))


def _above(head: HeadSpec, shares: dict[str, float]) -> tuple[str, ...]:
    thresholds = head.label_thresholds or (HOLDS_FROM,) * len(head.labels)
    return tuple(
        label for label, limit in zip(head.labels, thresholds, strict=True) if shares[label] >= limit
    )


def out_of_scope() -> HeadPrediction:
    """Return what a head says of an article that the model does not know how to read."""
    return HeadPrediction("out_of_scope", (), {}, np.empty(0, dtype=np.float32))
