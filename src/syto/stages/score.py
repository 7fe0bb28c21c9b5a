"""`syto score`: rows of articles in, the same rows with topic and reliability out."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from syto.corpus.columns import ColumnMap, find_columns
from syto.errors import SytoError, UserError
from syto.inference.scorer import Scorer
from syto.inference.summary import ScoreSummary
from syto.loading import load
from syto.sources.statement import NOT_TRUTH
from syto.tables.formats import format_named, open_table
from syto.tables.jobs import STANDARD, Job, find_files, plan_jobs
from syto.tables.rows import Row
from syto.tables.table import Layout, Outline, Table, Write
from syto.tables.whole import whole_file

_CHUNK_ROWS = 256
_CHUNK_CHARACTERS = 1 << 23  # of text: a few articles of megabytes are a chunk
console = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class _Todo:
    """A file that was looked through and can be scored."""

    job: Job
    outline: Outline
    scorer: Scorer

    @property
    def layout(self) -> Layout:
        """The columns of the scored file, which keeps what its format takes over from the input."""
        return Layout(self.outline.names, self.scorer.kinds(), self.outline.kept, title="scored")


def score(
    input: str | Sequence[str],
    output: str,
    model: str | Path | None = None,
    *,
    columns: ColumnMap | None = None,
    format: str | None = None,
    output_format: str | None = None,
    encoding: str | None = None,
    ratings: Sequence[Path] = (),
    backend: str = "auto",
    passages: int = 3,
    batch_size: int = 32,
) -> ScoreSummary:
    """Score files, folders, globs or standard input (`-`) into a file, a folder or standard output (`-`).

    Everything that can be wrong with the input as a whole is found before the first row is scored.
    """
    given = [input] if isinstance(input, str) else list(input)
    with _jobs(given, output, format, output_format, encoding) as jobs:
        surveys = [job.source.survey() for job in jobs]
        for job, found in zip(jobs, surveys, strict=True):  # before a model is loaded, which takes longer
            find_columns(found.names, columns or ColumnMap(), job.source.name)
        loaded = load(model, backend=backend, passages=passages, ratings=ratings, batch_size=batch_size)
        todo = [
            _Todo(job, found, loaded.scorer(found.names, columns, job.source.name))
            for job, found in zip(jobs, surveys, strict=True)
        ]
        _say_renamed(todo)
        summary = _score_all(todo)
    _say_summary(summary)
    return summary


@contextmanager
def _jobs(
    given: Sequence[str], output: str, format: str | None, output_format: str | None, encoding: str | None
) -> Iterator[list[Job]]:
    """Plan the jobs; standard input is put into a temporary file, since it is read twice."""
    if STANDARD not in given:
        tables = [open_table(file, format, encoding) for file in find_files(given, format)]
        yield plan_jobs(tables, output, output_format)
        return
    if len(given) > 1:
        raise UserError("standard input (-) is scored alone; leave out the other inputs")
    if format is None:
        raise UserError("standard input has no suffix that tells its format; name it, such as --format csv")
    kind = format_named(format)
    with tempfile.TemporaryDirectory(prefix="syto-") as folder:
        spool = Path(folder) / f"stdin{kind.suffixes[0]}"
        with spool.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield plan_jobs([Table(spool, kind, encoding, "standard input")], output, output_format)


def _say_renamed(todo: Sequence[_Todo]) -> None:
    """Say once which of our columns have another name, because the input has a column of theirs."""
    names = {old: new for item in todo for old, new in item.scorer.names().items() if old != new}
    if names:
        pairs = ", ".join(f"{old} → {new}" for old, new in names.items())
        console.print(f"[yellow]the input has columns of the same names; ours are called:[/] {pairs}")


def _score_all(todo: Sequence[_Todo]) -> ScoreSummary:
    total = ScoreSummary()
    with _progress() as progress:
        for item in todo:
            bar = progress.add_task(Path(item.job.source.name).name, total=item.outline.rows)
            for summary in _score_file(item):
                total += summary
                progress.advance(bar, summary.rows)
    return total


def _score_file(item: _Todo) -> Iterator[ScoreSummary]:
    """Score one file; yield the counts of each chunk once it is written."""
    with _output(item.job) as stream, item.job.format.sink(stream, item.layout) as write:
        for chunk in chunks(item.job.source.rows()):
            yield _score_chunk(item.scorer, chunk, write)


def _score_chunk(scorer: Scorer, rows: Sequence[Row], write: Write) -> ScoreSummary:
    scored = scorer.scored(rows)
    for row in scored:
        write(row.values)
    return ScoreSummary.of(scored)


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Put rows together that are scored at once: few enough, and not too much text."""
    chunk: list[Row] = []
    characters = 0
    for row in rows:
        chunk.append(row)
        characters += sum(len(value) for value in row.values.values() if isinstance(value, str))
        if len(chunk) >= _CHUNK_ROWS or characters >= _CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


@contextmanager
def _output(job: Job) -> Iterator[IO[bytes]]:
    if job.target is not None:
        with whole_file(job.target) as stream:
            yield stream
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes once more
        raise SytoError("whatever read the output has ended, and the rest was not written") from error


class _RowsPerSecond(ProgressColumn):
    """Rows a second since the start of the file."""

    def render(self, task: Task) -> Text:
        """Show the speed once there is one."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} rows/s" if speed else "", style="progress.data.speed")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _RowsPerSecond(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=console,
        disable=not console.is_terminal,
    )


def _say_summary(summary: ScoreSummary) -> None:
    for line in summary.lines():
        console.print(line, highlight=False)
    console.print(NOT_TRUTH, style="dim", highlight=False, soft_wrap=True)
