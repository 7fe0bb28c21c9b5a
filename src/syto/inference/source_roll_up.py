"""From scored articles to their sources: how unreliable a source's texts read, and how sure that is."""

import heapq
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

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
    "verdict": "text",
    "articles_that_weigh_most": "json",  # those with the highest probability
}
NEEDED = ("source", "source_rating", "source_rater", "unreliable_probability")
_NAMES = ("id", "url", "link", "title")  # what an article is called by, the first that is not empty
_MOST = 3  # articles that are named
_Z = 1.959964  # of a 95% interval
_HALF = 0.5


@dataclass(slots=True)
class _Tally:
    rating: str = ""
    rater: str = ""
    count: int = 0
    total: float = 0.0
    most: list[tuple[float, str]] = field(default_factory=list)  # a heap, the lowest first


class RollUp:
    """Takes scored rows one by one; articles without a source or an answer do not count."""

    def __init__(self, columns: Collection[str], least: int) -> None:
        """Take the columns of the scored file and the fewest articles from which a verdict is given."""
        self.least = least
        self._column = {name: f"syto_{name}" if f"syto_{name}" in columns else name for name in NEEDED}
        self._tallies: dict[str, _Tally] = {}

    def add(self, number: int, row: Mapping[str, object]) -> None:
        """Count one row; `number` names an article that has no other name."""
        source, rating, rater, said = (as_text(row.get(self._column[name])) for name in NEEDED)
        try:
            share = float(said)
        except ValueError:  # out of scope, or an error in that row
            return
        if not source or math.isnan(share):
            return
        tally = self._tallies.setdefault(source, _Tally(rating, rater))
        tally.count += 1
        tally.total += share
        name = next((str(row[name]) for name in _NAMES if row.get(name)), f"row {number}")
        keep = heapq.heappush if len(tally.most) < _MOST else heapq.heappushpop
        keep(tally.most, (share, name))

    def rows(self) -> list[dict[str, object]]:
        """Return one row a source: those with a verdict first, the most unreliable text at the top."""
        rows = [self._row(source, tally) for source, tally in self._tallies.items()]
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
        figures = (tally.count, round(mean, 4), round(low, 4), round(high, 4))
        values = (source, tally.rating, tally.rater, *figures, verdict, most)
        return dict(zip(ROLL_UP_COLUMNS, values, strict=True))

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
