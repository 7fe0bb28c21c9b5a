"""Files of articles as rows, streaming: csv, tsv, JSON lines, Parquet and xlsx."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from syto.corpus.encodings import decoded_lines
from syto.corpus.rows import UNPARSED, Row, unique_names
from syto.corpus.table_rows import open_parquet, open_sheet, parquet_rows, sheet_names, sheet_rows
from syto.corpus.text_rows import delimited_rows, header_of, json_rows
from syto.errors import UserError, did_you_mean

__all__ = ["FORMATS", "UNPARSED", "Row", "columns_of", "count_rows", "format_of", "read_rows", "read_stream"]

FORMATS = ("csv", "tsv", "jsonl", "parquet", "xlsx")
_SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"} | {
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
_DELIMITER = {"csv": None, "tsv": "\t"}  # None: found in the header
_JSON_SAMPLE = 1_000  # lines whose keys make the columns of a JSON-lines file


def format_of(path: Path, given: str | None = None) -> str:
    """Return one of `FORMATS`, by `given` or by the suffix; anything else is a `UserError`."""
    found = given or _SUFFIXES.get(path.suffix.lower())
    if found in FORMATS:
        return found
    if given:
        raise UserError(f"format {given!r} is unknown{did_you_mean(given, FORMATS)}")
    raise UserError(
        f"{path}: suffix {path.suffix!r} is unknown; known: {', '.join(_SUFFIXES)}"
        "; or name the format (--format, or `format:` in a config)"
    )


def read_rows(path: Path, format: str | None = None, encoding: str | None = None) -> Iterator[Row]:
    """Yield the rows of a file, in order and none left out; a bad row carries its error."""
    kind = format_of(path, format)
    _check_file(path)
    if kind == "parquet":
        yield from parquet_rows(path, str(path))
    elif kind == "xlsx":
        yield from sheet_rows(path, str(path))
    else:
        with path.open("rb") as stream:
            yield from read_stream(stream, kind, encoding, str(path))


def read_stream(
    stream: IO[bytes], format: str, encoding: str | None = None, where: str = "the input"
) -> Iterator[Row]:
    """Yield the rows of a binary stream such as standard input; Parquet and xlsx are read whole first."""
    kind = format_of(Path(where), format)
    if kind == "parquet":
        return parquet_rows(stream, where)
    if kind == "xlsx":
        return sheet_rows(stream, where)
    lines = decoded_lines(stream, encoding, where)
    return json_rows(lines, where) if kind == "jsonl" else delimited_rows(lines, _DELIMITER[kind])


def count_rows(path: Path, format: str | None = None) -> int | None:
    """Return the number of rows where the file says it; None for text files, which would have to be read."""
    if format_of(path, format) != "parquet":
        return None
    _check_file(path)
    with open_parquet(path, str(path)) as table:
        return int(table.metadata.num_rows)


def columns_of(path: Path, format: str | None = None, encoding: str | None = None) -> list[str]:
    """Return the column names; of JSON lines, the keys of the first thousand lines."""
    kind = format_of(path, format)
    _check_file(path)
    if kind == "parquet":
        with open_parquet(path, str(path)) as table:
            return unique_names(table.schema_arrow.names)
    if kind == "xlsx":
        return sheet_names(open_sheet(path, str(path)))
    with path.open("rb") as stream:
        lines = decoded_lines(stream, encoding, str(path))
        if kind == "jsonl":
            rows = islice(json_rows(lines, str(path)), _JSON_SAMPLE)
            return list(dict.fromkeys(name for row in rows if not row.error for name in row.values))
        return header_of(lines, _DELIMITER[kind])[0]


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise UserError(f"{path} is not there; check the path, which counts from the current folder")
    if path.stat().st_size == 0:
        raise UserError(f"{path} is empty: it has no rows and no column names")
