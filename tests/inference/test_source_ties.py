"""Which rated sources the texts of a source link to and copy, in sentences."""

from pathlib import Path

import pytest

from syto.inference.source_ties import SourceTies
from syto.sources.registry import Registry

COLUMNS = "source,rating,rater,date,evidence,aliases\n"
RATED = COLUMNS + "bad.example,unreliable,Checkers,2024,e,\ngood.example,reliable,Checkers,2024,e,\n"


@pytest.fixture
def ties(tmp_path: Path) -> SourceTies:
    (tmp_path / "ratings.csv").write_text(RATED, encoding="utf-8")
    return SourceTies(Registry.from_files([tmp_path / "ratings.csv"]))


def story(number: int, words: int = 150) -> str:
    return " ".join(f"слово{number}х{place}" for place in range(words))


def test_texts_that_stand_word_for_word_in_a_rated_source(ties: SourceTies) -> None:
    for number in range(3):
        ties.add("bad.example", story(number), ())
        ties.add("new.example", f"Повідомляє власний кореспондент. {story(number).upper()}!", ())
    ties.add("new.example", story(9), ())
    found = ties.told()
    said = "75% of its texts (3 of 4) are word for word in bad.example, rated unreliable by Checkers"
    assert found["new.example"] == [said]
    assert found["bad.example"] == []  # who is copied from is not rated


def test_a_quotation_is_no_copy(ties: SourceTies) -> None:
    for number in range(5):
        ties.add("bad.example", story(number), ())
        ties.add("new.example", f"{story(number, 40)} {story(100 + number)}", ())
    assert ties.told()["new.example"] == []


def test_a_formula_of_all_is_no_copy(ties: SourceTies) -> None:
    for place in range(20):
        for _ in range(3):
            ties.add(f"s{place}.example", story(0), ())
            ties.add("bad.example", story(0), ())
    assert ties.told()["s0.example"] == []


def test_links_from_a_column_and_from_the_text_count_once_a_text(ties: SourceTies) -> None:
    for _ in range(3):
        ties.add("new.example", "читайте https://www.good.example/1.", ["good.example", "new.example"])
    assert ties.told()["new.example"] == [
        "100% of its texts (3 of 3) link to good.example, rated reliable by Checkers"
    ]


def test_a_link_or_two_is_not_told(ties: SourceTies) -> None:
    for _ in range(2):
        ties.add("new.example", "", ["bad.example"])
    assert ties.told()["new.example"] == []
