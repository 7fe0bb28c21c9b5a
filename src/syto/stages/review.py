"""`syto review import`: what people decided in review queues, as labelled data."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from syto.errors import UserError
from syto.labels.label_set import LabelSet
from syto.resources import resource
from syto.review import argilla, label_studio
from syto.review.decisions import LABEL_COLUMNS, Agreed, Read, agree, read_decisions
from syto.review.queue import DECIDED, DIGEST
from syto.review.sheet import LABEL_FILES
from syto.tables.delimited import CSV
from syto.tables.fields import check_columns
from syto.tables.formats import format_of, open_table
from syto.tables.parts import there_already
from syto.tables.table import Layout
from syto.terminal import give, say

Cells = Mapping[str, object]


def import_decisions(
    queues: Sequence[Path],
    output: Path,
    *,
    latest: bool = False,
    by: str = "",
    labels: Mapping[str, Path] | None = None,
    overwrite: bool = False,
) -> bool:
    """Write the decisions of review queues as a file of labels; return whether none had to be left out.

    `labels` gives the label file of a task, where it is not the one that ships.
    """
    _check_output(output, overwrite)
    files = {task: resource(name) for task, name in LABEL_FILES.items()} | dict(labels or {})
    sets = {task: LabelSet.from_file(path) for task, path in files.items()}
    read = read_decisions((pair for queue in queues for pair in _rows(queue)), sets, by)
    agreed = agree(read.decisions, latest)
    if agreed.decisions:
        layout = Layout(LABEL_COLUMNS, {})
        CSV.write(output, layout, (each.row() for each in agreed.decisions))
    tasks = _say(read, agreed, output)
    if not agreed.decisions:
        raise UserError(f"no decision was found, so {output} is not written; fill in {' or '.join(DECIDED)}")
    give(
        {
            "output": output,
            "labels": tasks,
            "undecided": read.undecided,
            "left_out": [*map(str, read.problems), *map(str, agreed.conflicts)],
            "settled": [*map(str, agreed.settled)],
        }
    )
    return not (read.problems or agreed.conflicts)


def _check_output(output: Path, overwrite: bool) -> None:
    if format_of(output) != CSV:
        raise UserError(f"{output}: labels are a csv file; name it so, such as {output.stem}.csv")
    if output.exists() and not overwrite:
        raise there_already(str(output))


def _rows(queue: Path) -> Iterator[tuple[str, Cells]]:
    """Yield the place and the cells of each row of a queue, whichever its form."""
    if (exported := _exported(queue)) is not None:
        form = argilla if any("fields" in each for each in exported) else label_studio
        try:
            for number, cells in enumerate(form.rows_of(exported), start=1):
                yield f"{queue}, answer {number}", cells
        except (AttributeError, KeyError, TypeError) as error:
            raise UserError(
                f"{queue} is not as its program exports it ({error!r}); export it again"
            ) from None
        return
    table = open_table(queue)
    wanted = {DIGEST: "the text that was decided on", next(iter(DECIDED)): "a decision"}
    check_columns(table.outline().names, wanted, str(queue))
    for row in table.rows():
        yield f"{queue}, row {row.number}", row.values


def _exported(queue: Path) -> list[dict[str, Any]] | None:
    """Return the tasks or records of a JSON array; None where a file is none."""
    if queue.suffix != ".json" or not queue.is_file():
        return None
    try:
        with queue.open(encoding="utf-8-sig") as file:
            if not file.read(1_024).lstrip().startswith("["):
                return None
            file.seek(0)
            found = json.load(file)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{queue} cannot be read as JSON: {error}; export it again") from None
    if not all(isinstance(each, dict) and ("data" in each or "fields" in each) for each in found):
        raise UserError(f"{queue} is an export of neither Label Studio (as JSON) nor Argilla")
    return list(found)


def _say(read: Read, agreed: Agreed, output: Path) -> dict[str, int]:
    """Say what was found; return how many labels of each task."""
    for problem in read.problems:
        say(f"left out: {problem}", "yellow")
    for conflict in agreed.conflicts:
        say(f"left out, since decisions differ: {conflict}", "yellow")
    for settled in agreed.settled:
        say(f"decisions differ: {settled}")
    for repeated in agreed.repeated:
        say(f"decided {repeated}", "dim")
    unsigned = sum(not each.by for each in agreed.decisions)
    if unsigned:
        say(f"{unsigned:,} decisions do not say who decided (--by NAME says it for all of them)")
    tasks = Counter(each.task for each in agreed.decisions)
    counts = ", ".join(f"{task} {count:,}" for task, count in tasks.items()) or "none"
    say(f"{counts}; {read.undecided:,} rows without a decision: {output}")
    return tasks
