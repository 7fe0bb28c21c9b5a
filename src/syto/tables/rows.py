"""One row of a table, before anything is known of its columns."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

UNPARSED = "unparsed"  # the column of a row that no column could be read from
RAW_LENGTH = 500  # characters of it that are kept


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read; a bad one carries its error and whatever could be read."""

    number: int  # from 1, header not counted
    values: Mapping[str, object]
    error: str = ""


def unique_names(names: Sequence[object]) -> list[str]:
    """Name the columns: an empty name becomes `column_3`, a repeated one gets ` (2)`."""
    unique: dict[str, None] = {}
    repeats: defaultdict[str, int] = defaultdict(lambda: 1)  # name → highest number given to it
    for position, name in enumerate(names, start=1):
        wanted = str(name).strip() if name is not None else ""
        wanted = wanted or f"column_{position}"
        candidate = wanted
        while candidate in unique:
            repeats[wanted] += 1
            candidate = f"{wanted} ({repeats[wanted]})"
        unique[candidate] = None
    return list(unique)
