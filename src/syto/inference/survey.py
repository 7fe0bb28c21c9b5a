"""A look through a file before any of it is scored: its columns, and how many rows."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass

from syto.corpus.encodings import decoded_lines
from syto.corpus.reading import columns_of, count_rows
from syto.corpus.rows import unique_names
from syto.corpus.table_rows import open_parquet, open_sheet
from syto.corpus.text_rows import header_of
from syto.inference.jobs import Job
from syto.inference.rows import ColumnKind
from syto.inference.writing import Layout

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a file before it is scored."""

    names: tuple[str, ...]  # columns
    rows: int


def survey(job: Job) -> Survey:
    """Name the columns of a file and count its rows; one that cannot be read is a `UserError`.

    Text is read through once, a hundredth of the time that scoring takes: the bar then knows the time left,
    and JSON lines with unlike keys get a column for each.
    """
    if job.format == "xlsx":
        sheet = open_sheet(job.source, job.name)
        return Survey(tuple(unique_names(sheet.schema.names)), sheet.num_rows)
    counted = count_rows(job.source, job.format)
    names = () if job.format == "jsonl" else columns_of(job.source, job.format, job.encoding)
    if counted is not None:
        return Survey(tuple(names), counted)
    return _read_through(job, dict.fromkeys(names))


def _read_through(job: Job, names: dict[str, None]) -> Survey:
    count = 0
    for row in job.rows():
        count += 1
        names.update(dict.fromkeys(row.values))
    return Survey(tuple(names), count)


def layout_of(job: Job, found: Survey, output: Mapping[str, ColumnKind]) -> Layout:
    """Return the columns of the scored file, which keeps the types, delimiter and mark of its input."""
    if job.format == "parquet":
        with open_parquet(job.source, job.name) as table:
            return Layout(found.names, output, schema=table.schema_arrow)
    if job.format == "csv":
        with job.source.open("rb") as stream:
            mark = stream.read(3).startswith(_MARKS)
            stream.seek(0)
            _, delimiter = header_of(decoded_lines(stream, job.encoding, job.name), None)
        return Layout(found.names, output, delimiter=delimiter, mark=mark)
    return Layout(found.names, output)
