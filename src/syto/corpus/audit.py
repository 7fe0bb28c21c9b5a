"""The leak audit: the last look at what will be written."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from syto.corpus.dates import DateRule
from syto.errors import UserError
from syto.records import SPLITS, Article, Split

_SHOWN = 5  # leaks of a kind in the message


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What was looked at and what crosses; `leaks` is empty when all is well."""

    sources: int
    stories: int
    dated: tuple[str, ...]  # data sets under the date rule
    may_cross: tuple[str, ...]  # data sets whose sources are in several splits by design
    leaks: tuple[str, ...]


def find_leaks(
    splits: Mapping[Split, Sequence[Article]], may_cross: Collection[str], rules: Mapping[str, DateRule]
) -> AuditResult:
    """Look for sources, stories and dates that cross; `may_cross` names data sets, `rules` is by data set."""
    stories = _stories(splits)
    leaks = [*_source_leaks(splits, may_cross), *_across("story", stories), *_date_leaks(splits, rules)]
    sources = {article.source for articles in splits.values() for article in articles} - {""}
    return AuditResult(
        len(sources), len(stories), tuple(sorted(rules)), tuple(sorted(may_cross)), tuple(leaks)
    )


def check_audit(result: AuditResult) -> AuditResult:
    """Raise `UserError` when anything crosses."""
    if result.leaks:
        more = f"; and {len(result.leaks) - _SHOWN} more" if len(result.leaks) > _SHOWN else ""
        raise UserError(
            f"the splits leak, nothing was written: {'; '.join(result.leaks[:_SHOWN])}{more}; "
            "pin the source, or give the data set another `split`"
        )
    return result


def _source_leaks(splits: Mapping[Split, Sequence[Article]], may_cross: Collection[str]) -> list[str]:
    """A source has one split; one of a crossing data set is trained on, so elsewhere it is in train."""
    homes: defaultdict[str, set[Split]] = defaultdict(set)
    for split, articles in splits.items():
        for article in articles:
            homes[article.source].add("train" if article.dataset in may_cross else split)
    homes.pop("", None)
    return _across("source", homes)


def _stories(splits: Mapping[Split, Sequence[Article]]) -> dict[str, set[Split]]:
    homes: defaultdict[str, set[Split]] = defaultdict(set)
    for split, articles in splits.items():
        for article in articles:
            homes[article.story].add(split)
    return homes


def _across(kind: str, homes: Mapping[str, set[Split]]) -> list[str]:
    return [
        f"{kind} {name!r} is in {' and '.join(split for split in SPLITS if split in found)}"
        for name, found in homes.items()
        if len(found) > 1
    ]


def _date_leaks(splits: Mapping[Split, Sequence[Article]], rules: Mapping[str, DateRule]) -> list[str]:
    """Within a data set every split must end before the next begins."""
    moments: defaultdict[tuple[str, Split], list[float]] = defaultdict(list)
    leaks = []
    for split, articles in splits.items():
        for article in articles:
            rule = rules.get(article.dataset)
            moment = rule.moment(article) if rule else None
            if moment is not None:
                moments[article.dataset, split].append(moment)
            elif rule:
                leaks.append(f"article {article.id!r} in {split} has no date")
    for dataset in rules:
        there = [split for split in SPLITS if (dataset, split) in moments]
        leaks += [
            f"data set {dataset!r}: {early} goes on after {late} has begun"
            for early, late in pairwise(there)
            if max(moments[dataset, early]) >= min(moments[dataset, late])
        ]
    return leaks
