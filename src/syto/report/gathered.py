"""Scored articles on their way to a page: all are counted, what is listed is kept in bounded memory."""

import heapq
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from syto.corpus.columns import ColumnMap, to_article
from syto.inference.scored_row import CLAIMS, OUTPUT_COLUMNS
from syto.inference.source_roll_up import RollUp
from syto.inference.summary import disagrees
from syto.records import Article
from syto.report.excerpt import Mark
from syto.sources.statement import LEAST_ARTICLES
from syto.tables.cells import as_number, as_text
from syto.tables.rows import Row

LISTED = 10_000  # articles that are kept, those whose texts read most like unreliable ones
_ROOM = 20_000  # characters of a text that are kept at first
_HELD = 24_000_000  # characters that are kept of all; then the room is halved
_KINDS, _OTHER = 5_000, "…"  # kinds of one thing that are told apart: days, errors, languages
_CELL, _ADDRESS = 400, 1_000  # characters of a cell, of an address
_FIFTHS = 5  # bins of a probability
_JSON = {name for name, kind in OUTPUT_COLUMNS.items() if kind == "json"} | {CLAIMS}
# Controls, and marks that turn the direction of what follows: they become a visible sign, one for one.
_ACTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(value: object, room: int | None = None) -> str:
    """Return a value as a text that does nothing to the page around it; its length stays."""
    text = _ACTING.sub("\ufffd", as_text(value))
    return text if room is None or len(text) <= room else text[:room] + "…"


@dataclass(slots=True)
class Listed:
    """An article of the list."""

    number: int
    id: str
    url: str
    day: str  # ISO date; empty where none is known
    title: str
    text: str  # its beginning
    length: int  # of the whole text
    marks: list[Mark]
    said: Mapping[str, object]  # what was said of it, by the contract's names, read from text where need be


@dataclass(slots=True)
class Gathered:
    """Takes scored rows one by one."""

    listed_at_most: int = LISTED
    rows: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)  # what is counted → its kind → rows
    sources: dict[str, dict[str, object]] = field(default_factory=dict)  # source → rows, rating, rater, rated
    roll_up: RollUp = field(default_factory=lambda: RollUp((), LEAST_ARTICLES))
    _heap: list[tuple[float, int, Listed]] = field(default_factory=list)  # the first to go at the front
    _held: int = 0
    _room: int = _ROOM

    def add(self, row: Row, columns: ColumnMap, ours: Mapping[str, object]) -> None:
        """Count a row and keep what may be listed of it; `ours` are the contract's columns."""
        self.rows += 1
        article = _article(row, columns)
        said = dict.fromkeys(OUTPUT_COLUMNS, "") | {name: _read(name, value) for name, value in ours.items()}
        said["disagrees"] = disagrees(said)
        self._count(said, article)
        self.roll_up.add(row.number, {**said, "id": article.id, "url": article.url, "title": article.title})
        self._keep(_listed(self.rows, article, said, self._room), as_number(said["unreliable_probability"]))

    @property
    def listed(self) -> list[Listed]:
        """Those that are kept, in the order of the rows."""
        return sorted((item for _, _, item in self._heap), key=lambda item: item.number)

    def _count(self, said: Mapping[str, object], article: Article) -> None:
        for name, kind in _kinds(said, article):
            counter = self.counts.setdefault(name, Counter())
            counter[kind if kind in counter or len(counter) < _KINDS else _OTHER] += 1
        if source := str(said["source"]):
            facts = ("source_rating", "source_rater", "source_rated")
            known = self.sources.setdefault(source, {"rows": 0, **{name: said[name] for name in facts}})
            known["rows"] = int(str(known["rows"])) + 1

    def _keep(self, item: Listed, share: float | None) -> None:
        """Keep an article, in place of the one with the lowest probability where there are too many."""
        entry = (-1.0 if share is None else share, -item.number, item)
        self._held += len(item.text)
        if len(self._heap) < self.listed_at_most:
            heapq.heappush(self._heap, entry)
        else:
            self._held -= len(heapq.heappushpop(self._heap, entry)[2].text)
        while self._held > _HELD:
            self._room //= 2
            for _, _, kept in self._heap:
                kept.text = kept.text[: self._room]
            self._held = sum(len(kept.text) for _, _, kept in self._heap)


def _article(row: Row, columns: ColumnMap) -> Article:
    try:
        return to_article(row, columns)
    except Exception:  # noqa: BLE001 - a row may hold anything; its error is on the page
        return Article(id=str(row.number), text="")


def columns_of(names: Collection[str]) -> dict[str, str]:
    """Return the contract's name → that in a scored file, which has `syto_` where the input had it too."""
    tasks = [name.removesuffix("_status") for name in names if name.endswith("_status")]
    heads = [f"{task}{end}" for task in tasks for end in ("", "_probability", "_probabilities", "_status")]
    wanted = dict.fromkeys([*OUTPUT_COLUMNS, CLAIMS, *heads])
    found = {name: f"syto_{name}" if f"syto_{name}" in names else name for name in wanted}
    return {name: own for name, own in found.items() if own in names}


def _read(name: str, value: object) -> object:
    """Return a cell of a scored file as it was before it was written."""
    if name in _JSON or name.endswith("_probabilities"):
        return _from_json(value)
    if name.endswith("_probability"):
        return _share(value)
    return shown(value, _CELL)


def _share(value: object) -> float | None:
    share = as_number(value)
    return share if share is not None and 0 <= share <= 1 else None


def _from_json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):  # empty, or not as `syto score` writes it
        return None


def _kinds(said: Mapping[str, object], article: Article) -> Iterator[tuple[str, str]]:
    """Yield what a row counts for, and as which kind."""
    if said["error"]:
        yield "error", str(said["error"])
    yield "language", str(said["language"])
    yield "rating", str(said["source_rating"])
    for name in ("topic_status", "reliability_status", "model"):
        if said[name]:
            yield name, str(said[name])
    for topic in str(said["topic"]).split(";") if said["topic"] else ():
        yield "topic", topic
        if said["topic_status"] == "unsure":
            yield "topic_unsure", topic
    share = said["unreliable_probability"]
    if isinstance(share, float):
        measured = "not_measured" if said["reliability_status"] == "not_measured" else "measured"
        yield measured, str(min(int(share * _FIFTHS), _FIFTHS - 1))
    if said["disagrees"]:
        yield "disagrees", ""
    if article.published:
        yield "day", article.published.isoformat()


def _listed(number: int, article: Article, said: Mapping[str, object], room: int) -> Listed:
    return Listed(
        number=number,
        id=shown(article.id, _CELL),
        url=shown(article.url, _ADDRESS),
        day=article.published.isoformat() if article.published else "",
        title=shown(article.title[:room]),
        text=shown(article.text[:room]),
        length=len(article.text),
        marks=[*_marks(said["passages"], article)],
        said={**said, "passages": None},  # they are the marks
    )


def _marks(passages: object, article: Article) -> Iterator[Mark]:
    """Yield the passages that are where they are said to be, and all where the text was not given back."""
    for head, found in passages.items() if isinstance(passages, dict) else ():
        for each in found if isinstance(found, list) else ():
            try:
                mark = Mark(
                    str(each["field"]), int(each["start"]), str(each["text"]), head, float(each["weight"])
                )
            except (KeyError, TypeError, ValueError, OverflowError):  # a column of that name that is not ours
                continue
            field = article.title if mark.field == "title" else article.text
            if (
                mark.start >= 0
                and 0 <= mark.weight <= 1
                and (not field or field[mark.start : mark.end] == mark.text)
            ):
                yield replace(mark, text=shown(mark.text), head=shown(head))
