"""What a reader must know before quoting a figure, found in the results themselves."""

from collections.abc import Mapping, Sequence

from syto.evaluation.results import TRANSFORMER, Estimate, HeadResult, SliceResult, SystemResult
from syto.records import Split

FEW = 30  # articles of a label under which its figures say little
CLOSE = 0.05  # of AUROC: a probe that is nearer than this explains the transformer's figure
PROBES: Mapping[str, str] = {  # probe → what alone it sees of an article
    "language_only": "the language",
    "year_only": "the year",
    "length_only": "the number of words",
    "name_only": "the outlet's name",
    "source_only": "which outlet it is",
    "topic_only": "the topic",
}


def notes_on(heads: Sequence[HeadResult], split: Split) -> list[str]:
    """Return one sentence for each thing that limits what the figures mean."""
    notes = []
    if split != "test":
        notes.append(
            f"These figures are of the {split} split, on which temperatures, thresholds and the best epoch "
            "were chosen: they are better than those of new articles."
        )
    for head in heads:
        notes += _random(head) + _behind(head) + _close_probes(head)
        notes += _few_articles(head) + _few_of_the_lowest(head)
    return notes


def _random(head: HeadResult) -> list[str]:
    if not head.random_split:
        return []
    return [
        f"{head.task}: a random split, since the data names no sources. Articles of one source stand on both "
        "sides of it, so new sources will do worse."
    ]


def _behind(head: HeadResult) -> list[str]:
    better = [system.system for system in head.systems if _certainly_ahead(system)]
    if not better:
        return []
    return [f"{head.task}: the transformer is behind {' and '.join(better)} in macro-F1."]


def _certainly_ahead(system: SystemResult) -> bool:
    return system.lead is not None and system.lead.high is not None and system.lead.high < 0


def _close_probes(head: HeadResult) -> list[str]:
    """For a scale: what else than the text tells its ends apart nearly as well, over all and in a part."""
    if head.kind != "ordinal":
        return []
    metric = f"auroc_{head.labels[0]}"
    places: dict[str, Mapping[str, Mapping[str, Estimate]]] = {
        "": {system.system: system.metrics for system in head.systems}
    }
    places |= {
        f" in {part.kind} {part.value!r}": part.systems
        for part in head.slices
        if part.kind in ("language", "year")
    }
    notes = []
    for place, systems in places.items():
        own, close = systems[TRANSFORMER].get(metric), close_probes(systems, metric)
        if own and close:
            notes.append(
                f"{head.task}: the transformer's AUROC of {own.value:.3f}{place} is not clearly better than "
                f"that of {' and of '.join(close)}: it need not be owed to the writing."
            )
    return notes


def close_probes(systems: Mapping[str, Mapping[str, Estimate]], metric: str) -> list[str]:
    """Say what else than the text comes close to the transformer's figure, with what it reaches."""
    own = systems[TRANSFORMER].get(metric)
    return [
        f"{seen} alone ({systems[probe][metric].value:.3f})"
        for probe, seen in PROBES.items()
        if own and probe in systems and _comes_close(systems[probe].get(metric), own)
    ]


def _comes_close(probe: Estimate | None, own: Estimate) -> bool:
    """Chance is no rival, however near the transformer is to it."""
    if probe is None or probe.value is None or own.value is None:
        return False
    return probe.value >= own.value - CLOSE and probe.value > 0.5


def _few_articles(head: HeadResult) -> list[str]:
    rare = [f"{each.label} ({each.support})" for each in head.systems[0].classes if 0 < each.support < FEW]
    absent = [each.label for each in head.systems[0].classes if not each.support]
    notes = [f"{head.task}: fewer than {FEW} test articles of {', '.join(rare)}."] if rare else []
    if absent:
        notes.append(f"{head.task}: no test article of {', '.join(absent)}; macro figures leave them aside.")
    return notes


def _few_of_the_lowest(head: HeadResult) -> list[str]:
    """For a scale such as reliability: languages in which its lowest label hardly occurs."""
    if head.kind != "ordinal":
        return []
    thin = [part for part in head.slices if part.kind == "language" and _lowest(head, part) < FEW]
    return [
        f"{head.task}: only {_lowest(head, part)} of the {part.articles} articles in language {part.value!r} "
        f"are {head.labels[0]}, so its figures in that language are no evidence either way."
        for part in thin
    ]


def _lowest(head: HeadResult, part: SliceResult) -> int:
    return part.support.get(head.labels[0], 0)
