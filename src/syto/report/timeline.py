"""Days with their articles as a few bars: by day, week, month or year, the finest that fit."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

Unit = Literal["day", "week", "month", "year"]
_MOST = 62  # bars
_FIRST: Mapping[Unit, Callable[[date], date]] = MappingProxyType(
    {
        "day": lambda day: day,
        "week": lambda day: day - timedelta(days=min(day.weekday(), day.toordinal() - 1)),
        "month": lambda day: day.replace(day=1),
        "year": lambda day: day.replace(month=1, day=1),
    }
)
_SHORTEST: Mapping[Unit, int] = MappingProxyType({"day": 1, "week": 7, "month": 28})  # days
_LONGEST: Mapping[Unit, int] = MappingProxyType({"day": 1, "week": 7, "month": 31})


def timeline(days: Mapping[str, int]) -> tuple[Unit, list[tuple[str, int]]]:
    """Return the unit, and the first day of each bar with its articles, in order.

    Days, weeks and months without articles have a bar of none; of years only those with articles are there,
    and the last ones where there are too many.
    """
    dates = {date.fromisoformat(day): count for day, count in days.items() if day[:1].isdigit()}
    if not dates:
        return "day", []
    span = (max(dates) - min(dates)).days
    unit: Unit = next((unit for unit, length in _SHORTEST.items() if span <= (_MOST - 2) * length), "year")
    bars: Counter[date] = Counter()
    for day, count in dates.items():
        bars[_FIRST[unit](day)] += count
    firsts = sorted(bars)[-_MOST:] if unit == "year" else _steps(min(bars), max(bars), unit)
    return unit, [(first.isoformat(), bars[first]) for first in firsts]


def _steps(first: date, last: date, unit: Unit) -> Iterator[date]:
    while first < last:
        yield first
        first = _FIRST[unit](first + timedelta(days=_LONGEST[unit]))
    yield last
