"""From scored articles to their sources: how unreliable a source's texts read, and how sure that is."""

import hashlib
import heapq
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from syto.corpus.columns import KNOWN_NAMES
from syto.inference.source_memory import Reading
from syto.inference.source_texts import LEAST, Together, columns_of, logit
from syto.sources.platforms import is_platform
from syto.tables.cells import as_text
from syto.tables.table import ColumnKind

ROLL_UP_COLUMNS: Mapping[str, ColumnKind] = {
    "source": "text",
    "source_rating": "text",
    "source_rater": "text",
    "articles": "number",
    "unreliable_mean": "number",  # mean of the articles' `unreliable_probability`
    "unreliable_low": "number",  # its 95% interval
    "unreliable_high": "number",
    "source_unreliable_probability": "number",  # these two as in the scored row; empty below its least texts
    "source_interval": "json",
    "verdict": "text",
    "articles_that_weigh_most": "json",  # those with the highest probability
    "links_and_copies": "json",  # sentences on rated sources that it links to or has texts of
}
NEEDED = ("source", "source_rating", "source_rater", "unreliable_probability")
READ = (*NEEDED, "model")
_NAMES = ("id", "url", "link", "title")  # what an article is called by, the first that is not empty
_TOLD_BY = frozenset(name for field in ("url", "title", "text") for name in KNOWN_NAMES[field])
_LINK = re.compile(r"[^\s,;|\[\]\"']+")
_MOST = 3  # articles that are named
_Z = 1.959964  # of a 95% interval
_HALF = 0.5


@dataclass(slots=True)
class _Tally:
    rating: str = ""
    rater: str = ""
    count: int = 0
    total: float = 0.0
    logits: float = 0.0
    most: list[tuple[float, str]] = field(default_factory=list)  # a heap, the lowest first


class RollUp:
    """Takes scored rows one by one; articles without a source or an answer do not count."""

    def __init__(self, columns: Collection[str], least: int) -> None:
        """Take the columns of the scored file and the fewest articles from which a verdict is given."""
        self.least = least
        self._column = {name: f"syto_{name}" if f"syto_{name}" in columns else name for name in READ}
        self._tallies: dict[str, _Tally] = {}

    def add(self, number: int, row: Mapping[str, object]) -> None:
        """Count one row; `number` names an article that has no other name."""
        if reading := self.reading(number, row):
            self.count(reading)

    def reading(self, number: int, row: Mapping[str, object]) -> Reading | None:
        """Return what a row says of a text; None without a source or an answer."""
        source, rating, rater, said, model = (as_text(row.get(self._column[name])) for name in READ)
        try:
            share = float(said)
        except ValueError:  # out of scope, or an error in that row
            return None
        if not source or math.isnan(share):
            return None
        name = next((str(row[name]) for name in _NAMES if row.get(name)), f"row {number}")
        return Reading(source, rating, rater, share, name, _digest(row), model)

    def count(self, reading: Reading) -> None:
        """Count what was said of one text."""
        tally = self._tallies.setdefault(reading.source, _Tally(reading.rating, reading.rater))
        tally.count += 1
        tally.total += reading.share
        tally.logits += logit(reading.share)
        keep = heapq.heappush if len(tally.most) < _MOST else heapq.heappushpop
        keep(tally.most, (reading.share, reading.article))

    def rows(self, ties: Mapping[str, Sequence[str]] = MappingProxyType({})) -> list[dict[str, object]]:
        """Return one row a source: those with a verdict first, the most unreliable text at the top.

        `ties` are sentences on the links and copies of a source.
        """
        rows = [
            self._row(source, tally) | {"links_and_copies": [*ties.get(source, ())]}
            for source, tally in self._tallies.items()
        ]
        return sorted(
            rows,
            key=lambda row: (row["verdict"] == "too few", -float(str(row["unreliable_mean"])), row["source"]),
        )

    def _row(self, source: str, tally: _Tally) -> dict[str, object]:
        mean = tally.total / tally.count
        low, high = interval(mean, tally.count)
        most = [
            {"article": name, "unreliable_probability": share} for share, name in sorted(tally.most)[::-1]
        ]
        verdict = self._verdict(low, high, tally)
        together = Together(tally.count, tally.logits / tally.count)
        said = columns_of(together) if tally.count >= LEAST and not is_platform(source) else {}
        return dict.fromkeys(ROLL_UP_COLUMNS) | {
            "source": source,
            "source_rating": tally.rating,
            "source_rater": tally.rater,
            "articles": tally.count,
            "unreliable_mean": round(mean, 4),
            "unreliable_low": round(low, 4),
            "unreliable_high": round(high, 4),
            "source_unreliable_probability": said.get("source_unreliable_probability"),
            "source_interval": said.get("source_interval"),
            "verdict": verdict,
            "articles_that_weigh_most": most,
        }

    def _verdict(self, low: float, high: float, tally: _Tally) -> str:
        if tally.count < self.least:
            return "too few"
        verdict = "unclear"
        if low > _HALF:
            verdict = "reads unreliable"
        elif high < _HALF:
            verdict = "does not read unreliable"
        other = {"reads unreliable": "reliable", "does not read unreliable": "unreliable"}.get(verdict)
        return f"{verdict}, rated {tally.rating}" if tally.rating == other else verdict


def interval(mean: float, count: int) -> tuple[float, float]:
    """Return the 95% interval of the mean of `count` probabilities, as if each were a vote (Wilson, 1927).

    Wider than it need be, since probabilities vary less than votes; it never has the width 0.
    """
    weight = _Z**2 / count
    middle = (mean + weight / 2) / (1 + weight)
    half = _Z / (1 + weight) * math.sqrt(mean * (1 - mean) / count + weight / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def _digest(row: Mapping[str, object]) -> str:
    """Return what tells a text from others: its address, title and text; the whole row without any."""
    told = {name: value for name, value in row.items() if value and name.casefold() in _TOLD_BY}
    cells = sorted((name.casefold(), as_text(value)) for name, value in (told or row).items())
    return hashlib.sha256(repr(cells).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def text_of(row: Mapping[str, object]) -> str:
    """Return the text of a scored row, from the first column that is called as one and is not empty."""
    cells = {name.casefold(): value for name, value in row.items()}
    return next((as_text(cells[name]) for name in KNOWN_NAMES["text"] if cells.get(name)), "")


def links_of(row: Mapping[str, object]) -> list[str]:
    """Return the addresses in a column `links`: a list, or a text with whatever between them."""
    given = row.get("links")
    return [str(each) for each in given] if isinstance(given, list) else _LINK.findall(as_text(given))
