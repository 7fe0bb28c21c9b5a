"""What the page and the terminal call things, in plain words."""

from collections.abc import Mapping

from syto.corpus.settings import SplitRule
from syto.evaluation.results import Estimate

METRIC_NAMES: Mapping[str, str] = {
    "macro_f1": "macro-F1",
    "micro_f1": "micro-F1",
    "accuracy": "accuracy",
    "exact_match": "exact match",
    "auroc": "AUROC",
    "ece": "ECE",
    "brier": "Brier",
}
RULE_NAMES: Mapping[SplitRule, str] = {
    "sources": "unseen sources",
    "newest": "newest articles of a seen source",
    "random": "random split",
    "given": "the data set's own split",
    "train": "training only",
    "validation": "held out whole",
    "test": "held out whole",
}
RULE_TEXTS: Mapping[SplitRule, str] = {
    "sources": "no source, no story and, unless a note says so, nothing as new was trained on",
    "newest": "the source was trained on, these articles are newer",
    "random": "articles of the same sources and days were trained on: this flatters every system",
    "given": "as its authors split it",
    "train": "trained on",
    "validation": "nothing of this data set was trained on",
    "test": "nothing of this data set was trained on",
}
KIND_TITLES: Mapping[str, str] = {
    "dataset": "By data set",
    "dataset_language": "By data set and language",
    "language": "By language",
    "year": "By year",
    "length": "By length",
    "month": "By month",
    "source": "By source",
}


def metric_name(name: str) -> str:
    """Return the name of a metric for people; `auroc_unreliable` becomes `AUROC unreliable`."""
    return METRIC_NAMES.get(name, name.replace("auroc_", "AUROC ").replace("_", " "))


def figure(estimate: Estimate | None, signed: bool = False) -> str:
    """Write a figure with three digits; a dash where it is not defined."""
    if estimate is None or estimate.value is None:
        return "—"
    return _signed(estimate.value) if signed else f"{estimate.value:.3f}"


def spread(estimate: Estimate | None, signed: bool = False) -> str:
    """Write the interval of a figure, empty where there is none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    if signed:
        return f"{_signed(estimate.low)} to {_signed(estimate.high)}"
    return f"{estimate.low:.3f}–{estimate.high:.3f}"


def number(count: int) -> str:
    """Write a count with a thin space between thousands."""
    return f"{count:,}".replace(",", "\u202f")


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")
