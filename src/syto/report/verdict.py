"""Which head may be used for what, in a line each, by the worse end of each interval of the results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from syto.evaluation.notes import FEW, close_probes
from syto.evaluation.results import TRANSFORMER, Estimate, HeadResult, Results, SliceResult, SystemResult
from syto.report.wording import figure, metric_name, number, spread

Use = Literal["use", "check", "sort", "none", "not_measured", "baselines"]
USES: dict[Use, str] = {
    "use": "may be used",
    "check": "check each",
    "sort": "only to sort by",
    "none": "not to be used",
    "not_measured": "was not measured",
    "baselines": "beside the baselines",
}
# Of ten answers taken as they stand seven are right at the least: over two right ones for each wrong one.
USABLE = 0.7
# A label whose precision may lie under it may be wrong more often than right.
EVEN = 0.5
CHANCE = 0.5  # AUROC of guessing


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the verdict."""

    task: str  # empty where it is of all heads
    use: Use
    said: str

    @property
    def text(self) -> str:
        """The line as plain text."""
        return f"{f'{self.task}: ' if self.task else ''}{USES[self.use]}: {self.said}"


@dataclass(frozen=True, slots=True)
class _Judged:
    use: Use
    said: str  # a language with its figure, or with the reason why there is none


def verdict(results: Results) -> tuple[Line, ...]:
    """Say where each head may be used, where it only sorts, and where nothing is known; then the baselines.

    A scale never gets further than to sort by: it is a rating of sources, and no finding about one text.
    Nor does a head whose test flatters it: a random split, or the split that thresholds were chosen on.
    """
    lines = [line for head in results.heads for line in _head_lines(head, results)]
    beside = "; ".join(f"{head.task} {_beside(head)}" for head in results.heads)
    return (*lines, Line("", "baselines", f"{beside}."))


def against_baselines(head: HeadResult) -> str:
    """Say in one sentence how the transformer stands against the best baseline."""
    return f"The transformer is {_beside(head)}."


def _head_lines(head: HeadResult, results: Results) -> list[Line]:
    judged = [_judge(head, language, results) for language in results.bundle.languages]
    parts = {use: ", ".join(each.said for each in judged if each.use == use) for use in USES}
    said = {use: _sentence(head, use, part, results) for use, part in parts.items() if part}
    if "use" in said and (weak := _weak_labels(head)):
        said["check"] = weak
    return [Line(head.task, use, said[use]) for use in USES if use in said]


def _judge(head: HeadResult, language: str, results: Results) -> _Judged:
    """Judge one language by the worse end of its interval."""
    part = next((each for each in head.slices if (each.kind, each.value) == ("language", language)), None)
    own = part.systems[TRANSFORMER].get(_metric(head)) if part else None
    if why := _not_measured(head, part, language in results.bundle.measured.get(head.task, (language,))):
        return _Judged("not_measured", f"{language} ({why})")
    if part is None or own is None or own.low is None:
        return _Judged("not_measured", f"{language} (no interval)")
    return _Judged(_use(head, own.low, part, results), f"{language} {_shown(own)}{_probes(head, part)}")


def _use(head: HeadResult, low: float, part: SliceResult, results: Results) -> Use:
    if low <= _floor(head, part):
        return "none"
    return "use" if low >= USABLE and not _only_sorts(head, results) else "sort"


def _only_sorts(head: HeadResult, results: Results) -> bool:
    return head.kind == "ordinal" or head.random_split or results.split != "test"


def _not_measured(head: HeadResult, part: SliceResult | None, measured: bool) -> str:
    """Say why the articles of a language are no evidence; empty when they are."""
    if part is None:
        return "no article"
    if part.articles < FEW:
        return f"{number(part.articles)} article{'' if part.articles == 1 else 's'}"
    if head.kind == "ordinal":
        for label in (head.labels[0], head.labels[-1]):
            if part.support.get(label, 0) < FEW:
                return f"{part.support.get(label, 0)} of {number(part.articles)} articles are {label}"
    if head.kind != "multi_label" and len(part.support) < 2:
        return f"all its articles are {next(iter(part.support), 'unlabelled')}"
    return "" if measured else f"too few sources that are {head.labels[0]} or {head.labels[-1]}"


def _metric(head: HeadResult) -> str:
    """Name what a head is judged by: the figure nearest to what its user does with it."""
    metrics = {"ordinal": f"auroc_{head.labels[0]}", "multi_label": "macro_f1", "single_label": "accuracy"}
    return metrics[head.kind]


def _floor(head: HeadResult, part: SliceResult) -> float:
    """Return what needs no model: guessing, always naming the commonest label, or naming all of them."""
    if head.kind == "ordinal":
        return CHANCE
    shares = [part.support.get(label, 0) / part.articles for label in head.labels]
    if head.kind == "single_label":
        return max(shares)
    present = [share for share in shares if share]
    return sum(2 * share / (1 + share) for share in present) / max(1, len(present))


def _sentence(head: HeadResult, use: Use, said: str, results: Results) -> str:
    metric = metric_name(_metric(head))
    if use == "use":
        return f"its answers, by {metric}: {said}.{_sure(head)}"
    if use == "sort":
        order = "what to read first" if head.kind == "ordinal" else "a first sorting"
        return f"{order}, by {metric}: {said}.{_why_only(head, results)}"
    if use == "none":
        better = "guessing" if head.kind == "ordinal" else "an answer that is always the same"
        return f"not shown to be better than {better}, by {metric}: {said}."
    return f"{said}."


def _sure(head: HeadResult) -> str:
    sure, right = head.status.sure, head.status.sure_and_right
    if head.kind == "multi_label" or not sure:
        return ""
    share = sure / (sure + head.status.unsure)
    return f" It is sure of {share:.0%} of the articles, and right in {right / sure:.0%} of those."


def _why_only(head: HeadResult, results: Results) -> str:
    if head.kind == "ordinal":
        return f" No answer about one article: the {head.task} in the data is a rating of its source."
    if head.random_split:
        return " On new sources it will do worse: it was measured on a random split."
    if results.split != "test":
        return f" It was measured on {results.split}, where its thresholds were chosen."
    return ""


def _probes(head: HeadResult, part: SliceResult) -> str:
    """Say what comes as close without reading the text; only of a scale."""
    close = close_probes(part.systems, _metric(head)) if head.kind == "ordinal" else []
    return f" (not clearly better than {' and '.join(close)})" if close else ""


def _weak_labels(head: HeadResult) -> str:
    """Name the labels of a usable head that may be wrong more often than right, or were hardly seen."""
    own = head.systems[0].classes
    few = [f"{each.label} ({each.support})" for each in own if each.support < FEW]
    weak = [
        f"{each.label} {_shown(each.precision)}"
        for each in own
        if each.support >= FEW and each.precision.low is not None and each.precision.low < EVEN
    ]
    said = [f"of these labels half may be wrong, by precision: {', '.join(weak)}."] if weak else []
    said += [f"{'F' if weak else 'f'}ewer than {FEW} test articles: {', '.join(few)}."] if few else []
    return " ".join(said)


def _beside(head: HeadResult) -> str:
    best = _best_baseline(head.systems)
    if best is None:
        return "beside no baseline"
    if best.lead is None or best.lead.value is None:
        return f"not comparable with {best.system}, the best baseline"
    side = "above" if best.lead.value >= 0 else "below"
    chance = " (the difference may be chance)" if _may_be_chance(best.lead) else ""
    points = f"{abs(100 * best.lead.value):.1f} points of macro-F1 {side}"
    return f"{points} {best.system}, the best baseline{chance}"


def _best_baseline(systems: Sequence[SystemResult]) -> SystemResult | None:
    rivals = [system for system in systems if system.lead is not None]
    return max(rivals, key=lambda system: system.metrics["macro_f1"].value or 0, default=None)


def _may_be_chance(lead: Estimate) -> bool:
    return lead.low is None or lead.high is None or lead.low <= 0 <= lead.high


def _shown(estimate: Estimate) -> str:
    return f"{figure(estimate)} ({spread(estimate)})" if spread(estimate) else figure(estimate)
