import csv
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from syto.errors import UserError
from syto.tables import parquet, sheet_writer
from syto.tables.delimited import Dialect
from syto.tables.formats import FORMATS, format_named, format_of, open_table
from syto.tables.rows import Row
from syto.tables.table import ColumnKind, Layout
from syto.tables.whole import whole_file

OURS: Mapping[str, ColumnKind] = MappingProxyType({"topic": "text", "share": "number", "passages": "json"})
ROW = {"назва": "=HYPERLINK(1)", "n": "007", "topic": "sport", "share": 0.25, "passages": {"topic": ["ї"]}}
NAMES = [format.name for format in FORMATS]


def _write(path: Path, rows: Sequence[Mapping[str, object]], layout: Layout | None = None) -> None:
    format_of(path).write(path, layout or Layout(("назва", "n"), OURS), rows)


def read_rows(path: Path) -> list[Row]:
    return list(open_table(path).rows())


@pytest.mark.parametrize("format", NAMES)
def test_what_is_written_is_read_again(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"out.{format}"
    _write(path, [ROW, ROW | {"share": None, "passages": None, "n": 'a\n"b",\tc'}])
    first, second = (row.values for row in read_rows(path))
    assert list(first) == ["назва", "n", "topic", "share", "passages"]
    assert first["назва"] == "=HYPERLINK(1)"
    assert first["n"] == "007"
    assert float(str(first["share"])) == 0.25
    assert second["n"] == 'a\n"b",\tc'
    assert second["share"] in (None, "")
    passages = first["passages"]
    assert (passages if format == "jsonl" else json.loads(str(passages))) == {"topic": ["ї"]}


def test_no_cell_becomes_a_formula_an_address_or_a_number(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    _write(path, [ROW | {"n": text} for text in ("=1+1", "https://a.example", "{=1}", "+38", "@x", "007")])
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink>" not in sheet
    assert sheet.count("<v>0.25</v>") == 6  # the only numbers


def test_a_sheet_that_is_full_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_writer, "EXCEL_ROWS", 3)
    with pytest.raises(UserError, match="write csv or parquet"):
        _write(tmp_path / "out.xlsx", [ROW] * 3)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", NAMES)
def test_a_failure_leaves_neither_the_file_nor_a_partial_one(tmp_path: Path, format: str) -> None:
    def broken() -> None:
        layout = Layout(("назва", "n"), OURS)
        sink = format_named(format).sink
        with whole_file(tmp_path / f"out.{format}") as stream, sink(stream, layout) as write:
            write(ROW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", NAMES)
def test_a_failure_leaves_the_earlier_file_as_it_was(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"out.{format}"
    path.write_text("earlier")
    with pytest.raises(ZeroDivisionError), whole_file(path) as stream:
        stream.write(b"x" * (1 // 0))
    assert path.read_text() == "earlier"


@pytest.mark.parametrize("format", NAMES)
def test_no_rows_make_a_file_with_the_columns(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"out.{format}"
    _write(path, [])
    assert path.exists()
    assert format == "jsonl" or read_rows(path) == []


@pytest.mark.parametrize("format", NAMES)
def test_half_a_surrogate_pair_stops_nothing(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"out.{format}"
    _write(path, [ROW | {"назва": "біда \ud83d"}])
    [row] = read_rows(path)
    assert str(row.values["назва"]).startswith("біда ")


def test_parquet_keeps_the_types_of_a_parquet_input(tmp_path: Path) -> None:
    schema = pa.schema(
        {
            "day": pa.date32(),
            "tags": pa.list_(pa.string()),
            "kind": pa.dictionary(pa.int32(), pa.string()),
            "at": pa.timestamp("us", "UTC"),
        }
    )
    layout = Layout(tuple(schema.names), OURS, kept=schema)
    values = {"day": date(2024, 5, 17), "tags": ["а", "б"], "kind": "новина", "at": None}
    _write(tmp_path / "out.parquet", [ROW | values], layout)
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.schema.field("day").type == pa.date32()
    assert table.schema.field("at").type == pa.timestamp("us", "UTC")
    assert table.schema.field("share").type == pa.float64()
    assert table.to_pylist()[0]["tags"] == ["а", "б"]
    assert table.to_pylist()[0]["kind"] == "новина"


def test_many_rows_make_several_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROW_GROUP", 4)
    path = tmp_path / "out.parquet"
    _write(path, [ROW | {"n": str(number)} for number in range(10)])
    assert pq.ParquetFile(path).num_row_groups == 3
    assert pq.read_table(path)["n"].to_pylist() == [str(number) for number in range(10)]


def test_csv_keeps_the_delimiter_and_the_mark(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    _write(path, [ROW], Layout(("назва", "n"), OURS, kept=Dialect(";", mark=True)))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file, delimiter=";"))["назва"] == "'=HYPERLINK(1)"


def test_json_is_nested_in_json_lines_and_the_same_text_elsewhere(tmp_path: Path) -> None:
    rows = [ROW, ROW | {"passages": None}]
    found = {}
    for format in NAMES:
        _write(tmp_path / f"out.{format}", rows)
        found[format] = [row.values["passages"] for row in read_rows(tmp_path / f"out.{format}")]
    text = '{"topic": ["ї"]}'
    assert found.pop("jsonl") == [{"topic": ["ї"]}, None]
    assert found.pop("xlsx") == [text, None]
    assert found == {"csv": [text, ""], "tsv": [text, ""], "parquet": [text, ""]}
