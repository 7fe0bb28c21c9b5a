"""What the page and the terminal call things, in plain words."""

from collections.abc import Mapping

from syto.corpus.settings import SplitRule
from syto.evaluation.results import Estimate, HeadResult

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


def verdict(head: HeadResult) -> str:
    """Say in one sentence how the transformer stands against the best baseline."""
    rivals = [system for system in head.systems if system.lead is not None]
    if not rivals:
        return "There is no baseline to compare with."
    best = max(rivals, key=lambda system: system.metrics["macro_f1"].value or 0)
    if best.lead is None or best.lead.value is None:
        return f"The transformer cannot be compared with {best.system}, the best baseline."
    side = "above" if best.lead.value >= 0 else "below"
    points = f"{abs(100 * best.lead.value):.1f} points of macro-F1 {side}"
    chance = "; the difference may be chance" if _may_be_chance(best.lead) else ""
    return f"The transformer is {points} {best.system}, the best baseline{chance}."


def _may_be_chance(lead: Estimate) -> bool:
    return lead.low is None or lead.high is None or lead.low <= 0 <= lead.high
