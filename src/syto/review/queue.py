"""The review queue: of any number of scored rows, the few that a person should read first.

Of each kind of reason the best rows are kept, a few times as many as the queue holds; at the end the kinds
take turns, and among rows whose topic is uncertain the topics do. Copies come once, and one source or topic
has no more than its share while others are left.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType

from syto.corpus.columns import ColumnMap, to_article
from syto.labels.annotations import digest_of
from syto.review.copies import Copies, Sketch, sketch
from syto.review.reasons import TURNS, Kind, Reason, reasons_of
from syto.tables.cells import as_text
from syto.tables.rows import Row
from syto.tables.table import ColumnKind

DIGEST = "sha256"  # by which a decision finds its text again
DECIDED: Mapping[str, str] = MappingProxyType(  # column → task
    {"decision_topic": "topic", "decision_reliability": "reliability"}
)
NOTE, BY, AT = "decision_note", "decided_by", "decided_at"
_SAID: Mapping[str, ColumnKind] = {  # of a scored row
    "language": "text",
    "topic": "text",
    "topic_probability": "number",
    "unreliable_probability": "number",
    "source": "text",
    "source_rating": "text",
}
QUEUE_COLUMNS: Mapping[str, ColumnKind] = MappingProxyType(
    {
        **dict.fromkeys(("review_reason", "title", "text", "url", "published"), "text"),
        **_SAID,
        **dict.fromkeys((*DECIDED, NOTE, BY, AT, "file", "id", "model", DIGEST), "text"),
    }
)
_TIMES = 5  # rows kept of a kind, for each of the queue
# A source has no more than a fifth, a topic in a language than a quarter; neither number is above _TIMES.
_OF_A_SOURCE, _OF_A_TOPIC = 5, 4
_SHOWN = 10_000  # characters of a text that a queue shows


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that a person may have to read."""

    cells: Mapping[str, object]  # of the queue
    reasons: tuple[Reason, ...]
    sketch: Sketch

    @property
    def strata(self) -> list[tuple[str, int]]:
        """What it counts to, each with how many of them a queue is divided by."""
        source, topic = self.cells["source"], self.cells["topic"]
        own = [(f"source {source}", _OF_A_SOURCE)] if source else []
        return own + ([(f"topic {topic} {self.cells['language']}", _OF_A_TOPIC)] if topic else [])


class ReviewQueue:
    """Takes scored rows one by one and keeps a bounded number; the same rows in order give the same queue."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pools: dict[Kind, _Pool] = {kind: _Pool(_TIMES * size) for kind in TURNS}

    def add(self, row: Row, columns: ColumnMap, file: str, ours: Mapping[str, object]) -> None:
        """Take a row of a file with what is said of it."""
        reasons = tuple(reasons_of(ours))
        wanted = [reason for reason in reasons if self._pools[reason.kind].takes(reason)]
        if wanted:
            candidate = _candidate(row, columns, file, ours, reasons)
            for reason in wanted:
                self._pools[reason.kind].add(reason, candidate)

    def chosen(self) -> list[Candidate]:
        """Return the rows to read, the first first."""
        return spread(self._in_turns(), self.size, fill=True)

    def rows(self) -> list[dict[str, object]]:
        """Return the cells of the rows to read."""
        return [
            {**each.cells, "review_reason": "; ".join(reason.words for reason in each.reasons)}
            for each in self.chosen()
        ]

    def _in_turns(self) -> Iterator[Candidate]:
        """Yield the best row of each kind in turn until none is left; a row may come several times."""
        left = {kind: iter(pool.best()) for kind, pool in self._pools.items()}
        for kind in cycle(TURNS):
            if not left:
                return
            candidate = next(left[kind], None) if kind in left else None
            if candidate is not None:
                yield candidate
            else:
                left.pop(kind, None)


class _Pool:
    """The best rows of one kind, whose groups take turns: twice its room is filled, then cut."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._rows: list[tuple[Reason, Candidate]] = []
        self._floors: dict[str, float] = {}  # group → a row of it that weighs no more is not taken

    def takes(self, reason: Reason) -> bool:
        return reason.weight > self._floors.get(reason.group, float("-inf"))

    def add(self, reason: Reason, candidate: Candidate) -> None:
        self._rows.append((reason, candidate))
        if len(self._rows) >= 2 * self._room:
            self._cut()

    def best(self) -> list[Candidate]:
        self._cut()
        return [candidate for _, candidate in self._rows]

    def _cut(self) -> None:
        """Keep the best: sorting is stable, so of equal ones the first come first.

        A source's share of a pool is a whole queue, so that one source alone can fill that.
        """
        ordered = _groups_in_turns(self._rows)
        places = {id(candidate): place for place, (_, candidate) in enumerate(ordered)}
        kept = [places[id(each)] for each in spread((each for _, each in ordered), self._room)]
        self._rows = [ordered[place] for place in kept]
        if len(kept) == self._room:
            for reason, _ in reversed(ordered[kept[-1] + 1 :]):  # for which there was no room
                self._floors[reason.group] = reason.weight


def _groups_in_turns(rows: Iterable[tuple[Reason, Candidate]]) -> list[tuple[Reason, Candidate]]:
    """Return the best of each group, then the second best of each, the heavier first; a copy has no turn."""
    had, copies = Counter[str](), Copies()
    ranked = []
    for reason, candidate in sorted(rows, key=lambda row: -row[0].weight):
        if candidate.sketch not in copies:
            copies.add(candidate.sketch)
            ranked.append((had[reason.group], (reason, candidate)))
            had[reason.group] += 1
    return [row for _, row in sorted(ranked, key=lambda each: each[0])]


def spread(candidates: Iterable[Candidate], size: int, fill: bool = False) -> list[Candidate]:
    """Return the first candidates such that near copies come once and no source or topic has too many.

    With `fill`, those that were too many come after them, where others run out.
    """
    copies, counts = Copies(), Counter[str]()
    chosen: list[Candidate] = []
    waiting: list[Candidate] = []

    def choose(candidate: Candidate) -> None:
        chosen.append(candidate)
        copies.add(candidate.sketch)

    for each in candidates:
        if len(chosen) == size:
            return chosen
        if each.sketch in copies:
            continue
        if any(counts[name] >= max(1, size // parts) for name, parts in each.strata):
            waiting.append(each)
            continue
        counts.update(name for name, _ in each.strata)
        choose(each)
    for each in waiting if fill else ():
        if len(chosen) < size and each.sketch not in copies:
            choose(each)
    return chosen


def _candidate(
    row: Row, columns: ColumnMap, file: str, ours: Mapping[str, object], reasons: tuple[Reason, ...]
) -> Candidate:
    article = to_article(row, columns)
    cut = len(article.text) > _SHOWN
    cells: dict[str, object] = {
        **dict.fromkeys(QUEUE_COLUMNS, ""),
        **{name: ours.get(name) for name in _SAID},
        "title": article.title,
        "text": article.text[:_SHOWN] + " […]" * cut,
        "url": article.url,
        "published": as_text(article.published),
        "file": file,
        "id": article.id,
        "model": ours["model"],
        DIGEST: digest_of(f"{article.title}\n{article.text}"),
    }
    return Candidate(cells, reasons, sketch(f"{article.title}\n{article.text}"))
