"""`syto sources`: who rates which source how, what public lists say, and how a source's texts read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from syto.errors import UserError, did_you_mean
from syto.inference.scored_book import read_back
from syto.inference.source_memory import SourceMemory, open_memory
from syto.inference.source_roll_up import NEEDED, READ, ROLL_UP_COLUMNS, RollUp, links_of, text_of
from syto.inference.source_ties import SourceTies
from syto.sources.lookalikes import Lookalikes
from syto.sources.platforms import is_platform
from syto.sources.public_lists import DOMAIN, PUBLIC_LISTS, opinions_of
from syto.sources.ratings_file import COLUMNS
from syto.sources.registry import Registry
from syto.sources.statement import LEAST_ARTICLES, NOT_TRUTH
from syto.sources.weighing import RATINGS, Rating, conflict, said_by, weight_of
from syto.tables.cells import as_text
from syto.tables.delimited import CSV
from syto.tables.formats import format_of, open_table
from syto.tables.table import Layout
from syto.terminal import Listing, give, say, track

_COLOURS = {"reliable": "green", "mixed": "yellow", "unreliable": "red"}
_APART = ("agree", "differ", "contradict each other")


def table(ratings: Sequence[Path] = ()) -> None:
    """Give every rated source."""
    registry = Registry.consulted(ratings)
    rated = [rating for _, rating in sorted(registry.ratings.items())]
    further = sum(source not in registry.ratings for source in registry.listings.rows)
    give(
        {"sources": [*map(asdict, rated)], "rated_by_lists_alone": further, "statement": NOT_TRUTH},
        Listing(
            ("source", "rating", "rater", "date", "evidence"),
            [(each.source, each.rating, each.rater, each.date, each.evidence) for each in rated],
            title=f"{len(rated)} rated sources",
            styles=_COLOURS,
        ),
    )
    say(f"public lists alone rate {further:,} further sources: syto sources show DOMAIN")
    say(NOT_TRUTH)


def show(address: str, ratings: Sequence[Path] = ()) -> None:
    """Give all evidence on the source behind an address."""
    registry = Registry.consulted(ratings, together=True)
    source, rating = registry.canonical(address), registry.rate(address)
    if not source:
        raise UserError(
            f"{address!r} is no source; give a domain, an address, a channel (t.me/name) or a name"
        )
    if is_platform(source):
        told = f"{source} is a platform, where anybody publishes: never rated as a whole"
        give({"source": source, "rating": None, "platform": True}, told)
    elif rating is None:
        _give_unrated(source, registry)
    else:
        _give_rated(rating, registry)


def _give_unrated(source: str, registry: Registry) -> None:
    kind, original = registry.kind_of(source), Lookalikes.of(registry.addresses).taken_for(source)
    told = [f"{source} is not rated"]
    if kind:
        told.append(f"a site of {kind.name} ({kind.evidence})")
    if original:
        told.append(f"it may be taken for {original}, whose rating it does not have")
    facts = {"kind": asdict(kind) if kind else None, "may_be_taken_for": original or None}
    give({"source": source, "rating": None, "platform": False, **facts}, *told)


def _give_rated(rating: Rating, registry: Registry) -> None:
    found, by_hand = registry.opinions_on(rating.source), rating.source in registry.ratings
    further = registry.listings.opinions(rating.source) if by_hand else ()
    told: list[str | Listing] = [f"{rating.source}: {rating.rating}"]
    if rating.aliases:
        told.append(f"also: {', '.join(rating.aliases)}")
    if len(found) > 1:
        mean = "; the rating is their weighted mean" if by_hand else ""
        told.append(f"its raters {_APART[conflict(found)]}{mean}")
    if not by_hand:
        told.append("from public lists alone; mixed where they contradict, or one or two scores alone accuse")
    told.append(_opinions("", found))
    if further:
        told.append(_opinions("public lists: they do not count, since it was checked by hand", further))
    facts = {"source": rating.source, "rating": rating.rating, "aliases": rating.aliases}
    counted = {"by_hand": by_hand, "opinions": [*map(_weighed, found)], "lists": [*map(_weighed, further)]}
    give(facts | counted | {"statement": NOT_TRUTH}, *told)
    say(NOT_TRUTH)


def _weighed(opinion: Rating) -> dict[str, object]:
    return asdict(opinion) | {"weight": weight_of(opinion)}


def _opinions(title: str, opinions: Sequence[Rating]) -> Listing:
    return Listing(
        ("rating", "rater", "weight", "date", "evidence"),
        [(each.rating, each.rater, str(weight_of(each)), each.date, each.evidence) for each in opinions],
        title=title,
        styles=_COLOURS,
    )


def check(ratings: Sequence[Path] = ()) -> None:
    """Give the sources whose raters disagree, and those that look like a reliable one."""
    registry = Registry.consulted(ratings, together=True)
    told: list[str | Listing] = []
    facts: dict[str, object] = {}
    for degree in (2, 1):
        columns = ("source", "rating", "opinions")
        rows = [
            (source, registry.ratings[source].rating, said_by(opinions))
            for source, opinions in sorted(registry.opinions.items())
            if conflict(opinions) == degree
        ]
        told.append(_found(f"{len(rows)} sources whose raters {_APART[degree]}", columns, rows))
        facts[_APART[degree].replace(" ", "_")] = _records(columns, rows)
    columns = ("source", "rating", "may be taken for")
    pairs = [
        (source, registry.ratings[source].rating, original) for source, original in _lookalikes(registry)
    ]
    told.append(_found(f"{len(pairs)} sources that look like a reliable one", columns, pairs))
    give(facts | {"look_alikes": _records(columns, pairs)}, *told)


def _found(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str | Listing:
    return Listing(columns, rows, title=title, styles=_COLOURS) if rows else title


def _records(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    names = [name.replace(" ", "_") for name in columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def import_lists(files: Sequence[Path], output: Path) -> None:
    """Write what public lists say as a ratings file with one row a source and rater."""
    registry = Registry.shipped()
    found: dict[tuple[str, str], Rating] = {}
    for file in files:
        for read in _imported(file):
            listed = read.source in registry.addresses  # under an alias too, so that it counts for its source
            opinion = replace(read, source=registry.canonical(read.source)) if listed else read
            earlier = found.setdefault((opinion.source, opinion.rater), opinion)
            if earlier.rating != opinion.rating:
                both = f"{opinion.rater} says {earlier.rating} and {opinion.rating}"
                say(f"{opinion.source}: {both}; the first stands", "yellow")
    if not found:
        raise UserError(f"nothing in {', '.join(map(str, files))} rates a source; nothing is written")
    rows = (_as_row(opinion) for _, opinion in sorted(found.items()))
    CSV.write(output, Layout(tuple(COLUMNS), {}), rows)
    _give_imported(found, output)


def roll_up(
    scored: Sequence[Path],
    output: Path,
    least: int = LEAST_ARTICLES,
    memory: Path | None = None,
    ratings: Sequence[Path] = (),
) -> None:
    """Write one row a source of scored files, with `memory` also of what it has kept of earlier ones."""
    tables = [read_back(open_table(file)) for file in scored]
    outlines = [table.outline() for table in tables]
    names = list(dict.fromkeys(name for outline in outlines for name in outline.names))
    where = ", ".join(map(str, scored))
    if missing := [name for name in (READ if memory else NEEDED) if name not in names]:
        raise UserError(f"{where}: no column {missing[0]!r}, so not scored; run `syto score` first")
    sources, ties = RollUp(names, least), SourceTies(Registry.consulted(ratings))
    with open_memory(memory, date.today().isoformat()) if memory else nullcontext() as kept:
        model = ""
        for table, outline in zip(tables, outlines, strict=True):
            for row in track(table.rows(), table.path.name, outline.rows):
                reading = sources.reading(row.number, row.values)
                if reading is None:
                    continue
                ties.add(reading.source, text_of(row.values), links_of(row.values))
                model = reading.model
                if kept:
                    kept.remember(reading)
                else:
                    sources.count(reading)
        if kept:
            _recall(kept, model, sources)
        rows = sources.rows(ties.told())
        format_of(output).write(output, Layout((), ROLL_UP_COLUMNS, title="scored"), rows)
    counts = Counter(str(found["verdict"]) for found in rows)
    give({"output": output, "sources": len(rows), "verdicts": counts, "statement": NOT_TRUTH})
    say(f"{len(rows):,} sources: {output}")
    for verdict, count in counts.most_common():
        say(f"{count:>7,} {verdict}")
    say(NOT_TRUTH)


def _recall(kept: SourceMemory, model: str, sources: RollUp) -> None:
    for reading in kept.recall(model):
        sources.count(reading)
    if others := kept.others(model):
        say(f"{others:,} readings of other models are kept and do not count")


def _lookalikes(registry: Registry) -> list[tuple[str, str]]:
    reliable = [source for source, rating in registry.ratings.items() if rating.rating == "reliable"]
    known = Lookalikes.of(reliable)
    pairs = [(source, known.taken_for(source)) for source in sorted(registry.ratings)]
    return [(source, original) for source, original in pairs if original]


def _imported(file: Path) -> Iterator[Rating]:
    """Yield the opinions of a table; rows that cannot be read are told and left out."""
    listed = open_table(file)
    names = listed.outline().names
    if DOMAIN not in names:
        raise UserError(f"{file}: no column {DOMAIN!r}{did_you_mean(DOMAIN, names)}")
    if not PUBLIC_LISTS.keys() & set(names):
        raise UserError(
            f"{file}: none of the lists that are known is a column of it: {', '.join(PUBLIC_LISTS)}"
        )
    for row in listed.rows():
        values = {name: as_text(value) for name, value in row.values.items()}
        try:
            yield from opinions_of(values)
        except ValueError as error:
            say(f"{file}: row {row.number} is left out: {error}", "yellow")


def _as_row(opinion: Rating) -> dict[str, object]:
    return {name: getattr(opinion, name) for name in COLUMNS} | {"aliases": " ".join(opinion.aliases)}


def _give_imported(found: Mapping[tuple[str, str], Rating], output: Path) -> None:
    counts: Counter[tuple[str, str]] = Counter((opinion.rater, opinion.rating) for opinion in found.values())
    raters = {
        rater: {rating: counts[rater, rating] for rating in RATINGS}
        for rater in sorted({rater for rater, _ in counts})
    }
    sources = len({source for source, _ in found})
    give({"output": output, "opinions": len(found), "sources": sources, "raters": raters})
    rows = [(rater, *map(str, of_rater.values())) for rater, of_rater in raters.items()]
    say(Listing(("rater", *RATINGS), rows, numbers=RATINGS))
    say(f"{len(found):,} opinions on {sources:,} sources: {output}")
