from datetime import date, timedelta

import pytest

from syto.report.timeline import timeline


def days(count: int, step: int = 1) -> dict[str, int]:
    return {(date(2023, 1, 4) + timedelta(days=step * number)).isoformat(): 1 for number in range(count)}


@pytest.mark.parametrize(
    ("count", "step", "unit"),
    [(1, 1, "day"), (60, 1, "day"), (70, 1, "week"), (600, 1, "month"), (9, 900, "year")],
)
def test_the_unit_is_the_finest_that_fits(count: int, step: int, unit: str) -> None:
    found, bars = timeline(days(count, step))
    assert (found, sum(rows for _, rows in bars)) == (unit, count)
    assert len(bars) <= 62


def test_days_of_a_week_stand_together_under_its_monday() -> None:
    _, bars = timeline(days(70))
    assert bars[0] == ("2023-01-02", 5)  # 4 January is a Wednesday
    assert bars[1] == ("2023-01-09", 7)


def test_no_dates_are_no_bars_and_odd_ones_do_no_harm() -> None:
    assert timeline({}) == ("day", [])
    assert timeline({"0001-01-01": 1, "9999-12-31": 2, "…": 7}) == (
        "year",
        [("0001-01-01", 1), ("9999-01-01", 2)],
    )


def test_days_without_articles_are_there_too() -> None:
    assert timeline({"2023-01-30": 1, "2023-02-02": 2})[1] == [
        ("2023-01-30", 1),
        ("2023-01-31", 0),
        ("2023-02-01", 0),
        ("2023-02-02", 2),
    ]
