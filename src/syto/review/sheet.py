"""A review queue as a file: a table, or what Label Studio and Argilla import."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from syto.labels.label_set import LabelSet
from syto.model.bundle import BundleManifest
from syto.resources import resource
from syto.review import argilla, label_studio
from syto.review.queue import AT, BY, DECIDED, DIGEST, NOTE, QUEUE_COLUMNS
from syto.tables.formats import format_named, format_of
from syto.tables.look import ColumnLook, Look
from syto.tables.table import Layout, Values
from syto.tables.whole import write_text

LABEL_FILES: Mapping[str, str] = {"topic": "labels/topics.yaml", "reliability": "labels/reliability.yaml"}
LABEL_STUDIO, ARGILLA = ".labelstudio.json", ".argilla.json"  # ends of names
_CONFIG = ".xml"  # that of Label Studio lies beside the tasks
_WIDTH, _LINES = 24, 6  # characters of a column, at most; lines of a row
_WIDTHS = {"review_reason": 40, "title": 40, "text": 80, NOTE: 40, DIGEST: 14}
_TO_FILL = "#FFF1B8"  # behind the titles of what a person fills in
Choices = Mapping[str, Sequence[str]]  # task → labels that a person may decide for


def choices_of(manifest: BundleManifest) -> Choices:
    """Return all labels of the sets that ship where a head's are among them, else the head's own."""
    choices = {}
    for head in manifest.heads:
        if head.task in LABEL_FILES:
            known = LabelSet.from_file(resource(LABEL_FILES[head.task])).ids
            choices[head.task] = known if set(head.labels) <= set(known) else head.labels
    return choices


def files_of(path: Path) -> list[Path]:
    """Return the files that a queue of this name is; an unknown suffix is a `UserError`."""
    if path.name.endswith(LABEL_STUDIO):
        return [path, path.with_suffix(_CONFIG)]
    if not path.name.endswith(ARGILLA):
        format_named(format_of(path).name, "format of a review queue", only_read=False)
    return [path]


def write_queue(path: Path, rows: Sequence[Values], choices: Choices) -> None:
    """Write the rows of a queue in the form that its name asks for."""
    if path.name.endswith(LABEL_STUDIO):
        write_text(path, label_studio.tasks(rows))
        write_text(path.with_suffix(_CONFIG), label_studio.config(choices))
    elif path.name.endswith(ARGILLA):
        write_text(path, argilla.records(rows))
    else:
        offered = {column: choices[task] for column, task in DECIDED.items() if task in choices}
        format_of(path).write(path, Layout((), QUEUE_COLUMNS, look=_look(offered)), rows)


def _look(offered: Choices) -> Look:
    """Return how a queue looks in a workbook; its titles stay, since by them decisions are read back."""
    columns = {
        name: ColumnLook(
            name,
            code="0%" if name.endswith("_probability") else "",
            width=_WIDTHS.get(name, _WIDTH),
            shade=_TO_FILL if name in (*DECIDED, NOTE, BY, AT) else "",
            choices=offered.get(name, ()),
        )
        for name in QUEUE_COLUMNS
    }
    return Look("queue", columns, saw=lambda _: None, further=lambda: (), lines=_LINES)
