"""Days with their articles as a few bars: by day, week, month or year, the finest that fit."""

from collections import Counter
from collections.abc import Callable, Mapping
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


def timeline(days: Mapping[str, int]) -> tuple[Unit, list[tuple[str, int]]]:
    """Return the unit, and the first day of each bar that has articles with their number, in order.

    Years alone may be more than fit; then the last ones are returned.
    """
    dates = {date.fromisoformat(day): count for day, count in days.items() if day[:1].isdigit()}
    if not dates:
        return "day", []
    span = (max(dates) - min(dates)).days
    lengths: Mapping[Unit, int] = {"day": 1, "week": 7, "month": 31, "year": 366}
    unit = next((unit for unit, length in lengths.items() if span < _MOST * length), "year")
    bars: Counter[date] = Counter()
    for day, count in dates.items():
        bars[_FIRST[unit](day)] += count
    return unit, [(first.isoformat(), bars[first]) for first in sorted(bars)][-_MOST:]
