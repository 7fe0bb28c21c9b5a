"""What an evaluation found: frozen records that are `results.json` as they stand.

The page and the model card take every figure from here; a figure that is not defined is null.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from syto.corpus.settings import SplitRule
from syto.records import HeadKind, Split
from syto.sources.statement import NOT_TRUTH

RESULTS = "results.json"  # beside a bundle, or in it
TRANSFORMER = "transformer"  # how tables call the bundle's model


class Record(BaseModel):
    """Frozen, and read as strictly as it was written."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(Record):
    """A figure with its 95% bootstrap interval; null where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


class ClassResult(Record):
    """One label under one system."""

    label: str
    support: int  # articles that carry it
    precision: Estimate
    recall: Estimate
    f1: Estimate
    auroc: Estimate  # against all other labels


class CalibrationBin(Record):
    """Answers whose stated probability lies in one of the bins of equal width."""

    low: float
    high: float
    count: int
    stated: float  # mean probability
    right: float  # share that came true


class SystemResult(Record):
    """One system on one head."""

    system: str
    metrics: Mapping[str, Estimate]
    lead: Estimate | None  # transformer minus this system in macro-F1, on the same draws; null for itself
    classes: tuple[ClassResult, ...]
    confusion: tuple[tuple[int, ...], ...]  # right (rows) × decided; empty for multi-label
    calibration: tuple[CalibrationBin, ...]  # bins without answers are left out


class SliceResult(Record):
    """The systems on a part of the articles."""

    kind: str  # dataset, language, month, …
    value: str
    rule: SplitRule | None  # how its articles were held out, when all in the same way
    articles: int
    sources: int
    support: Mapping[str, int]  # label → its articles, for the labels that occur
    unit: Literal["sources", "articles"]  # what the intervals resample
    systems: Mapping[str, Mapping[str, Estimate]]  # system → metric


class StatusCounts(Record):
    """How often the transformer was sure, and how often right then."""

    sure: int
    sure_and_right: int
    unsure: int
    unsure_and_right: int


class CoverageResult(Record):
    """How often the transformer is right where only its most certain answers count."""

    coverage: float  # share of the articles
    accuracy: Estimate


class RollUpResult(Record):
    """A scale measured by source: the mean over some articles of each."""

    articles: int  # drawn of each source; sources with fewer are left out
    sources: int
    lowest: int  # sources of the lowest label
    highest: int  # and of the highest
    auroc: Estimate  # of these two; the interval resamples sources
    spearman: Estimate  # of the mean with the scale, high where the mean orders sources as the raters do


class HeadResult(Record):
    """One task."""

    task: str
    kind: HeadKind
    labels: tuple[str, ...]
    rules: tuple[SplitRule, ...]  # how the articles of the headline figures were held out
    articles: int  # behind the headline figures
    sources: int
    unit: Literal["sources", "articles"]
    left_out: Mapping[str, int]  # reason → labelled articles that no figure of this task counts
    status: StatusCounts
    uncalibrated_ece: Estimate | None = None  # the transformer's, before its probabilities were calibrated
    coverage: tuple[CoverageResult, ...] = ()  # single-label and ordinal: from few answers to all
    systems: tuple[SystemResult, ...]  # the transformer first
    slices: tuple[SliceResult, ...]
    roll_up: tuple[RollUpResult, ...] = ()  # of a scale on unseen sources

    @property
    def random_split(self) -> bool:
        """Tell whether the headline figures come from a random split."""
        return "random" in self.rules


class RobustnessResult(Record):
    """What a perturbation of the texts of one language did to the answers of one task."""

    perturbation: str
    rate: float | None  # share of the letters that it touched; null: all that there was to touch
    language: str
    task: str
    articles: int  # answered before
    flipped: Estimate  # share whose answer changed, out of scope included; Wilson interval
    moved: float  # share of which a probability changed by 0.1 or more, out of scope included
    out_of_scope: int  # answered no longer
    labelled: int
    macro_f1_before: float | None  # of the labelled ones
    macro_f1: float | None


class AttackResult(Record):
    """How often an attack that queries the model turned the answers of one task to texts of one language."""

    kind: str
    defended: bool  # false: look-alike letters were not repaired
    sure: bool = False  # true: only another answer that is called sure counts
    language: str
    task: str
    budget: int  # queries an article
    articles: int  # answered before
    success: Estimate  # share that got another answer; a withheld one is none; Wilson interval
    queries: float  # mean number asked
    changed: float | None  # mean share of the words changed where it succeeded
    labelled: int
    macro_f1_before: float | None  # of the labelled ones
    macro_f1: float | None


class RedactionResult(Record):
    """How often a probe guesses the outlet of an article from its text."""

    language: str
    sources: int
    articles: int
    chance: float  # share of the most frequent outlet
    before: Estimate  # share guessed right from the text as it was read; Wilson interval
    after: Estimate  # and from what is left for the model


class BundleFacts(Record):
    """Which model was evaluated."""

    name: str
    fingerprint: str
    encoder: str
    licence: str
    created: str
    languages: tuple[str, ...]
    syto_version: str
    backend: str
    temperatures: Mapping[str, float]  # task → temperature
    thresholds: Mapping[str, tuple[float, ...]]  # task → when sure, or multi-label: one a label
    measured: Mapping[str, tuple[str, ...]] = {}  # task → languages that figures stand behind; no task: all


class DatasetFacts(Record):
    """One data set as it stands in the evaluated split."""

    name: str
    rule: SplitRule
    articles: int
    sources: int


class Results(Record):
    """All of `results.json`."""

    statement: str = NOT_TRUTH
    created: str  # ISO date and time, UTC
    syto_version: str
    bundle: BundleFacts
    prepared: str  # name of the prepared data
    prepared_digest: str  # sha256 of its manifest
    split: Split
    draws: int  # of the bootstrap
    seed: int
    datasets: tuple[DatasetFacts, ...]
    notes: tuple[str, ...]  # what a reader must know before quoting a figure
    heads: tuple[HeadResult, ...]
    redaction: tuple[RedactionResult, ...] = ()  # a language each, where outlets have enough articles
    robustness: tuple[RobustnessResult, ...] = ()  # empty unless it was asked for
    attacks: tuple[AttackResult, ...] = ()  # likewise


def find_results(bundle: Path) -> Path | None:
    """Look for the results of a bundle in its folder, then in the run folder that it stands in."""
    places = (bundle / RESULTS, bundle.resolve().parent / RESULTS)
    return next((place for place in places if place.is_file()), None)
