"""Rows of Parquet and Excel files, in batches."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import fastexcel
import pyarrow as pa
import pyarrow.parquet as pq

from syto.corpus.rows import Row, unique_names
from syto.errors import UserError

_BATCH = 256  # rows; an article may have megabytes
_NAMELESS = "__UNNAMED__"  # how fastexcel calls a column without a name


def open_parquet(file: Path | IO[bytes], where: str) -> pq.ParquetFile:
    """Open a Parquet file; one that is cut off, empty or not Parquet is a `UserError`."""
    try:
        return pq.ParquetFile(file if isinstance(file, Path) else io.BytesIO(file.read()))
    except (pa.ArrowInvalid, OSError) as error:
        raise UserError(_unreadable(where, "Parquet", error)) from error


def parquet_rows(file: Path | IO[bytes], where: str) -> Iterator[Row]:
    """Yield the rows of a Parquet file with the values' own types."""
    with open_parquet(file, where) as table:
        names = unique_names(table.schema_arrow.names)
        number = 0
        try:
            for batch in table.iter_batches(batch_size=_BATCH):
                columns = [column.to_pylist() for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield Row(number, dict(zip(names, cells, strict=True)))
        except (pa.ArrowInvalid, OSError) as error:
            raise UserError(_unreadable(f"{where}, after row {number},", "Parquet", error)) from error


def open_sheet(file: Path | IO[bytes], where: str) -> pa.RecordBatch:
    """Read the first sheet, every cell as text; the format has no way to read a part of it."""
    try:
        workbook = fastexcel.read_excel(file if isinstance(file, Path) else file.read())
        sheet = workbook.load_sheet(0, dtypes="string").to_arrow()
    except (fastexcel.FastExcelError, OSError) as error:
        raise UserError(_unreadable(where, "an Excel workbook (xlsx)", error)) from error
    if not sheet.num_columns:
        raise UserError(f"{where} is empty: its first sheet has no rows and no column names")
    return sheet


def sheet_names(sheet: pa.RecordBatch) -> list[str]:
    """Return the column names; those that the sheet leaves empty are numbered."""
    return unique_names(["" if name.startswith(_NAMELESS) else name for name in sheet.schema.names])


def sheet_rows(file: Path | IO[bytes], where: str) -> Iterator[Row]:
    """Yield the rows of the first sheet of a workbook."""
    sheet = open_sheet(file, where)
    names = sheet_names(sheet)
    for start in range(0, sheet.num_rows, _BATCH):
        columns = [column.to_pylist() for column in sheet.slice(start, _BATCH).columns]
        for number, cells in enumerate(zip(*columns, strict=True), start=start + 1):
            yield Row(number, dict(zip(names, cells, strict=True)))


def _unreadable(where: str, kind: str, error: Exception) -> str:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"{where} cannot be read as {kind}: {reason}; is it cut off? Copy or download it again"
