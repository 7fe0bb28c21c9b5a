import json
from datetime import UTC, date, datetime

import pytest

from syto.tables.cells import as_date, as_json, as_text, encodable


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


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-06",
        "2024-05-06T23:59:01Z",
        "2024-05-06 00:00:00",
        20240506,
        "20240506",
        "2024/05/06",
        "2024.05.06",
        "06.05.2024",
        "6.5.2024, 12:00",
        date(2024, 5, 6),
        datetime(2024, 5, 6, 12, tzinfo=UTC),
    ],
)
def test_dates_are_read_in_many_forms(value: object) -> None:
    assert as_date(value) == date(2024, 5, 6)


@pytest.mark.parametrize("value", ["", "вчора", "2024-13-01", "31.02.2024", None, 12, 1.5, "202405061"])
def test_an_unreadable_date_is_none(value: object) -> None:
    assert as_date(value) is None
