"""What a scoring run came to, in counts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from syto.inference.scorer import ScoredRow

_LOOKALIKES = 10  # sources that are named, the most frequent first
_READS_UNRELIABLE, _READS_RELIABLE = (
    0.5,
    0.2,
)  # probabilities from and up to which a text is held against a rating


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """Counts of rows; the exit status follows from `errors`."""

    rows: int = 0
    errors: int = 0
    out_of_scope: int = 0  # too short, another language, empty or no news
    truncated: int = 0  # longer than the model reads
    disagreeing: int = 0  # the text reads otherwise than its source is rated
    unsure: Mapping[str, int] = field(default_factory=dict)  # task → rows
    not_measured: Mapping[str, int] = field(default_factory=dict)  # task → rows in languages without figures
    lookalikes: Mapping[str, int] = field(default_factory=dict)  # `copy.example (like rated.ua)` → rows

    @classmethod
    def of(cls, rows: Iterable[ScoredRow]) -> "ScoreSummary":
        """Count scored rows."""
        count: Counter[str] = Counter()
        unsure: Counter[str] = Counter()
        not_measured: Counter[str] = Counter()
        lookalikes: Counter[str] = Counter()
        for row in rows:
            count["rows"] += 1
            count["errors"] += bool(row.ours["error"])
            count["out_of_scope"] += "out_of_scope" in row.statuses.values()
            count["truncated"] += row.truncated
            count["disagreeing"] += _disagrees(row.ours)
            unsure.update(task for task, status in row.statuses.items() if status == "unsure")
            not_measured.update(task for task, status in row.statuses.items() if status == "not_measured")
            if row.taken_for:
                lookalikes[f"{row.ours['source']} (like {row.taken_for})"] += 1
        names = ("rows", "errors", "out_of_scope", "truncated", "disagreeing")
        totals = {name: count[name] for name in names}
        return cls(
            **totals, unsure=dict(unsure), not_measured=dict(not_measured), lookalikes=dict(lookalikes)
        )

    def __add__(self, other: "ScoreSummary") -> "ScoreSummary":
        """Add the counts of two files."""
        return ScoreSummary(
            self.rows + other.rows,
            self.errors + other.errors,
            self.out_of_scope + other.out_of_scope,
            self.truncated + other.truncated,
            self.disagreeing + other.disagreeing,
            dict(Counter(self.unsure) + Counter(other.unsure)),
            dict(Counter(self.not_measured) + Counter(other.not_measured)),
            dict(Counter(self.lookalikes) + Counter(other.lookalikes)),
        )

    def lines(self) -> list[str]:
        """Say it in words, a line each."""
        counts = {
            "rows": f"{self.rows:,}",
            "with an error": f"{self.errors:,}",
            "out of scope": f"{self.out_of_scope:,} (too short, another language, empty or no news)",
            "unsure": _by_task(self.unsure) or "0",
            "read in part": f"{self.truncated:,} (longer than the model reads)",
        }
        if self.not_measured:
            counts["not measured"] = f"{_by_task(self.not_measured)} (no figure stands behind that language)"
        if self.disagreeing:
            counts["text v. rating"] = (
                f"{self.disagreeing:,} (rated reliable with an unreliable_probability of {_READS_UNRELIABLE} "
                f"or more, or unreliable with {_READS_RELIABLE} or less)"
            )
        if self.lookalikes:
            found = Counter(self.lookalikes).most_common(_LOOKALIKES)
            counts["look-alikes"] = ", ".join(f"{name} {count:,}" for name, count in found)
        return [f"{name + ':':<16}{value}" for name, value in counts.items()]


def _by_task(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{task} {count:,}" for task, count in rows.items())


def _disagrees(ours: Mapping[str, object]) -> bool:
    """Tell whether the text's own probability stands against the rating of its source."""
    share = ours.get("unreliable_probability")
    if not isinstance(share, float):
        return False
    rating = ours["source_rating"]
    return (rating == "reliable" and share >= _READS_UNRELIABLE) or (
        rating == "unreliable" and share <= _READS_RELIABLE
    )
