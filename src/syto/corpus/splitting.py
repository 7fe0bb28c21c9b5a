"""Which split a source goes to, and from there every article: by source, story and date together."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from syto.corpus.dates import DateRule
from syto.corpus.drops import Drop
from syto.corpus.settings import CROSSING, DatasetSettings, SplitSettings
from syto.errors import UserError
from syto.records import SPLITS, Article, Split

_BY_NEED: tuple[Split, ...] = ("train", "test", "validation")  # which of equally empty splits is filled first
_WHOLE: Mapping[str, Split] = {"train": "train", "validation": "validation", "test": "test"}


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the draw knows of a source."""

    source: str
    rows: Mapping[Split, int]  # that it would give to each split: inside the dates, under the caps
    stratum: tuple[str, str]  # rating, main language


def fixed_sources(
    sources: Mapping[str, Iterable[str]],
    datasets: Sequence[DatasetSettings],
    pins: Mapping[str, Split],
) -> dict[str, Split]:
    """Return the sources whose split needs no draw; two claims that differ are a `UserError`.

    Data sets that train and test on one source fix it to train elsewhere; held-out ones fix their own.
    """
    splits: dict[str, Split] = {}
    first: dict[str, str] = {}

    def claim(source: str, split: Split, by: str) -> None:
        if splits.setdefault(source, split) != split:
            raise UserError(
                f"source {source!r} would be in {splits[source]} ({first[source]}) and in {split} ({by}); "
                "take one of the two away"
            )
        first.setdefault(source, by)

    for dataset in datasets:
        if dataset.split in CROSSING or dataset.split in ("validation", "test"):
            for source in sources[dataset.name]:
                claim(source, _WHOLE.get(dataset.split, "train"), f"data set {dataset.name!r}")
    known = {source for group in sources.values() for source in group}
    for source, split in pins.items():
        if source not in known:
            near = get_close_matches(source, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "check its spelling, or take it away"
            raise UserError(f"data.splits.pin: source {source!r} is in no data set; {hint}")
        claim(source, split, "data.splits.pin")
    return splits


def read_held_out(path: Path) -> dict[str, Split]:
    """Read the sources that are held out and where; `UserError` with the line of a mistake."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"data.splits.held_out {path} cannot be read: {error}") from error
    held_out: dict[str, Split] = {}
    for number, row in enumerate(rows, start=2):
        source, split = row.get("source"), row.get("split")
        if not source or split not in ("validation", "test"):
            raise UserError(
                f"{path}:{number}: source {source!r} and split {split!r}; "
                "the columns are `source` and `split`, the splits `validation` and `test`"
            )
        held_out[source] = "validation" if split == "validation" else "test"
    return held_out


def assign_sources(
    facts: Iterable[SourceFacts],
    shares: SplitSettings,
    fixed: Mapping[str, Split],
    rng: np.random.Generator,
) -> dict[str, Split]:
    """Draw a split for each source that is not fixed, stratum by stratum, balanced by rows."""
    strata: defaultdict[tuple[str, str], list[SourceFacts]] = defaultdict(list)
    for each in sorted(facts, key=lambda each: each.source):
        strata[each.stratum].append(each)
    splits = dict(fixed)
    for stratum in sorted(strata):
        splits |= _assign_stratum(strata[stratum], shares, fixed, rng)
    return splits


def _assign_stratum(
    facts: Sequence[SourceFacts],
    shares: SplitSettings,
    fixed: Mapping[str, Split],
    rng: np.random.Generator,
) -> dict[str, Split]:
    """Give each source to the split that is furthest behind its share: three sources fill three splits."""
    wanted = _wanted_rows(facts, shares)
    filled = dict.fromkeys(SPLITS, 0.0)
    splits: dict[str, Split] = {}
    for each in facts:
        if each.source in fixed:
            filled[fixed[each.source]] += each.rows[fixed[each.source]]
    for position in rng.permutation(len(facts)):
        each = facts[position]
        if each.source not in fixed:
            useful = [split for split in _BY_NEED if each.rows[split]] or _BY_NEED
            split = min(useful, key=lambda split: filled[split] / wanted[split])
            splits[each.source] = split
            filled[split] += each.rows[split]
    return splits


def _wanted_rows(facts: Sequence[SourceFacts], shares: SplitSettings) -> dict[Split, float]:
    """Return each split's share of the rows that it would get from all sources together."""
    share: dict[Split, float] = {
        "train": 1 - shares.validation - shares.test,
        "validation": shares.validation,
        "test": shares.test,
    }
    return {split: share[split] * (sum(each.rows[split] for each in facts) or 1) for split in SPLITS}


def rows_by_window(articles: Iterable[Article], rule: DateRule | None) -> Counter[tuple[str, Split]]:
    """Count the articles of each source that each split could take; without dates, every split any."""
    counts: Counter[tuple[str, Split]] = Counter()
    for article in articles:
        moment = rule.moment(article) if rule else None
        if rule is None:
            counts.update((article.source, split) for split in SPLITS)
        elif moment is not None:
            counts[article.source, rule.split_of(moment)] += 1
    return counts


def random_split(shares: SplitSettings, rng: np.random.Generator) -> Split:
    """Draw a split for one article."""
    draw = rng.random()
    if draw < shares.test:
        return "test"
    return "validation" if draw < shares.test + shares.validation else "train"


def place(
    article: Article, dataset: DatasetSettings, homes: Mapping[str, Split], rule: DateRule | None
) -> Split | Drop:
    """Return the split of an article, or why it has none; rules `random` and `given` are not decided here."""
    if dataset.split in _WHOLE:
        split = _WHOLE[dataset.split]
        held_out = homes.get(article.source, split) != split
        return Drop(dataset.name, "source_held_out") if held_out else split
    if dataset.split == "newest" and rule is not None:
        moment = rule.moment(article)
        return Drop(dataset.name, "no_date") if moment is None else rule.split_of(moment)
    if not article.source:
        return Drop(dataset.name, "no_source")
    split = homes[article.source]
    reason = rule.reason(article, split) if rule else None
    return Drop(dataset.name, reason) if reason else split
