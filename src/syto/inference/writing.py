"""Scored rows to csv, tsv, JSON lines, Parquet and xlsx, streaming."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import IO, Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from syto.errors import UserError
from syto.inference.cells import as_excel, as_json, as_text, encodable
from syto.inference.rows import ColumnKind

Values = Mapping[str, object]
EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, 16_384  # of a sheet, header included
_ROW_GROUP = 4_096  # rows
_ROW_GROUP_CHARACTERS = 1 << 25  # of text, so that long articles do not pile up
_ARROW: Mapping[ColumnKind, pa.DataType] = {"text": pa.string(), "number": pa.float64(), "json": pa.string()}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a scored file: the input's first, then ours."""

    input: tuple[str, ...]
    output: Mapping[str, ColumnKind]  # under the names they have in the file
    schema: pa.Schema | None = None  # types of the input columns, when it was Parquet
    delimiter: str = ","  # of csv, as the input has it
    mark: bool = False  # the input began with a byte-order mark

    @property
    def names(self) -> tuple[str, ...]:
        """All columns in order."""
        return (*self.input, *self.output)


class Sink(Protocol):
    """Takes scored rows, one by one."""

    def write(self, row: Values) -> None:
        """Write one row."""
        ...

    def finish(self) -> None:
        """Write what is still held back; the stream stays open."""
        ...

    def drop(self) -> None:
        """Let go of the stream after a failure."""
        ...


class DelimitedSink:
    """csv or tsv in UTF-8; with a byte-order mark if the input had one, as Excel wants it for Cyrillic."""

    def __init__(self, stream: IO[bytes], layout: Layout, delimiter: str) -> None:
        encoding = "utf-8-sig" if layout.mark else "utf-8"
        self._text = io.TextIOWrapper(stream, encoding, "backslashreplace", newline="")
        self._names = layout.names
        self._writer = csv.writer(self._text, delimiter=delimiter, lineterminator="\n")
        self._writer.writerow(self._names)

    def write(self, row: Values) -> None:
        """Write one row."""
        self._writer.writerow([as_text(row.get(name)) for name in self._names])

    def finish(self) -> None:
        """Hand the buffered text to the stream."""
        self._text.detach()

    def drop(self) -> None:
        """Detach, so that the stream is not closed a second time."""
        with suppress(OSError, ValueError):
            self._text.detach()


class JsonLinesSink:
    """One JSON object a line, with the keys that the row came with; JSON columns are nested."""

    def __init__(self, stream: IO[bytes], layout: Layout) -> None:
        self._stream = stream
        self._nested = {name for name, kind in layout.output.items() if kind == "json"}

    def write(self, row: Values) -> None:
        """Write one row."""
        opened = {name: self._open(name, value) for name, value in row.items()}
        self._stream.write(as_json(opened).encode("utf-8", "backslashreplace") + b"\n")

    def _open(self, name: str, value: object) -> object:
        if name not in self._nested:
            return value
        return json.loads(str(value)) if value else None

    def finish(self) -> None:
        """Nothing is held back."""

    def drop(self) -> None:
        """Nothing is held."""


class ParquetSink:
    """Parquet in row groups; input columns keep the types of a Parquet input, others are text."""

    def __init__(self, stream: IO[bytes], layout: Layout) -> None:
        inputs = [(name, _input_type(layout, position)) for position, name in enumerate(layout.input)]
        self._schema = pa.schema(inputs + [(name, _ARROW[kind]) for name, kind in layout.output.items()])
        self._writer = pq.ParquetWriter(stream, self._schema, compression="zstd")
        self._rows: list[Values] = []
        self._characters = 0

    def write(self, row: Values) -> None:
        """Keep one row until its group is full."""
        self._rows.append(row)
        self._characters += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(self._rows) >= _ROW_GROUP or self._characters >= _ROW_GROUP_CHARACTERS:
            self._write_group()

    def _write_group(self) -> None:
        arrays = [_array([row.get(field.name) for row in self._rows], field.type) for field in self._schema]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._rows, self._characters = [], 0

    def finish(self) -> None:
        """Write the last group and the footer."""
        if self._rows:
            self._write_group()
        self._writer.close()

    def drop(self) -> None:
        """Close the writer, which would otherwise try to when it is collected."""
        with suppress(OSError, ValueError):
            self._writer.close()


class ExcelSink:
    """One sheet; text stays text, be it a formula, a number or an address."""

    def __init__(self, stream: IO[bytes], layout: Layout) -> None:
        if len(layout.names) > EXCEL_COLUMNS:
            raise UserError(
                f"xlsx holds {EXCEL_COLUMNS} columns, here are {len(layout.names)}; write csv or parquet"
            )
        self._names = layout.names
        self._rows_so_far = TemporaryDirectory(prefix="syto-")  # rows wait on disk until the sheet is whole
        options = {"constant_memory": True, "tmpdir": self._rows_so_far.name}
        self._workbook = xlsxwriter.Workbook(stream, options)
        self._sheet = self._workbook.add_worksheet("scored")
        self._sheet.freeze_panes(1, 0)
        bold = self._workbook.add_format({"bold": True})
        for column, name in enumerate(self._names):
            self._sheet.write_string(0, column, str(as_excel(name)), bold)
        self._next = 1

    def write(self, row: Values) -> None:
        """Write one row; a sheet that is full is a `UserError`."""
        if self._next >= EXCEL_ROWS:
            raise UserError(f"xlsx holds {EXCEL_ROWS - 1:,} rows and here are more; write csv or parquet")
        for column, name in enumerate(self._names):
            self._write_cell(column, as_excel(row.get(name)))
        self._next += 1

    def _write_cell(self, column: int, value: str | float | bool | None) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._next, column, value)
        elif isinstance(value, str) and value:
            self._sheet.write_string(self._next, column, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._next, column, value)

    def finish(self) -> None:
        """Assemble the workbook."""
        self._workbook.close()
        self._rows_so_far.cleanup()

    def drop(self) -> None:
        """Throw the rows away; assembling them could take minutes."""
        self._sheet.row_data_fh.close()
        self._rows_so_far.cleanup()


@contextmanager
def open_sink(stream: IO[bytes], format: str, layout: Layout) -> Iterator[Sink]:
    """Give a sink for one of the formats of `corpus.reading.FORMATS`, and finish or drop it."""
    sink = _sink(stream, format, layout)
    try:
        yield sink
        sink.finish()
    except BaseException:
        sink.drop()
        raise


def _sink(stream: IO[bytes], format: str, layout: Layout) -> Sink:
    if format == "csv":
        return DelimitedSink(stream, layout, layout.delimiter)
    if format == "tsv":
        return DelimitedSink(stream, layout, "\t")
    if format == "jsonl":
        return JsonLinesSink(stream, layout)
    if format == "parquet":
        return ParquetSink(stream, layout)
    return ExcelSink(stream, layout)


def _input_type(layout: Layout, position: int) -> pa.DataType:
    if layout.schema is None:
        return pa.string()
    kind: pa.DataType = layout.schema.field(position).type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.string() if isinstance(kind, pa.BaseExtensionType) else kind


def _array(values: Sequence[object], kind: pa.DataType) -> "pa.Array[Any]":
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        values = [None if value is None else encodable(as_text(value)) for value in values]
    return pa.array(values, type=kind)
