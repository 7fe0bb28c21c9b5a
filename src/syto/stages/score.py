"""`syto score`: rows of articles in, the same rows with topic and reliability out."""

import errno
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO

from syto import __version__
from syto.corpus.columns import ALL_NAMES, ColumnMap, find_columns
from syto.errors import StoppedError, SytoError
from syto.inference.calibrated_on import far_off
from syto.inference.engines import LOCAL, Engine, EngineOptions, Finish, find_engine, in_order
from syto.inference.loaded import Model
from syto.inference.scored_book import book_of
from syto.inference.scorer import ScoredRow, Scorer
from syto.inference.source_texts import SourceTexts
from syto.inference.summary import ScoreSummary
from syto.interrupt import Interrupt, interruptible
from syto.labels.names import language_of
from syto.loading import load
from syto.report.articles_page import articles_page, check_page
from syto.report.gathered import Gathered
from syto.review.queue import ReviewQueue
from syto.review.sheet import choices_of, files_of, write_queue
from syto.sources.statement import NOT_TRUTH
from syto.tables.excel import EXCEL
from syto.tables.jobs import Job, open_inputs, plan_jobs
from syto.tables.output import open_output
from syto.tables.parts import Parts, key_of
from syto.tables.rows import Row
from syto.tables.spool import Spool
from syto.tables.table import Layout, Outline
from syto.tables.whole import whole_file, write_text
from syto.terminal import give, meter, say

_CHUNK_ROWS = 256
_CHUNK_CHARACTERS = 1 << 23  # of text: a few articles of megabytes are a chunk
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class _Todo:
    """A file that was looked through and can be scored."""

    job: Job
    outline: Outline
    scorer: Scorer
    settings: str  # what else than its rows decides what is said of them
    limit: int | None  # rows; None: all
    language: str  # of a workbook
    page: Gathered | None  # takes what is written
    queue: ReviewQueue | None  # takes it too

    @property
    def rows(self) -> int:
        """How many will be scored."""
        found = self.outline.rows or 0
        return found if self.limit is None else min(found, self.limit)

    def chunks(self) -> Iterator[list[Row]]:
        """Yield the rows that will be scored, read anew."""
        return chunks(islice(self.job.source.rows(), self.limit))

    def layout(self, parts: Parts | None) -> Layout:
        """The columns of the scored file, which keeps what its format takes over from the input."""
        names, kinds = self.scorer.given_back, self.scorer.kinds()
        look = None
        if self.job.format is EXCEL:
            look = book_of(self.scorer.names(), names, self.scorer.tasks, self.language)
        scratch = parts.scratch if parts else None
        return Layout(names, kinds, self.outline.kept, title="scored", look=look, scratch=scratch)


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
    claims: str | Path | None = None,
    backend: str = "auto",
    passages: int = 3,
    batch_size: int = 32,
    threads: int | None = None,
    engine: str = LOCAL,
    workers: int | None = None,
    pooling: bool = True,
    only: Sequence[str] = (),
    keep_text: bool = True,
    limit: int | None = None,
    sheet: str | int | None = None,
    lang: str | None = None,
    resume: bool = True,
    overwrite: bool = False,
    review: Path | None = None,
    review_size: int = 200,
    report: Path | None = None,
) -> ScoreSummary:
    """Score files, folders, globs, addresses or standard input (`-`) into a file, folder or stream.

    With `pooling`, the texts of a file from a source that nobody rates are read together, unless the output
    is a stream, whose first row would have to wait for the last. `lang` (uk, en, ru; else that of the locale)
    is the language of titles and labels in a workbook.

    `review` is the file of a queue: the rows that a person should read first, with room for a decision.

    What can be wrong with input and output as a whole is found before the first row is scored. What a run has
    scored is kept beside the output until that is whole; the next run goes on from there. `report` is a page
    of all files.
    """
    given = [input] if isinstance(input, str) else list(input)
    language = language_of(lang)
    if report:
        check_page(report, (*given, output))
    page = Gathered() if report else None
    queue = ReviewQueue(review_size) if review else None
    open_engine = find_engine(engine, workers)
    with _room_said(output), open_output(output, resume=resume) as place, ExitStack() as stack:
        spool = Spool(place.parts.input if place.parts else None, stack)
        opened = open_inputs(given, format, encoding, spool)
        tables = [replace(table, sheet=sheet, known_names=ALL_NAMES) for table in opened]
        jobs = plan_jobs(tables, place.local, output_format)
        place.claim(jobs, overwrite)
        if review:
            place.claim_beside(files_of(review), jobs, overwrite)
        spool.fill()
        surveys = [job.source.survey() for job in jobs]
        for job, found in zip(jobs, surveys, strict=True):  # before a model is loaded, which takes longer
            find_columns(found.names, columns or ColumnMap(), job.source.name)
            for note in found.notes:
                say(f"{job.source.name}: {note}")
        loaded = load(
            model,
            backend=backend,
            passages=passages,
            ratings=ratings,
            batch_size=batch_size,
            threads=threads,
            claims=claims,
        )
        settings = _settings(loaded, batch_size)
        todo = []
        for job, found in zip(jobs, surveys, strict=True):
            scorer = loaded.scorer(found.names, columns, job.source.name).giving(only, keep_text)
            own = settings + scorer.columns.model_dump_json()
            todo.append(_Todo(job, found, scorer, own, limit, language, page, queue))
        _say_renamed(todo)
        options = EngineOptions(backend, batch_size, threads, workers)
        with open_engine(loaded, options) as running:
            summary = _score_all(todo, _Answers(place.parts, running), pooling=pooling)
        if review and queue:
            rows = queue.rows()
            write_queue(review, rows, choices_of(loaded.bundle.manifest))
            say(f"{len(rows):,} rows to be read first: {review}")
        place.send(jobs)
    if report and page:
        names = [Path(table.name).name for table in opened]
        registry = todo[0].scorer.registry
        write_text(report, articles_page(page, registry, names, date.today().isoformat()))
    files = {"output": output, "review": review, "report": report}
    counts = {each.name: getattr(summary, each.name) for each in fields(summary)}
    give({**files, "model": loaded.bundle.manifest.model_name, **counts, "statement": NOT_TRUTH})
    _say_summary(summary)
    for line in far_off(summary, loaded.bundle.manifest):
        say(line, "yellow")
    return summary


@contextmanager
def _room_said(output: str) -> Iterator[None]:
    """Say of a full disk what to do about it, wherever a library met it."""
    try:
        yield
    except Exception as error:
        if not _is_full(error):
            raise
        raise SytoError(
            f"the disk is full, and {output} is not whole; free some space and give the same command again: "
            "it goes on after the rows that are scored"
        ) from error


def _is_full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def _settings(loaded: Model, batch_size: int) -> str:
    """Return a digest of all that decides an answer but the row and what its columns mean."""
    manifest = loaded.bundle.manifest.model_dump_json()  # with the digests of the files
    claims = loaded.claims.digest if loaded.claims else ""
    deciding = (
        *(__version__, manifest, loaded.backend.name, loaded.passages, batch_size, loaded.registry),
        claims,
    )
    return hashlib.sha256(repr(deciding).encode("utf-8", "surrogatepass")).hexdigest()


def _say_renamed(todo: Sequence[_Todo]) -> None:
    """Say once which of our columns have another name, because the input has a column of theirs."""
    names = {old: new for item in todo for old, new in item.scorer.names().items() if old != new}
    if names:
        pairs = ", ".join(f"{old} → {new}" for old, new in names.items())
        say(f"the input has columns of the same names; ours are called: {pairs}", "yellow")


def _score_all(todo: Sequence[_Todo], answers: "_Answers", *, pooling: bool) -> ScoreSummary:
    total = ScoreSummary()
    with interruptible() as interrupt, meter(sum(item.rows for item in todo)) as advance:
        for item in todo:
            for _, answer in _score_file(item, answers, interrupt, pooling=pooling):
                summary = ScoreSummary.of(answer.scored)
                total += summary
                advance(summary.rows, Path(item.job.source.name).name, kept=answer.kept)
    return total


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is said of a chunk of rows."""

    scored: Sequence[ScoredRow]
    kept: bool  # it was said by an earlier run


class _Answers:
    """Has rows scored, or takes what an earlier run said of them."""

    def __init__(self, parts: Parts | None, engine: Engine) -> None:
        self.parts = parts
        self.rows = 0  # that have their answers
        self.engine = engine
        self._kept = 0  # rows that an earlier run scored
        self._said = not (parts and parts.found)

    def of_all(self, item: _Todo, chunks: Iterable[Sequence[Row]]) -> Iterator["_Answered"]:
        """Yield each chunk with what is said of it, in order."""
        for chunk, answer in in_order(chunks, partial(self._begin, item), self.engine.ahead):
            self.rows += len(chunk)
            yield chunk, answer

    def _begin(self, item: _Todo, rows: Sequence[Row]) -> Finish[_Answer]:
        key = key_of(rows, item.settings) if self.parts else ""
        kept = self.parts.take(key, len(rows)) if self.parts else None
        if kept is None:
            self._say()
            return partial(self._finish, key, self.engine.begin(item.scorer, rows))
        self._kept += len(rows)
        answer = _Answer([ScoredRow(**record) for record in kept], kept=True)
        return lambda: answer

    def _finish(self, key: str, finish: Finish[list[ScoredRow]]) -> _Answer:
        scored = finish()
        if self.parts:
            self.parts.put(key, ({each.name: getattr(row, each.name) for each in _KEPT} for row in scored))
        return _Answer(scored, kept=False)

    def _say(self) -> None:
        """Say, before the first row is scored, how many were."""
        if not self._said and self._kept:
            say(f"{self._kept:,} rows were scored already; it goes on after them (--no-resume begins anew)")
        elif not self._said:
            say(
                "what an earlier run scored was of other rows, another model or other options; it begins anew"
            )
        self._said = True


_KEPT = fields(ScoredRow)
_Answered = tuple[Sequence[Row], _Answer]  # a chunk with what is said of it


def _score_file(
    item: _Todo, answers: _Answers, interrupt: Interrupt, *, pooling: bool
) -> Iterator[_Answered]:
    """Score one file; yield each chunk with its answers once it is written, with pooling once it is kept.

    With pooling the file is written when all of it is kept, from the parts: what is said of a source rests on
    all its texts. A signal does not stop that.
    """
    together = SourceTexts()
    answered = _answered(item, answers, interrupt)
    if not pooling or answers.parts is None:
        yield from _written(item, answers.parts, answered, together)
        return
    for chunk, answer in answered:
        for row in answer.scored:
            together.add(row.ours, row.digest)
        yield chunk, answer
    again = _Answers(answers.parts, answers.engine)
    for _ in _written(item, again.parts, again.of_all(item, item.chunks()), together):
        pass


def _answered(item: _Todo, answers: _Answers, interrupt: Interrupt) -> Iterator[_Answered]:
    """Yield the chunks of a file with their answers; an end that was asked for is a `StoppedError`."""
    rows = _Unstopped(item.chunks(), interrupt)
    yield from answers.of_all(item, rows)
    if rows.left:
        raise _stopped(answers, interrupt.signal)


def _written(
    item: _Todo,
    parts: Parts | None,
    answered: Iterable[_Answered],
    together: SourceTexts,
) -> Iterator[_Answered]:
    """Write one file, and offer its rows to the queue; yield each chunk once it is written."""
    with _output(item.job) as stream, item.job.format.sink(stream, item.layout(parts)) as write:
        for chunk, answer in answered:
            for row, each in zip(chunk, answer.scored, strict=True):
                ours = together.filled(each.ours)
                write(item.scorer.row_out(row, ours))
                if item.queue:
                    item.queue.add(row, item.scorer.columns, item.job.source.name, ours)
                if item.page:
                    item.page.add(row, item.scorer.columns, ours)
            yield chunk, answer


@dataclass(slots=True)
class _Unstopped:
    """Chunks until a signal asks for an end; those in hand are finished first."""

    chunks: Iterable[Sequence[Row]]
    interrupt: Interrupt
    left: bool = False  # there were more

    def __iter__(self) -> Iterator[Sequence[Row]]:
        """Yield chunks."""
        for chunk in self.chunks:
            if self.interrupt.signal:
                self.left = True
                return
            yield chunk


def _stopped(answers: _Answers, signal: int) -> StoppedError:
    rest = "the same command goes on after them" if answers.parts else "the output ends there"
    return StoppedError(f"stopped with {answers.rows:,} rows scored; {rest}", signal)


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
    if job.target is not None and not job.is_stream:
        with whole_file(job.target) as stream:
            yield stream
        return
    try:  # by its number: sys.stdout is also written to by libraries, and Ray's notes are sent elsewhere
        with job.target.open("wb") if job.target else open(1, "wb", closefd=False) as stream:
            yield stream
    except BrokenPipeError as error:
        raise SytoError("whatever read the output has ended, and the rest was not written") from error


def _say_summary(summary: ScoreSummary) -> None:
    for line in summary.lines():
        say(line)
    say(NOT_TRUTH, "dim")
