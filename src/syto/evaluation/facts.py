"""What was evaluated, and on what, as `results.json` says it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from syto.corpus.settings import SplitRule
from syto.evaluation.results import BundleFacts, DatasetFacts
from syto.model.bundle import BundleManifest
from syto.records import Article


def bundle_facts(manifest: BundleManifest, backend: str) -> BundleFacts:
    """Describe a bundle and what ran it."""
    return BundleFacts(
        **manifest.model_dump(include={"name", "encoder", "licence", "created", "languages", "syto_version"}),
        fingerprint=manifest.fingerprint,
        backend=backend,
        temperatures={head.task: head.temperature for head in manifest.heads},
        thresholds={head.task: head.label_thresholds or (head.sure_threshold,) for head in manifest.heads},
        measured=measured_languages(manifest),
    )


def measured_languages(manifest: BundleManifest) -> dict[str, tuple[str, ...]]:
    """Name the languages in which a head does not answer `not_measured`; a head of all has no entry."""
    return {head.task: head.measured for head in manifest.heads if head.measured is not None}


def dataset_facts(articles: Sequence[Article], rules: Mapping[str, SplitRule]) -> tuple[DatasetFacts, ...]:
    """Count the articles and sources of each data set; `rules` say how each was split."""
    by_name: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_name[article.dataset].append(article)
    return tuple(
        DatasetFacts(
            name=name,
            rule=rules[name],
            articles=len(group),
            sources=len({article.source for article in group if article.source}),
        )
        for name, group in sorted(by_name.items())
    )
