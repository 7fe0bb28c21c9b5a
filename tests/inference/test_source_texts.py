"""What the texts of one unrated source say together, and when they say nothing."""

from collections.abc import Mapping

import pytest

from syto.inference.source_texts import LEAST, SourceTexts, Together

Ours = Mapping[str, object]


def row(share: float | None = 0.4, source: str = "new.example", rating: str = "", error: str = "") -> Ours:
    return {
        "source": source,
        "source_rating": rating,
        "unreliable_probability": share,
        "reliability": "",
        "reliability_basis": "text",
        "source_texts": None,
        "error": error,
    }


def told(*rows: Ours) -> list[dict[str, object]]:
    together = SourceTexts()
    for number, each in enumerate(rows):
        together.add(each, f"text {number}")
    return [together.filled(each) for each in rows]


def test_enough_texts_are_read_together_and_fewer_are_not() -> None:
    assert {each["reliability_basis"] for each in told(*[row()] * (LEAST - 1))} == {"text"}
    rows = told(*[row()] * LEAST, row(source="other.example"))
    assert [each["source_texts"] for each in rows] == [LEAST] * LEAST + [None]
    assert [each["reliability_basis"] for each in rows] == ["source_texts"] * LEAST + ["text"]


def test_the_label_stays_empty_however_unreliable_they_read() -> None:
    rows = told(*[row(0.99)] * 100)
    assert rows[0]["reliability"] == ""
    assert isinstance(rows[0]["source_unreliable_probability"], float)


def test_a_rated_source_an_error_and_a_platform_are_left_alone() -> None:
    rated = [row(rating="mixed")] * LEAST
    on_platform = [row(source="facebook.com")] * LEAST
    nowhere = [row(source="")] * LEAST
    rows = told(*rated, *on_platform, *nowhere, *[row()] * LEAST, row(None, error="unreadable"))
    assert [each.get("source_texts") for each in rows] == [None] * 15 + [LEAST] * LEAST + [None]


def test_a_text_out_of_scope_does_not_count_and_is_told_of_its_source() -> None:
    assert told(row(None), *[row()] * LEAST)[0]["source_texts"] == LEAST
    assert told(row(None), *[row()] * (LEAST - 1))[0]["source_texts"] is None


def test_fewer_texts_say_less_and_their_interval_is_wider() -> None:
    counts = (5, 10, 20, 60)
    found = [Together(count, 1.0) for count in counts]
    widths = [each.interval[1] - each.interval[0] for each in found]
    assert widths == sorted(widths, reverse=True) and widths[-1] > 0.05
    high = [each.probability for each in found]
    assert high == sorted(high)  # drawn to the middle less and less
    assert all(each.interval[0] < each.probability < each.interval[1] for each in found)


def test_what_an_outlet_in_the_middle_says_is_near_the_share_that_the_model_is_made_for() -> None:
    assert Together(1, -1.70).probability == pytest.approx(0.106, abs=0.001)
    assert Together(1_000, -1.70).probability == pytest.approx(0.106, abs=0.001)


def test_the_order_of_texts_changes_nothing_that_is_shown() -> None:
    shares = [row(0.1), row(0.9), row(0.3), row(0.7), row(0.5)]
    assert told(*shares)[0]["source_interval"] == told(*shares[::-1])[0]["source_interval"]


def test_a_text_that_comes_again_counts_once_for_its_source() -> None:
    together = SourceTexts()
    for number in range(LEAST - 1):
        for _ in range(3):
            together.add(row(), f"text {number}")
    assert together.of("new.example") is None
    together.add(row(source="other.example"), "text 0")  # its first text, whoever else has it
    together.add(row(), "another")
    found = together.of("new.example")
    assert found and found.texts == LEAST


def test_copies_are_known_by_a_bounded_number_of_texts() -> None:
    together = SourceTexts(remembered=2)
    for digest in ("a", "b", "c", "c", "c", "a", "b"):
        together.add(row(), digest)
    found = together.of("new.example")
    assert found and found.texts == LEAST  # a, b, and what no longer fits into the memory each time


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_certain_probability_is_no_infinity(share: float) -> None:
    said = told(*[row(share)] * LEAST)[0]["source_unreliable_probability"]
    assert isinstance(said, float) and 0 < said < 1
