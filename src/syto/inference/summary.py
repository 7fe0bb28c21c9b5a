"""What a scoring run came to, in counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from syto.inference.scorer import ScoredRow
from syto.records import Status

_FAILURES = 3  # rows with an error that are named, the first ones
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
    failures: tuple[str, ...] = ()  # `id 7: why`, of the first
    out_of_scope: int = 0  # too short, another language, empty or no news
    truncated: int = 0  # longer than the model reads
    disagreeing: int = 0  # the text reads otherwise than its source is rated
    unsure: Counter[str] = field(default_factory=Counter)  # task → rows
    not_measured: Counter[str] = field(default_factory=Counter)  # task → rows in languages without figures
    topics: Counter[str] = field(default_factory=Counter)  # topic → rows, sure or not
    lookalikes: Counter[str] = field(default_factory=Counter)  # `copy.example (like rated.ua)` → rows

    @classmethod
    def of(cls, rows: Sequence[ScoredRow]) -> "ScoreSummary":
        """Count scored rows."""
        return cls(
            rows=len(rows),
            errors=sum(bool(row.ours["error"]) for row in rows),
            failures=tuple(f"id {row.id}: {row.ours['error']}" for row in rows if row.ours["error"])[
                :_FAILURES
            ],
            out_of_scope=sum("out_of_scope" in row.statuses.values() for row in rows),
            truncated=sum(row.truncated for row in rows),
            disagreeing=sum(disagrees(row.ours) for row in rows),
            unsure=_tasks(rows, "unsure"),
            not_measured=_tasks(rows, "not_measured"),
            topics=Counter(str(row.ours["topic"]) for row in rows if row.ours.get("topic")),
            lookalikes=Counter(
                f"{row.ours['source']} (like {row.taken_for})" for row in rows if row.taken_for
            ),
        )

    def __add__(self, other: "ScoreSummary") -> "ScoreSummary":
        """Add the counts of two files."""
        names = [each.name for each in fields(self)]
        added = ScoreSummary(**{name: getattr(self, name) + getattr(other, name) for name in names})
        return replace(added, failures=added.failures[:_FAILURES])

    def lines(self) -> list[str]:
        """Say it in words, a line each."""
        counts = {
            "rows": f"{self.rows:,}",
            "with an error": f"{self.errors:,}"
            + (f" (the first: {'; '.join(self.failures)})" if self.errors else ""),
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
            found = self.lookalikes.most_common(_LOOKALIKES)
            counts["look-alikes"] = ", ".join(f"{name} {count:,}" for name, count in found)
        return [f"{name + ':':<16}{value}" for name, value in counts.items()]


def _tasks(rows: Sequence[ScoredRow], wanted: Status) -> Counter[str]:
    return Counter(task for row in rows for task, status in row.statuses.items() if status == wanted)


def _by_task(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{task} {count:,}" for task, count in rows.items())


def disagrees(ours: Mapping[str, object]) -> bool:
    """Tell whether the text's own probability stands against the rating of its source."""
    share = ours.get("unreliable_probability")
    if not isinstance(share, float):
        return False
    rating = ours["source_rating"]
    return (rating == "reliable" and share >= _READS_UNRELIABLE) or (
        rating == "unreliable" and share <= _READS_RELIABLE
    )
