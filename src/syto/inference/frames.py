"""Tables in memory: pandas, polars and pyarrow, known by what they can do, so that none has to be there."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from syto.tables.cells import encodable
from syto.tables.rows import Row, unique_names
from syto.tables.table import ColumnKind


def is_frame(table: Any) -> bool:  # noqa: ANN401 - of whatever library
    """Tell whether this is a table, and no list of articles."""
    return hasattr(table, "__arrow_c_stream__") and hasattr(table, "columns")


def rows_of(table: Any) -> tuple[list[str], list[Row]]:  # noqa: ANN401
    """Return the names of the columns and the rows."""
    if _is_pandas(table):
        names = unique_names(table.columns)
        rows = text_cells(table)
    else:
        arrow = pa.table(table)
        names = unique_names(arrow.column_names)
        rows = zip(*(column.to_pylist() for column in arrow.columns), strict=True)
    return names, [Row(number, dict(zip(names, row, strict=True))) for number, row in enumerate(rows, 1)]


def text_cells(frame: Any) -> Iterable[Sequence[object]]:  # noqa: ANN401
    """Return the cells of a pandas table as a file gives them, each a text: a column may hold anything."""
    cells = frame.astype(object).where(frame.notna(), "").to_numpy().tolist()
    return [[_text(cell) for cell in row] for row in cells]


def columns_added(
    table: Any,  # noqa: ANN401
    columns: Mapping[str, Sequence[object]],
    kinds: Mapping[str, ColumnKind],
) -> Any:  # noqa: ANN401
    """Return the table with further columns, texts but for those of kind `number`."""
    arrays = {name: _array(values, kinds[name]) for name, values in columns.items()}
    added = pa.table(arrays)
    if _is_pandas(table):
        own = added.to_pandas()
        return table.assign(**{name: own[name].to_numpy() for name in columns})
    if isinstance(table, pa.Table):
        for name, array in arrays.items():
            table = table.append_column(name, array)
        return table
    return table.hstack(sys.modules["polars"].from_arrow(added))  # it is loaded: the table is one of its own


def _is_pandas(table: Any) -> bool:  # noqa: ANN401
    return hasattr(table, "iloc")


def _text(cell: object) -> str:
    """Undo what pandas does to whole numbers in a column with gaps."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _array(values: Sequence[object], kind: ColumnKind) -> "pa.Array[Any]":
    if kind == "number":
        return pa.array(values, type=pa.float64())
    return pa.array([encodable(str(value)) for value in values], type=pa.string())
