import pytest

from syto.tables.excel_cells import EXCEL_CELL, as_excel, cut_for_excel


@pytest.mark.parametrize("letter", ["ї", "😀"])
def test_a_cell_that_excel_cannot_hold_is_cut_and_says_by_how_much(letter: str) -> None:
    text = letter * 40_000
    cut = cut_for_excel(text)
    assert len(cut.encode("utf-16-le")) // 2 <= EXCEL_CELL
    kept = cut.count(letter)
    assert cut == letter * kept + f" … [cut by syto: {40_000 - kept} characters]"


def test_the_longest_cell_that_fits_is_whole() -> None:
    assert cut_for_excel("ї" * EXCEL_CELL) == "ї" * EXCEL_CELL


def test_numbers_that_excel_would_round_stay_text() -> None:
    assert as_excel(2**53 + 1) == "9007199254740993"
    assert as_excel(0.25) == 0.25
    assert as_excel(float("inf")) == "inf"
