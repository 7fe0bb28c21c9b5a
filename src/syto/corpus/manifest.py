"""The manifest: what went in, what came out, and where every other row went."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from syto.corpus.audit import AuditResult
from syto.corpus.dates import DateRule
from syto.corpus.drops import Drop
from syto.corpus.settings import SplitRule
from syto.errors import SytoError
from syto.records import Article, Split

Splits = Mapping[Split, Sequence[Article]]


@dataclass(frozen=True, slots=True)
class DatasetCount:
    """The way of one data set's rows, all accounted for."""

    split: SplitRule
    rows_in: int
    rows_out: int
    dropped: Mapping[str, int]  # reason → rows
    masked: Mapping[str, int]  # task → labels withheld, since training sees their sources
    dates: Mapping[str, str | float] | None  # None: no date rule


def count_dataset(
    name: str,
    split: SplitRule,
    rows_in: int,
    splits: Splits,
    dropped: Counter[Drop],
    masked: Counter[str],
    dates: DateRule | None,
) -> DatasetCount:
    """Count one data set; raise when a row is neither kept nor dropped under a reason."""
    rows_out = sum(article.dataset == name for articles in splits.values() for article in articles)
    reasons: dict[str, int] = {
        drop.reason: rows for drop, rows in dropped.items() if drop.dataset == name and rows
    }
    if rows_in != rows_out + sum(reasons.values()):
        raise SytoError(f"data set {name!r}: {rows_in} rows in, {rows_out} out and {reasons} do not add up")
    return DatasetCount(split, rows_in, rows_out, reasons, dict(masked), _readable(dates))


def _readable(rule: DateRule | None) -> dict[str, str | float] | None:
    if rule is None:
        return None
    cuts = {"validation_from": rule.validation_from, "test_from": rule.test_from}
    if rule.by == "published":
        return {"by": rule.by, **{name: str(date.fromordinal(int(cut))) for name, cut in cuts.items()}}
    return {"by": rule.by, **cuts}


def describe_splits(splits: Splits) -> dict[str, Any]:
    """Return the label counts, languages and data sets of each split, and the splits of each source."""
    return {
        "labels": {split: _label_counts(articles) for split, articles in splits.items()},
        "languages": _by_split(splits, "language"),
        "datasets_by_split": _by_split(splits, "dataset"),
        "sources": _sources(splits),
    }


def as_manifest(
    header: Mapping[str, Any],
    counts: Mapping[str, DatasetCount],
    splits: Splits,
    mastheads: Iterable[str],
    endings: Iterable[str],
    audit: AuditResult,
) -> dict[str, Any]:
    """Put the manifest together; it holds no time, so that the same input gives the same manifest."""
    return {
        **header,
        "datasets": {name: asdict(count) for name, count in counts.items()},
        **describe_splits(splits),
        "audit": asdict(audit),
        "mastheads": sorted(mastheads),
        "endings": sorted(endings),
    }


def _label_counts(articles: Sequence[Article]) -> dict[str, dict[str, int]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for article in articles:
        for task, labels in article.labels.items():
            counts[task].update(labels)
    return {task: dict(counter.most_common()) for task, counter in sorted(counts.items())}


def _by_split(splits: Splits, field: str) -> dict[str, dict[str, int]]:
    return {
        split: dict(Counter(getattr(article, field) for article in articles).most_common())
        for split, articles in splits.items()
    }


def _sources(splits: Splits) -> dict[str, dict[str, int]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for split, articles in splits.items():
        for article in articles:
            found[article.source][split] += 1
    return {source: dict(found[source]) for source in sorted(found)}
