import json
from datetime import date, datetime

import pytest

from syto.inference.cells import EXCEL_CELL, as_excel, as_json, as_text, cut_for_excel, encodable


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (True, "true"),
        (12, "12"),
        ("=1+1", "=1+1"),
        (date(2024, 5, 17), "2024-05-17"),
        (datetime(2024, 5, 17, 8, 30), "2024-05-17T08:30:00"),
        (["ї", {"є": None}], '["ї", {"є": null}]'),
        (b"caf\xff", "caf\\xff"),
    ],
)
def test_every_value_has_a_text(value: object, text: str) -> None:
    assert as_text(value) == text


def test_json_is_strict_whatever_is_inside() -> None:
    value = {"day": date(2024, 5, 17), "share": float("nan"), "list": [float("inf")], 5: "ключ"}
    assert json.loads(as_json(value)) == {"day": "2024-05-17", "share": None, "list": [None], "5": "ключ"}


def test_json_that_is_nested_too_deeply_is_cut_not_fatal() -> None:
    value: object = "дно"
    for _ in range(5_000):
        value = [value]
    assert "[nested too deeply]" in as_json(value)


def test_half_a_surrogate_pair_can_be_written() -> None:
    assert encodable("біда \ud83d кінець").encode() == "біда \\ud83d кінець".encode()


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
