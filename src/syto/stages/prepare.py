"""`syto prepare`: files of articles in; audited splits with a manifest out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from syto import __version__
from syto.config import Config
from syto.corpus.audit import AuditResult, check_audit, find_leaks
from syto.corpus.capping import cap_labels, cap_sources
from syto.corpus.columns import find_columns
from syto.corpus.dates import DateRule, date_rule, order_within
from syto.corpus.drops import Drop, Placed, Reason, Sifted, sift
from syto.corpus.duplicates import story_ids
from syto.corpus.enough import check_enough
from syto.corpus.gathering import Gathered, gather
from syto.corpus.labelling import LabelTask, check_label_columns, check_labels
from syto.corpus.manifest import as_manifest, count_dataset
from syto.corpus.prepared import write_prepared
from syto.corpus.settings import CROSSING, TIMED, DatasetSettings, DataSettings
from syto.corpus.splitting import (
    SourceFacts,
    assign_sources,
    fixed_sources,
    place,
    random_split,
    read_held_out,
    rows_by_window,
)
from syto.corpus.stories import thin_stories
from syto.digest import sha256_of
from syto.labels.label_set import LabelSet
from syto.records import SPLITS, Article, Split
from syto.sources.registry import Registry
from syto.tables.formats import open_table
from syto.tables.rows import Row
from syto.terminal import doing, give, say, track
from syto.text.clean import Cleaner
from syto.text.language import detect_language
from syto.text.markup import is_web_page
from syto.text.redact import mine_endings, mine_mastheads

_TITLES_FOR_LANGUAGE = 10  # of a source, to find its main language for the draw


@dataclass(frozen=True, slots=True)
class Opened:
    """A data set ready to be read, and what identifies its content."""

    rows: Iterable[Row]
    columns: Sequence[str]
    digest: str


def prepare(config: Config) -> Path:
    """Write `data.prepared` with the three splits and their manifest; return the folder.

    Rows are capped before they are cleaned, and duplicates are looked for in all that is then left.
    """
    data, rng = config.data, np.random.default_rng(config.seed)
    registry = Registry.from_files(data.ratings)
    tasks = _label_tasks(config)
    for dataset in data.datasets:
        check_labels(dataset, tasks, bool(data.ratings))

    opened = {dataset.name: _open(dataset) for dataset in data.datasets}
    gathered = [_gather(dataset, opened[dataset.name], tasks, registry) for dataset in data.datasets]
    rules = _date_rules(data, gathered)
    placed = _place(data, gathered, rules, registry, rng)
    capped = cap_sources(placed.kept, {d.name: data.cap_of(d) for d in data.datasets}, rng)
    evened = cap_labels(capped.kept, {d.name: d.cap_per_label for d in data.datasets}, rng)
    mastheads = mine_mastheads(_training_titles(placed.kept))
    named = _clean(evened.kept, Cleaner(mastheads, config.text), data, "looking for endings")
    endings = mine_endings(_training_texts(named.kept))
    cleaned = _clean(evened.kept, Cleaner(mastheads, config.text, endings), data, "cleaning")
    thinned = thin_stories(_with_stories(cleaned.kept, data, config.seed))

    splits = _by_split(thinned.kept)
    check_enough(splits, tasks)
    audit = _audit(splits, data, rules)
    steps = [each.dropped for each in (placed, capped, evened, cleaned, thinned)]
    dropped = sum((*(each.dropped for each in gathered), *steps), Counter[Drop]())
    counts = {
        each.dataset.name: count_dataset(
            each.dataset.name,
            each.dataset.split,
            each.rows,
            splits,
            dropped,
            each.masked,
            rules.get(each.dataset.name),
        )
        for each in gathered
    }
    manifest = as_manifest(_header(config, opened, gathered), counts, splits, mastheads, endings, audit)
    write_prepared(data.prepared, splits, list(tasks), manifest)
    _report(data.prepared, splits, dropped)
    return data.prepared


def _label_tasks(config: Config) -> dict[str, LabelTask]:
    return {
        task: LabelTask(settings.kind, LabelSet.from_file(settings.labels))
        for task, settings in config.tasks.items()
    }


def _open(dataset: DatasetSettings) -> Opened:
    if dataset.hub is not None:
        from syto.corpus.hub import load_hub  # takes seconds to import, and few configs need it

        hub = load_hub(dataset.hub)
        return Opened(hub, hub.columns, hub.fingerprint)
    path = dataset.path or Path()
    table = open_table(path, dataset.format, dataset.encoding)
    return Opened(table.rows(), table.outline().names, sha256_of(path))


def _gather(
    dataset: DatasetSettings, opened: Opened, tasks: Mapping[str, LabelTask], registry: Registry
) -> Gathered:
    columns = find_columns(opened.columns, dataset.columns, f"data set {dataset.name!r}")
    check_label_columns(dataset, opened.columns)
    rows = track(opened.rows, f"reading {dataset.name}")
    gathered = gather(dataset, rows, columns, tasks, registry)
    if dataset.newest_within is None:
        return gathered
    return replace(gathered, articles=order_within(gathered.articles, dataset.newest_within))


def _date_rules(data: DataSettings, gathered: Sequence[Gathered]) -> dict[str, DateRule]:
    """Return the rules of the data sets that have one."""
    rules = {}
    for each in gathered:
        by_source = each.dataset.split == "sources"
        if each.dataset.split in TIMED and (data.splits.by_date or not by_source):
            usable = each.articles
            if by_source:
                usable = [article for article in usable if article.source]
            if rule := date_rule(each.dataset, usable, data.splits):
                rules[each.dataset.name] = rule
    return rules


def _place(
    data: DataSettings,
    gathered: Sequence[Gathered],
    rules: Mapping[str, DateRule],
    registry: Registry,
    rng: np.random.Generator,
) -> Sifted:
    """Give every article its split, by source and date together."""
    sources = {g.dataset.name: {a.source for a in g.articles} - {""} for g in gathered}
    pins = {registry.canonical(source): split for source, split in data.splits.pin.items()}
    if data.splits.held_out:
        pins |= _not_drawn(data.splits.held_out, data, sources, registry)
    fixed = fixed_sources(sources, data.datasets, pins)
    homes = assign_sources(_source_facts(data, gathered, rules, registry), data.splits, fixed, rng)
    placed = Sifted([], Counter())
    for each in gathered:
        for article in each.articles:
            found: Split | Drop
            if each.dataset.split == "random":
                found = random_split(data.splits, rng)
            elif each.dataset.split == "given":
                found = each.splits[article.id]
            else:
                found = place(article, each.dataset, homes, rules.get(each.dataset.name))
            if isinstance(found, Drop):
                placed.dropped[found] += 1
            else:
                placed.kept.append(Placed(article, found))
    return placed


def _not_drawn(
    path: Path, data: DataSettings, sources: Mapping[str, Iterable[str]], registry: Registry
) -> dict[str, Split]:
    """Return the split of each source of the data sets that go by source: held out, or trained on."""
    held_out = {registry.canonical(source): split for source, split in read_held_out(path).items()}
    by_source = [dataset.name for dataset in data.datasets if dataset.split == "sources"]
    return {source: held_out.get(source, "train") for name in by_source for source in sources[name]}


def _source_facts(
    data: DataSettings,
    gathered: Sequence[Gathered],
    rules: Mapping[str, DateRule],
    registry: Registry,
) -> Iterator[SourceFacts]:
    """Yield what the draw needs to know of each source of the data sets that are split by source."""
    rows: defaultdict[str, Counter[Split]] = defaultdict(Counter)
    titles: defaultdict[str, list[str]] = defaultdict(list)
    for each in gathered:
        if each.dataset.split != "sources":
            continue
        for (source, split), count in rows_by_window(each.articles, rules.get(each.dataset.name)).items():
            rows[source][split] += min(count, data.cap_of(each.dataset) or count)
        for article in each.articles:
            if len(titles[article.source]) < _TITLES_FOR_LANGUAGE:
                titles[article.source].append(article.title or article.text[:200])
    for source in filter(None, titles):
        rating = registry.rate(source)
        language = detect_language("\n".join(titles[source]))
        yield SourceFacts(source, rows[source], (rating.rating if rating else "", language))


def _training_titles(placed: Iterable[Placed]) -> dict[str, list[str]]:
    """Titles by source, of training alone: a held-out outlet is redacted as one that nobody has seen."""
    titles: defaultdict[str, list[str]] = defaultdict(list)
    for article, split in placed:
        if split == "train" and article.source and article.title:
            titles[article.source].append(article.title)
    return dict(titles)


def _training_texts(placed: Iterable[Placed]) -> dict[str, list[str]]:
    """Cleaned texts by source, of training alone, as with titles."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for article, split in placed:
        if split == "train" and article.source:
            texts[article.source].append(article.clean)
    return dict(texts)


def _clean(placed: Sequence[Placed], cleaner: Cleaner, data: DataSettings, what: str) -> Sifted:
    """Normalise, redact, find the language; drop what a model would call out of scope."""
    cleaned = []
    for article, split in track(placed, what):
        clean = cleaner.clean(article.title, article.text).text
        language = article.language or detect_language(clean)
        cleaned.append(Placed(replace(article, clean=clean, language=language), split))

    def reason(each: Placed) -> Reason | None:
        if is_web_page(each.article.text):
            return "web_page"
        if sum(map(str.isalpha, each.article.clean)) < data.min_letters:
            return "too_short"
        return None if each.article.language in data.languages else "language"

    return sift(cleaned, reason)


def _with_stories(placed: Sequence[Placed], data: DataSettings, seed: int) -> list[Placed]:
    articles = [each.article for each in placed]
    with doing("looking for stories told twice"):
        ids = story_ids(articles, data.duplicates, seed)
    return [
        Placed(replace(each.article, story=story), each.split)
        for each, story in zip(placed, ids, strict=True)
    ]


def _by_split(placed: Sequence[Placed]) -> dict[Split, list[Article]]:
    return {split: [article for article, of in placed if of == split] for split in SPLITS}


def _audit(
    splits: Mapping[Split, Sequence[Article]], data: DataSettings, rules: Mapping[str, DateRule]
) -> AuditResult:
    may_cross = [dataset.name for dataset in data.datasets if dataset.split in CROSSING]
    return check_audit(find_leaks(splits, may_cross, rules))


def _header(config: Config, opened: Mapping[str, Opened], gathered: Sequence[Gathered]) -> dict[str, Any]:
    inputs = {
        each.dataset.name: {
            "from": str(each.dataset.path or (each.dataset.hub and each.dataset.hub.repo)),
            "rows": each.rows,
            "sha256": opened[each.dataset.name].digest,
        }
        for each in gathered
    }
    return {
        "name": config.name,
        "syto_version": __version__,
        "seed": config.seed,
        "settings": {
            "data": config.data.model_dump(mode="json"),
            "text": config.text.model_dump(mode="json"),
        },
        "inputs": inputs,
        "ratings": {str(path): sha256_of(path) for path in config.data.ratings},
    }


def _report(folder: Path, splits: Mapping[Split, Sequence[Article]], dropped: Counter[Drop]) -> None:
    rows = {split: len(articles) for split, articles in splits.items()}
    reasons: Counter[str] = Counter()
    for drop, count in dropped.items():
        reasons[drop.reason] += count
    give({"prepared": folder, "rows": rows, "dropped": reasons})
    say(f"{folder}: {', '.join(f'{split} {count:,}' for split, count in rows.items())}")
