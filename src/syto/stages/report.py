"""`syto report`: scored files as one page that opens from disk."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

from syto.corpus.columns import ALL_NAMES, KNOWN_NAMES, ColumnMap
from syto.errors import UserError
from syto.inference.scored_book import read_back
from syto.report.articles_page import articles_page, check_page
from syto.report.gathered import Gathered, columns_of
from syto.sources.registry import Registry
from syto.tables.fields import find_fields
from syto.tables.jobs import open_inputs
from syto.tables.spool import Spool
from syto.tables.table import Table
from syto.tables.whole import write_text
from syto.terminal import give, meter, say

_NEEDED = ("topic", "unreliable_probability")  # one of them; all else may have been left out


def report(scored: Sequence[str], output: Path, ratings: Sequence[Path] = ()) -> None:
    """Write the page of scored files; what no run of `syto score` wrote is a `UserError`."""
    check_page(output, scored)
    registry = Registry.consulted(ratings)
    gathered = Gathered()
    with ExitStack() as stack:
        spool = Spool(None, stack)
        opened = open_inputs(scored, None, None, spool)
        spool.fill()
        for table in opened:
            _gather(read_back(replace(table, known_names=ALL_NAMES)), gathered)
    names = [Path(table.name).name for table in opened]
    write_text(output, articles_page(gathered, registry, names, date.today().isoformat()))
    give({"output": output, "rows": gathered.rows})
    say(f"{gathered.rows:,} rows on a page: {output}")


def _gather(table: Table, gathered: Gathered) -> None:
    found = table.survey()
    ours = columns_of(found.names)
    if not any(name in ours for name in _NEEDED):
        raise UserError(f"{table.name}: no column {_NEEDED[0]!r}, so not scored; run `syto score` first")
    theirs = [name for name in found.names if name not in ours.values()]
    columns = ColumnMap.model_validate(find_fields(theirs, {}, KNOWN_NAMES, table.name))
    with meter(found.rows or 0) as advance:
        for row in table.rows():
            gathered.add(row, columns, {name: row.values.get(own) for name, own in ours.items()})
            advance(1, Path(table.name).name, kept=False)
