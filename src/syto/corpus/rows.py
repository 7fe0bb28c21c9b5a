"""One row of a file, before anything is known of its columns."""

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
    unique: list[str] = []
    for position, name in enumerate(names, start=1):
        first = str(name).strip() if name is not None else ""
        candidate, repeat = first or f"column_{position}", 1
        while candidate in unique:
            repeat += 1
            candidate = f"{first or f'column_{position}'} ({repeat})"
        unique.append(candidate)
    return unique
