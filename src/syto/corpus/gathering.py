"""The rows of one data set as labelled articles with their sources."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from syto.corpus.columns import ColumnMap, to_article
from syto.corpus.drops import Drop
from syto.corpus.labelling import Labeller, LabelTask, matches
from syto.corpus.settings import DatasetSettings
from syto.errors import UserError, did_you_mean
from syto.records import Article, Split
from syto.sources.registry import Registry
from syto.tables.fields import cell_text
from syto.tables.rows import Row

_GIVEN: Mapping[str, Split] = {
    "train": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one data set gave; `splits` is what its own column says, by article id."""

    dataset: DatasetSettings
    articles: list[Article]
    splits: Mapping[str, Split]
    rows: int
    dropped: Counter[Drop]
    masked: Counter[str]  # task → labels withheld


def gather(
    dataset: DatasetSettings,
    rows: Iterable[Row],
    columns: ColumnMap,
    tasks: Mapping[str, LabelTask],
    registry: Registry,
) -> Gathered:
    """Read, source and label every row; rows without any label are dropped, rubrics without a map refused."""
    labeller = Labeller(dataset, tasks, registry)
    gathered = Gathered(dataset, [], {}, 0, Counter(), labeller.masked)
    splits: dict[str, Split] = {}
    seen: Counter[str] = Counter()
    count = 0
    for row in rows:
        count += 1
        if row.error:
            gathered.dropped[Drop(dataset.name, "unreadable")] += 1
            continue
        if not matches(dataset.only, row):
            gathered.dropped[Drop(dataset.name, "filtered")] += 1
            continue
        article = _article(row, dataset, columns, labeller, seen)
        if dataset.split == "given":
            splits[article.id] = _given_split(row, dataset, columns)
        if article.labels:
            gathered.articles.append(article)
        else:
            gathered.dropped[Drop(dataset.name, "no_label")] += 1
    labeller.check()
    if not count:
        raise UserError(f"data set {dataset.name!r} has no rows; check its file, or leave it out")
    return replace(gathered, rows=count, splits=splits)


def _article(
    row: Row, dataset: DatasetSettings, columns: ColumnMap, labeller: Labeller, seen: Counter[str]
) -> Article:
    article = to_article(row, columns)
    seen[article.id] += 1
    again = f"#{seen[article.id]}" if seen[article.id] > 1 else ""  # ids stay unique whatever the file says
    named = dataset.source_map.get(article.source, article.source)
    address = named or dataset.source or article.url
    return replace(
        article,
        id=f"{dataset.name}:{article.id}{again}",
        dataset=dataset.name,
        source=labeller.registry.canonical(address),
        labels=labeller.labels(row, address, article.url, "\n".join((article.title, article.text))),
    )


def _given_split(row: Row, dataset: DatasetSettings, columns: ColumnMap) -> Split:
    value = cell_text(row, columns.split).strip().lower()
    if value not in _GIVEN:
        raise UserError(
            f"data set {dataset.name!r}, row {row.number}: split {value!r} is unknown"
            f"{did_you_mean(value, _GIVEN)}"
        )
    return _GIVEN[value]
