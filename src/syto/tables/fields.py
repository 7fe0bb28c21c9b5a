"""What a caller wants of a table, and the columns that hold it."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from syto.errors import UserError, did_you_mean
from syto.tables.cells import as_text
from syto.tables.rows import Row


class FirstOf(BaseModel):
    """The first part of a cell that holds several."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    first_of: str  # what separates the parts


Choice = str | FirstOf | None  # the column of a field; None: it has none


def find_fields(
    names: Sequence[str], given: Mapping[str, Choice], known: Mapping[str, Sequence[str]], where: str
) -> dict[str, Choice]:
    """Return field → column: the given one, else the first of its `known` names that there is, in any case.

    A given column that is missing is a `UserError`; one given as None is not looked for.
    """
    wanted = {field: _column(choice) for field, choice in given.items()}
    check_columns(names, {column: field for field, column in wanted.items() if column is not None}, where)
    by_name = {name.strip().casefold(): name for name in reversed(names)}
    found = {
        field: next((by_name[name] for name in candidates if name in by_name), None)
        for field, candidates in known.items()
    }
    return {**found, **given}


def check_columns(names: Sequence[str], wanted: Mapping[str, str], where: str) -> None:
    """Raise `UserError` for the first wanted column (column → what it is for) that is missing."""
    for column, purpose in wanted.items():
        if column not in names:
            raise UserError(
                f"{where} has no column {column!r} (for {purpose}){did_you_mean(column, names)}"
                f"; its columns: {', '.join(names)}"
            )


def _column(choice: Choice) -> str | None:
    return choice.column if isinstance(choice, FirstOf) else choice


def cell(row: Row, choice: Choice) -> object:
    """Return the value of a field in a row; None where it has no column."""
    if not isinstance(choice, FirstOf):
        return row.values.get(choice) if choice is not None else None
    value = row.values.get(choice.column)
    return value.split(choice.first_of)[0].strip() if isinstance(value, str) else value


def cell_text(row: Row, choice: Choice) -> str:
    """Return the value of a field as text; an empty cell, None and NaN are ''."""
    return as_text(cell(row, choice))
