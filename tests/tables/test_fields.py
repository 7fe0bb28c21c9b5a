import pytest

from syto.errors import UserError
from syto.tables.fields import FirstOf, cell, cell_text, check_columns, find_fields
from syto.tables.rows import Row

KNOWN = {"name": ("name", "назва"), "price": ("price", "ціна")}


def test_fields_are_found_by_their_known_names_unless_given() -> None:
    names = ["Назва", "cost", "ціна"]
    assert find_fields(names, {}, KNOWN, "a") == {"name": "Назва", "price": "ціна"}
    assert find_fields(names, {"price": "cost"}, KNOWN, "a") == {"name": "Назва", "price": "cost"}
    assert find_fields(names, {"name": None}, KNOWN, "a") == {"name": None, "price": "ціна"}
    assert find_fields(["x"], {}, KNOWN, "a") == {"name": None, "price": None}


def test_a_given_column_that_is_missing_is_named_with_the_nearest() -> None:
    part = FirstOf(column="pric", first_of="|")
    with pytest.raises(UserError, match=r"a has no column 'pric' \(for price\); did you mean 'price'"):
        find_fields(["price"], {"price": part}, KNOWN, "a")
    with pytest.raises(UserError, match=r"no column 'z' \(for where\); known: x, y; its columns: y, x"):
        check_columns(["y", "x"], {"x": "only", "z": "where"}, "a")


def test_the_first_part_of_a_cell_is_taken() -> None:
    row = Row(1, {"x": "один || два", "n": 3, "none": float("nan")})
    assert cell(row, FirstOf(column="x", first_of="||")) == "один"
    assert cell(row, FirstOf(column="n", first_of="||")) == cell(row, "n") == 3
    assert [cell_text(row, name) for name in ("n", "none", "missing", None)] == ["3", "", "", ""]
