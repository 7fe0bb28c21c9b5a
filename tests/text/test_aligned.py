import re

import pytest

from syto.text.aligned import AlignedText, Edit


def test_an_untouched_text_is_its_own_source() -> None:
    assert AlignedText("слово").raw_span(1, 3) == (1, 3)
    assert AlignedText("слово").edited([]).starts is None


def test_deletions_are_stepped_over() -> None:
    aligned = AlignedText("один ДВА три").without([(5, 9)])
    assert aligned.text == "один три"
    assert aligned.raw_span(5, 8) == (9, 12)
    assert aligned.raw_span(0, 8) == (0, 12)


def test_overlapping_deletions_count_once() -> None:
    assert AlignedText("0123456789").without([(4, 6), (2, 5), (8, 9)]).text == "01679"


@pytest.mark.parametrize(
    ("edit", "text", "middle"),
    [
        (Edit(1, 3, "X"), "aXd", (1, 3)),  # shorter: the new character stands for all the old ones
        (Edit(1, 2, "XYZ"), "aXYZcd", (1, 2)),  # longer: each new one stands for the old one
        (Edit(1, 3, "XY"), "aXYd", (1, 2)),  # as long: one for one
    ],
)
def test_replacements_keep_their_origin(edit: Edit, text: str, middle: tuple[int, int]) -> None:
    aligned = AlignedText("abcd").edited([edit])
    assert aligned.text == text
    assert aligned.raw_span(1, 2) == middle
    assert aligned.raw_span(len(text) - 1, len(text)) == (3, 4)


def test_steps_add_up() -> None:
    aligned = AlignedText("  a--b  c").substituted(re.compile(r"\s+"), "").substituted(re.compile("--"), "—")
    assert aligned.text == "a—bc"
    assert [aligned.raw_span(i, i + 1) for i in range(4)] == [(2, 3), (3, 5), (5, 6), (8, 9)]


def test_a_text_that_was_emptied_points_somewhere_safe() -> None:
    assert AlignedText("abc").without([(0, 3)]).raw_span(0, 0) == (0, 0)
