"""A look through a table before its rows are worked on: all its columns, and how many rows."""

from dataclasses import replace

from syto.tables.table import Outline, Table


def survey(table: Table) -> Outline:
    """Name the columns of a table and count its rows; one that cannot be read is a `UserError`.

    A file that does not say how many rows it has is read through once, which costs little beside most work
    on rows: a bar then knows the time left, and rows with unlike keys get a column for each.
    """
    found = table.outline()
    if found.rows is not None:
        return found
    count = 0
    names: dict[str, None] = {}
    for row in table.rows():
        count += 1
        names.update(dict.fromkeys(row.values))
    return replace(found, names=tuple(names) or found.names, rows=count)
