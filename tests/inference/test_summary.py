import pytest

from syto.inference.scorer import ScoredRow
from syto.inference.summary import ScoreSummary
from syto.records import Status


def row(rating: str = "", share: float | None = None, **statuses: Status) -> ScoredRow:
    ours = {"error": "", "source": "", "source_rating": rating, "unreliable_probability": share}
    return ScoredRow(ours, statuses)


@pytest.mark.parametrize(
    ("rating", "share", "disagrees"),
    [
        ("reliable", 0.5, 1),
        ("reliable", 0.49, 0),
        ("unreliable", 0.2, 1),
        ("unreliable", 0.21, 0),
        ("mixed", 0.99, 0),
        ("", 0.99, 0),
        ("reliable", None, 0),
    ],
)
def test_a_text_that_reads_otherwise_than_its_source_is_rated_is_counted(
    rating: str, share: float | None, disagrees: int
) -> None:
    summary = ScoreSummary.of([row(rating, share), row("mixed", 0.5)])
    assert summary.disagreeing == disagrees
    assert any("text v. rating" in line for line in (summary + summary).lines()) == bool(disagrees)
    assert (summary + summary).disagreeing == 2 * disagrees


def test_statuses_are_counted_by_task_and_what_was_not_measured_is_said_where_there_is_any() -> None:
    rows = [
        row(topic="sure", reliability="not_measured"),
        row(topic="unsure", reliability="not_measured"),
        row(topic="out_of_scope", reliability="out_of_scope"),
        row(),  # an error
    ]
    summary = ScoreSummary.of(rows) + ScoreSummary.of(rows[1:2])
    assert (summary.rows, summary.out_of_scope) == (5, 1)
    assert (summary.unsure, summary.not_measured) == ({"topic": 2}, {"reliability": 3})
    assert any(line.startswith("not measured:   reliability 3 (") for line in summary.lines())
    assert not any("not measured" in line for line in ScoreSummary.of(rows[2:]).lines())
