"""`syto drift`: whether a new batch looks like an old one."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from syto.corpus.columns import ALL_NAMES, ColumnMap, find_columns, to_article
from syto.errors import UserError
from syto.evaluation.drift import BatchFacts, Drift, Sighting, shifts, tell_apart
from syto.inference.backends import choose_backend
from syto.inference.loaded import find_bundle
from syto.inference.predictor import Predictor
from syto.inference.scored_book import read_back
from syto.model.bundle import Bundle
from syto.records import Article, HeadPrediction, Prediction
from syto.report.drift_page import drift_page
from syto.report.drift_wording import sentences
from syto.sources.registry import Registry
from syto.sources.source import Source
from syto.tables.cells import as_text
from syto.tables.drawing import draw
from syto.tables.jobs import STANDARD, open_inputs
from syto.tables.rows import Row
from syto.tables.spool import Spool
from syto.tables.table import Table
from syto.tables.whole import write_text
from syto.terminal import give, meter, say
from syto.text.clean import Cleaner

DRAWN = 3000  # rows a side: halves of one file then stay within 0.47 and 0.53 (experiments/0021-drift)
_READ = 1_000  # characters of a text: more than the one window that is read of it
_AT_ONCE = 128  # articles
_SCORED = ("language", "topic", "topic_status", "source")  # columns of a scored file that are compared
_PAGE, _DATA = ".html", ".json"


@dataclass(frozen=True, slots=True)
class Opened:
    """A table and what its columns mean."""

    table: Table
    names: frozenset[str]
    columns: ColumnMap | None  # None: a scored file that was given back without its text


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows that were drawn from one side."""

    name: str
    rows: int
    drawn: Sequence[tuple[Row, Opened]]

    def facts(self, seen: Sequence[Sighting]) -> BatchFacts:
        """Count what could be read."""
        errors = len(self.drawn) - len(seen)
        return BatchFacts(name=self.name, rows=self.rows, drawn=len(self.drawn), errors=errors)


def drift(
    old: str,
    new: str,
    model: str | None = None,
    *,
    output: Path | None = None,
    columns: ColumnMap | None = None,
    sample: int = DRAWN,
    seed: int = 0,
) -> Drift:
    """Compare two batches; print what differs, and write a page or JSON where one is asked for."""
    if output and output.suffix.lower() not in (_PAGE, _DATA):
        raise UserError(f"{output} is neither a page nor JSON; name it {output.stem}{_PAGE} or {_DATA}")
    rng = np.random.default_rng(seed)
    bundle = find_bundle(model)
    with ExitStack() as stack:
        sides = open_sides((old, new), columns or ColumnMap(), stack)
        texts = all(source.columns for side in sides for source in side)
        if not texts:
            _check_scored(source for side in sides for source in side)
        batches = [draw_batch(name, side, sample, rng) for name, side in zip((old, new), sides, strict=True)]
    of_old, of_new = read(bundle, batches) if texts else map(_as_scored, batches)
    found = Drift(
        old=batches[0].facts(of_old),
        new=batches[1].facts(of_new),
        model=bundle.manifest.model_name,
        seed=seed,
        shares=shifts(of_old, of_new, rng),
        told=tuple(tell_apart(of_old, of_new, rng)),
        texts=texts,
    )
    _give(found, output)
    return found


def open_sides(names: Sequence[str], given: ColumnMap, stack: ExitStack) -> list[list[Opened]]:
    """Open what each name stands for; without text and not scored: `UserError`."""
    if STANDARD in names:
        raise UserError("drift reads files, not standard input (-); name a file for each side")
    spool = Spool(None, stack)
    sides = [open_inputs([name], None, None, spool) for name in names]
    spool.fill()
    return [
        [_source(read_back(replace(table, known_names=ALL_NAMES)), given) for table in tables]
        for tables in sides
    ]


def _source(table: Table, given: ColumnMap) -> Opened:
    names = table.survey().names
    try:
        columns = find_columns(names, given, table.name)
    except UserError:
        if not _is_scored(names):
            raise
        return Opened(table, frozenset(names), None)
    return Opened(table, frozenset(names), columns)


def _is_scored(names: Collection[str]) -> bool:
    return all(name in names for name in _SCORED)


def _check_scored(sources: Iterable[Opened]) -> None:
    for source in sources:
        if not _is_scored(source.names):
            raise UserError(
                f"{source.table.name} is not scored, and the other side has no text; run `syto score` "
                "first, or give files with their text"
            )


def draw_batch(name: str, side: Sequence[Opened], sample: int, rng: np.random.Generator) -> Batch:
    """Draw rows from all tables of a side together; none at all: `UserError`."""
    drawn, rows = draw(((row, source) for source in side for row in source.table.rows()), sample, rng)
    if not rows:
        raise UserError(f"{name} has no rows; there is nothing to compare")
    return Batch(name, rows, drawn)


def _as_scored(batch: Batch) -> list[Sighting]:
    """Take what a scored file says; rows with an error are left out."""
    seen = []
    for row, _ in batch.drawn:
        said = {name: as_text(row.values.get(name)) for name in (*_SCORED, "error")}
        if not (row.error or said["error"]):
            scope = "yes" if said["topic_status"] == "out_of_scope" else "no"
            kinds = {name: said[name] for name in ("language", "topic", "source") if said[name]}
            seen.append(Sighting(kinds | {"out_of_scope": scope}))
    return seen


def read(bundle: Bundle, batches: Sequence[Batch]) -> list[list[Sighting]]:
    """Have the model read the beginning of each article, one window of it."""
    reading = _Reading.of(bundle)
    with meter(sum(len(batch.drawn) for batch in batches)) as advance:
        seen: list[list[Sighting]] = []
        for batch in batches:
            seen.append([])
            for start in range(0, len(batch.drawn), _AT_ONCE):
                rows = batch.drawn[start : start + _AT_ONCE]
                seen[-1] += reading.sightings(rows)
                advance(len(rows), batch.name, kept=False)
    return seen


@dataclass(frozen=True, slots=True)
class _Reading:
    """What reads articles, of both sides alike."""

    predictor: Predictor
    cleaner: Cleaner
    registry: Registry

    @classmethod
    def of(cls, bundle: Bundle) -> "_Reading":
        manifest = bundle.manifest
        window = manifest.window.model_copy(update={"max_windows": 1})
        short = replace(bundle, manifest=manifest.model_copy(update={"window": window}))
        predictor = Predictor(short, choose_backend(short, meanings=True), passages=0)
        cleaner = Cleaner(manifest.mastheads, manifest.text, manifest.endings)
        return cls(predictor, cleaner, Registry.consulted())

    def sightings(self, rows: Sequence[tuple[Row, Opened]]) -> list[Sighting]:
        """Return what is seen of each row that can be read."""
        articles = [
            _beginning(to_article(row, source.columns))
            for row, source in rows
            if source.columns and not row.error
        ]
        predictions = self.predictor.predict(articles)
        return [
            self._sighting(article, prediction)
            for article, prediction in zip(articles, predictions, strict=True)
            if not prediction.error
        ]

    def _sighting(self, article: Article, prediction: Prediction) -> Sighting:
        heads = {spec.task: prediction.heads[spec.task] for spec in self.predictor.manifest.heads}
        statuses = {head.status for head in heads.values()}
        kinds = {
            "language": prediction.language,
            "out_of_scope": "yes" if "out_of_scope" in statuses else "no",
            "source": Source.of(article, self.registry).name,
            **{
                spec.task: _label(heads[spec.task])
                for spec in self.predictor.manifest.heads
                if spec.kind == "single_label"
            },
        }
        known = {name: kind for name, kind in kinds.items() if kind}
        meaning = None if prediction.meaning is None else prediction.meaning[0]
        return Sighting(known, self.cleaner.clean(article.title, article.text).text, meaning)


def _beginning(article: Article) -> Article:
    return replace(article, title=article.title[:_READ], text=article.text[:_READ])


def _label(head: HeadPrediction) -> str:
    return head.labels[0] if head.labels else ""


def _give(found: Drift, output: Path | None) -> None:
    if output:
        is_page = output.suffix.lower() == _PAGE
        write_text(output, drift_page(found) if is_page else found.model_dump_json(indent=1) + "\n")
    give(found.model_dump(), *sentences(found))
    if output:
        say(f"written: {output}")
