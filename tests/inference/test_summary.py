import pytest

from syto.inference.scorer import ScoredRow
from syto.inference.summary import ScoreSummary


def row(rating: str, share: float | None) -> ScoredRow:
    return ScoredRow(
        {}, {"error": "", "source": "", "source_rating": rating, "unreliable_probability": share}
    )


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
