"""Why a person should read a scored row: in what turn, how much, and in words."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from syto.inference.scored_row import RELIABILITY, TOPIC, UNRELIABLE
from syto.inference.source_texts import LEAST
from syto.inference.summary import disagrees

Kind = Literal["topic", "disagrees", "new_source", "unreliable"]
# Whose turn it is in a queue: every second row teaches the topic, which a reader can tell from the text.
TURNS: tuple[Kind, ...] = ("topic", "disagrees", "topic", "new_source", "topic", "unreliable")
_MARGIN = 0.5  # between the two most probable topics, below which a topic is uncertain
_EXCLUSIVE = 1.01  # sum of probabilities above which labels do not exclude each other
_READS_UNRELIABLE = 0.5  # probability from which a text is told as one


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to read a row."""

    kind: Kind
    weight: float  # among rows of the same kind, the higher the earlier
    words: str
    group: str = ""  # rows of the same kind take turns by it


def reasons_of(ours: Mapping[str, object]) -> Iterator[Reason]:
    """Yield the reasons to read a scored row; an error, and a text out of scope, has none."""
    margin, topics = _margin(ours.get(f"{TOPIC}_probabilities"))
    if margin < _MARGIN:
        # In turns by topic, the rare ones are learnt with fewer labels (experiments/0026-teach).
        yield Reason("topic", 1 - margin, f"the topic is uncertain: {topics}", group=str(ours["topic"]))
    share = ours.get(f"{UNRELIABLE}_probability")
    if isinstance(share, float) and disagrees(ours):
        rated = ours["source_rating"]
        gap = share if rated == "reliable" else 1 - share
        yield Reason("disagrees", gap, f"{ours['source_rater']} rates its source {rated}, {_reads(share)}")
    texts = ours["source_texts"]
    if isinstance(texts, int) and texts >= LEAST:
        words = f"nobody rates its source, of which the file has {texts} texts"
        yield Reason("new_source", texts + 1 - margin, words)
    if isinstance(share, float) and share >= _READS_UNRELIABLE:
        yield Reason("unreliable", share, _reads(share) + _unmeasured(ours))


def _margin(probabilities: object) -> tuple[float, str]:
    """Return what lies between the two most probable topics, and their names; 1 where there are no two."""
    if not isinstance(probabilities, Mapping) or len(probabilities) < 2:
        return 1.0, ""
    shares = {str(label): float(share) for label, share in probabilities.items()}
    if sum(shares.values()) > _EXCLUSIVE:
        return 1.0, ""
    first, second = heapq.nlargest(2, shares, key=lambda label: shares[label])
    words = ", ".join(f"{label} {shares[label]:.2f}" for label in (first, second))
    return shares[first] - shares[second], words


def _reads(share: float) -> str:
    return f"the text reads {'unreliable' if share >= _READS_UNRELIABLE else 'reliable'} ({share:.2f})"


def _unmeasured(ours: Mapping[str, object]) -> str:
    unmeasured = ours[f"{RELIABILITY}_status"] == "not_measured"
    return f"; not measured in the language {ours['language']}" if unmeasured else ""
