"""Parquet, read and written in batches."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from syto.tables.cells import as_text, encodable
from syto.tables.rows import Row, unique_names
from syto.tables.table import ColumnKind, Format, Layout, Outline, Table, Values, Write, unreadable

_KIND = "Parquet"
_BATCH = 256  # rows; a cell may have megabytes
_ROW_GROUP = 4_096  # rows
_ROW_GROUP_CHARACTERS = 1 << 25  # of text, so that long cells do not pile up
# What a damaged file leads to: pyarrow lets through what its own library does not expect.
_ERRORS = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError)
_ARROW: dict[ColumnKind, pa.DataType] = {"text": pa.string(), "number": pa.float64(), "json": pa.string()}


def _open(table: Table) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(table.path)
    except _ERRORS as error:
        raise unreadable(table.name, _KIND, error) from error


def _outline(table: Table) -> Outline:
    """Keep the types."""
    with _open(table) as file:
        schema = file.schema_arrow
        return Outline(tuple(unique_names(schema.names)), int(file.metadata.num_rows), schema)


def _rows(table: Table) -> Iterator[Row]:
    """Yield the rows with the values' own types."""
    with _open(table) as file:
        names = unique_names(file.schema_arrow.names)
        number = 0
        try:
            for batch in file.iter_batches(batch_size=_BATCH):
                columns = [_values(column) for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield Row(number, dict(zip(names, cells, strict=True)))
        except _ERRORS as error:
            raise unreadable(f"{table.name}, after row {number},", _KIND, error) from error


def _values(column: "pa.Array[Any]") -> Sequence[object]:
    """Return the values as Python's; what it has not (nanoseconds, the year 10000) stays Arrow's."""
    try:
        return column.to_pylist()
    except UnicodeDecodeError:
        return [None if raw is None else as_text(raw) for raw in column.cast(pa.binary()).to_pylist()]
    except (ValueError, OverflowError):
        return [value if value.is_valid else None for value in column]


@contextmanager
def _sink(stream: IO[bytes], layout: Layout) -> Iterator[Write]:
    """Write row groups; input columns keep the types of a Parquet input, others are text."""
    schema = _schema(layout)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        nested = {name for name, kind in layout.output.items() if kind == "json"}
        groups = _Groups(writer, schema, layout.names, nested)
        yield groups.add
        groups.flush()


class _Groups:
    """Keeps rows until there are enough of them for a group."""

    def __init__(
        self, writer: pq.ParquetWriter, schema: pa.Schema, names: Sequence[str], nested: set[str]
    ) -> None:
        self._writer, self._schema, self._names, self._nested = writer, schema, names, nested
        self._rows: list[Values] = []
        self._characters = 0

    def add(self, row: Values) -> None:
        self._rows.append(row)
        self._characters += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(self._rows) >= _ROW_GROUP or self._characters >= _ROW_GROUP_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            arrays = [
                self._array(name, kind) for name, kind in zip(self._names, self._schema.types, strict=True)
            ]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
            self._rows, self._characters = [], 0

    def _array(self, name: str, kind: pa.DataType) -> "pa.Array[Any]":
        values: Sequence[object] = [row.get(name) for row in self._rows]
        if name in self._nested:
            values = [as_text(value) for value in values]
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            values = [None if value is None else encodable(as_text(value)) for value in values]
        array: pa.Array[Any] = pa.array(values, type=kind)
        return array


def _schema(layout: Layout) -> pa.Schema:
    kept = layout.kept if isinstance(layout.kept, pa.Schema) else pa.schema([])
    types = dict(
        zip(unique_names(kept.names), kept.types, strict=True)
    )  # of more columns, where one is left out
    inputs = [_storable(types.get(name, pa.string())) for name in layout.input]
    kinds = [*inputs, *(_ARROW[kind] for kind in layout.output.values())]
    return pa.schema([*zip(map(encodable, layout.names), kinds, strict=True)])


def _storable(kind: pa.DataType) -> pa.DataType:
    return pa.string() if isinstance(kind, pa.BaseExtensionType) else kind


PARQUET = Format("parquet", (".parquet",), _outline, _rows, _sink, binary=True)
