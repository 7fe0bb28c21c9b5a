"""`syto sources`: who rates which source how, what public lists say, and how a source's texts read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

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
from syto.sources.weighing import Rating, conflict, said_by, weight_of
from syto.tables.cells import as_text
from syto.tables.delimited import CSV
from syto.tables.formats import format_of, open_table
from syto.tables.table import Layout

_COLOURS = {"reliable": "green", "mixed": "yellow", "unreliable": "red"}
_APART = ("agree", "differ", "contradict each other")
console = Console(stderr=True)


def table(ratings: Sequence[Path] = ()) -> None:
    """Print every rated source."""
    registry = Registry.consulted(ratings)
    shown = Table(
        "source", "rating", "rater", "date", "evidence", title=f"{len(registry.ratings)} rated sources"
    )
    for _, rating in sorted(registry.ratings.items()):
        shown.add_row(*_cells(rating))
    Console().print(shown)
    further = sum(source not in registry.ratings for source in registry.listings.rows)
    console.print(f"public lists alone rate {further:,} further sources: syto sources show DOMAIN")
    console.print(NOT_TRUTH)


def show(address: str, ratings: Sequence[Path] = ()) -> None:
    """Print all evidence on the source behind an address."""
    registry = Registry.consulted(ratings, together=True)
    source, rating = registry.canonical(address), registry.rate(address)
    out = Console()
    if not source:
        raise UserError(
            f"{address!r} is no source; give a domain, an address, a channel (t.me/name) or a name"
        )
    if is_platform(source):
        out.print(f"{escape(source)} is a platform, where anybody publishes: never rated as a whole")
        return
    if rating is None:
        out.print(f"{escape(source)} is not rated")
        if kind := registry.kind_of(source):
            out.print(f"a site of {escape(kind.name)} ({escape(kind.evidence)})")
        _say_lookalike(source, Lookalikes.of(registry.addresses), out)
        return
    out.print(f"[bold]{escape(rating.source)}[/]: [{_COLOURS[rating.rating]}]{rating.rating}[/]")
    if rating.aliases:
        out.print(f"also: {escape(', '.join(rating.aliases))}")
    found = registry.opinions_on(rating.source)
    by_hand = rating.source in registry.ratings
    if len(found) > 1:
        mean = "; the rating is their weighted mean" if by_hand else ""
        out.print(f"its raters {_APART[conflict(found)]}{mean}")
    if not by_hand:
        out.print("from public lists alone; mixed where they contradict, or one or two scores alone accuse")
    _print_opinions("", found, out)
    if further := registry.listings.opinions(rating.source) if by_hand else ():
        _print_opinions("public lists: they do not count, since it was checked by hand", further, out)
    console.print(NOT_TRUTH)


def _print_opinions(title: str, opinions: Sequence[Rating], out: Console) -> None:
    shown = Table("rating", "rater", "weight", "date", "evidence", title=title or None, title_justify="left")
    for opinion in opinions:
        _, value, rater, when, evidence = _cells(opinion)
        shown.add_row(value, rater, str(weight_of(opinion)), when, evidence)
    out.print(shown)


def check(ratings: Sequence[Path] = ()) -> None:
    """Print the sources whose raters disagree, and those that look like a reliable one."""
    registry = Registry.consulted(ratings, together=True)
    for degree in (2, 1):
        found = {
            source: opinions
            for source, opinions in sorted(registry.opinions.items())
            if conflict(opinions) == degree
        }
        _print_table(
            f"{len(found)} sources whose raters {_APART[degree]}",
            ("source", "rating", "opinions"),
            [(source, registry.ratings[source].rating, said_by(found[source])) for source in found],
        )
    pairs = _lookalikes(registry)
    _print_table(
        f"{len(pairs)} sources that look like a reliable one",
        ("source", "rating", "may be taken for"),
        [(source, registry.ratings[source].rating, original) for source, original in pairs],
    )


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
                console.print(f"[yellow]{escape(opinion.source)}: {both}; the first stands[/]")
    if not found:
        raise UserError(f"nothing in {', '.join(map(str, files))} rates a source; nothing is written")
    rows = (_as_row(opinion) for _, opinion in sorted(found.items()))
    CSV.write(output, Layout(tuple(COLUMNS), {}), rows)
    _say_imported(found, output)


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
            for row in track(table.rows(), table.path.name, outline.rows, console=console):
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
    console.print(f"{len(rows):,} sources: {output}", soft_wrap=True, markup=False)
    for verdict, count in counts.most_common():
        console.print(f"{count:>7,} {verdict}", markup=False)
    console.print(NOT_TRUTH)


def _recall(kept: SourceMemory, model: str, sources: RollUp) -> None:
    for reading in kept.recall(model):
        sources.count(reading)
    if others := kept.others(model):
        console.print(f"{others:,} readings of other models are kept and do not count", markup=False)


def _cells(rating: Rating) -> tuple[str, ...]:
    value = f"[{_COLOURS[rating.rating]}]{rating.rating}[/]"
    return (escape(rating.source), value, escape(rating.rater), rating.date, escape(rating.evidence))


def _print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    out = Console()
    if not rows:
        out.print(title)
        return
    shown = Table(*columns, title=title)
    for row in rows:
        shown.add_row(*map(escape, row))
    out.print(shown)


def _say_lookalike(source: str, known: Lookalikes, out: Console) -> None:
    original = known.taken_for(source)
    if original:
        out.print(f"[red]it may be taken for {escape(original)}[/], whose rating it does not have")


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
            console.print(f"[yellow]{escape(f'{file}: row {row.number} is left out: {error}')}[/]")


def _as_row(opinion: Rating) -> dict[str, object]:
    return {name: getattr(opinion, name) for name in COLUMNS} | {"aliases": " ".join(opinion.aliases)}


def _say_imported(found: Mapping[tuple[str, str], Rating], output: Path) -> None:
    counts: Counter[tuple[str, str]] = Counter((opinion.rater, opinion.rating) for opinion in found.values())
    shown = Table("rater", *_COLOURS)
    for rater in sorted({rater for rater, _ in counts}):
        shown.add_row(rater, *(str(counts[rater, rating]) for rating in _COLOURS))
    console.print(shown)
    console.print(f"{len(found):,} opinions on {len({source for source, _ in found}):,} sources: {output}")
