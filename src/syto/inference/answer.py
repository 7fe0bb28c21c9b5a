"""What a caller from Python gets of one article: the columns of the scored row as a frozen record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from syto.records import Passage


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model and the registry say of one article; texts that are not known are empty."""

    language: str = ""  # ISO 639-1 as found
    topic: str = ""  # a label id; empty out of scope
    topic_probability: float | None = None
    topic_probabilities: Mapping[str, float] = field(default_factory=dict)
    topic_status: str = ""  # sure, unsure, out_of_scope
    reliability: str = ""  # reliable, mixed, unreliable; empty unless the source is rated or the text sure
    reliability_probability: float | None = None  # None where the source is rated: a rating is none
    unreliable_probability: float | None = None  # of the text, whatever its source is; the figure to sort by
    reliability_status: str = ""  # sure, unsure, not_measured, out_of_scope
    reliability_basis: str = ""  # source: the registry rates it; source_texts: its texts in the batch; text
    source_texts: int | None = None  # of its unrated source that were read together; None: too few
    source_unreliable_probability: float | None = None  # what they say of the source
    source_interval: Sequence[float] = ()  # of that, its two ends; wider the fewer they are
    source_note: str = (
        ""  # look-alike, mirror, channel, network, contradiction or claim, as `kind: this (that)`
    )
    claims: Sequence[Mapping[str, Any]] = ()  # known ones near the text, where an index of them was given
    source: str = ""  # registrable domain or Telegram channel
    source_rating: str = ""
    source_rater: str = ""
    source_rated: str = ""  # when: a year or an ISO date
    passages: Mapping[str, Sequence[Passage]] = field(default_factory=dict)  # task → what decided
    error: str = ""  # why this article could not be scored
    model: str = ""  # bundle name and fingerprint
    other_tasks: Mapping[str, Any] = field(default_factory=dict)  # columns of further tasks

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Answer":
        """Take the output columns of one scored row."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in row.items() if name in known}
        passages = {
            task: tuple(Passage(**each) for each in found) for task, found in (row["passages"] or {}).items()
        }
        return cls(
            **values
            | {
                "claims": row.get("claims") or (),
                "source_interval": row.get("source_interval") or (),
                "topic_probabilities": row.get("topic_probabilities") or {},
                "passages": passages,
                "other_tasks": {name: value for name, value in row.items() if name not in known},
            }
        )
