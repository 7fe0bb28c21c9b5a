"""The records that pass between the packages; all frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

HeadKind = Literal["single_label", "multi_label", "ordinal"]
# not_measured: no figure stands behind the head for this language
Status = Literal["sure", "unsure", "not_measured", "out_of_scope"]
Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read, and what is known of it."""

    id: str
    text: str  # the body, as read
    title: str = ""
    url: str = ""
    source: str = ""  # canonical source: registrable domain or t.me/channel; empty when unknown
    published: date | None = None
    order: float | None = None  # rises with time where no date is known
    language: str = ""  # ISO 639-1 as found; empty before `prepare`
    dataset: str = ""
    labels: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # task → label ids; no key: unlabelled
    story: str = ""  # id of the near-duplicate cluster; empty before `prepare`
    clean: str = ""  # what a model sees: normalised and redacted; empty before `prepare`


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the input that spoke for the decided label."""

    field: Literal["title", "text"]
    start: int  # offset into the field as it was read, in characters
    end: int
    text: str
    weight: float  # share of the evidence for the label, 0…1


@dataclass(frozen=True, slots=True)
class HeadPrediction:
    """What one head says of one article."""

    status: Status
    labels: tuple[str, ...]  # one id; multi-label heads: any number; () out of scope
    probabilities: Mapping[str, float]  # calibrated, label id → probability; empty when out of scope
    logits: NDArray[np.float32]  # (outputs,), windows joined, before the temperature; empty out of scope
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of one article; `error` is empty unless the article could not be scored."""

    id: str
    language: str
    heads: Mapping[str, HeadPrediction]
    error: str = ""
    truncated: bool = False  # longer than the bundle's largest number of windows; the rest was not read
    meaning: NDArray[np.float32] | None = None  # (windows, hidden), where the backend was asked for it
