"""Packed files, other spreadsheets, folders of texts, and what has a name of its own in messages."""

import gzip
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from syto.errors import UserError
from syto.tables.formats import FORMATS, PACKED, format_of, open_table
from syto.tables.jobs import plan_jobs
from syto.tables.spreadsheets import iso
from syto.tables.table import Layout

ROWS = [{"id": "007", "text": 'ґанок, "їжак"\r'}, {"id": "", "text": "=1"}]


@pytest.mark.parametrize("format", PACKED, ids=lambda format: format.name)
def test_packed_files_are_written_and_read(tmp_path: Path, format: object) -> None:
    for suffix in (each for known in PACKED if known is format for each in known.suffixes):
        path = tmp_path / f"a{suffix}"
        format_of(path).write(path, Layout(("id", "text"), {}), ROWS * 1_000)
        assert path.stat().st_size < 1_000
        assert format_of(path) is format
        assert [row.values for row in open_table(path).rows()] == ROWS * 1_000


def test_files_packed_one_after_the_other_are_one(tmp_path: Path) -> None:
    parts = (gzip.compress(line.encode()) for line in ("text\n", "а\n", "б\n"))
    (tmp_path / "a.csv.gz").write_bytes(b"".join(parts))
    assert [row.values["text"] for row in open_table(tmp_path / "a.csv.gz").rows()] == ["а", "б"]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.jsonl.zst"])
def test_a_damaged_or_a_cut_packed_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows = [{"text": f"стаття {number}"} for number in range(100_000)]
    format_of(path).write(path, Layout(("text",), {}), rows)
    raw = path.read_bytes()
    for damaged in (raw[: len(raw) // 2], raw[:-3], b"text\n1\n"):
        path.write_bytes(damaged)
        with pytest.raises(UserError, match="cannot be read as a "):
            list(open_table(path).rows())


def test_a_packed_line_that_never_ends_fills_no_memory(tmp_path: Path) -> None:
    bomb = gzip.compress(b"text\n" + b"a" * (1 << 27))
    (tmp_path / "a.csv.gz").write_bytes(bomb)
    with pytest.raises(UserError, match="a line of over 67,108,864 characters"):
        open_table(tmp_path / "a.csv.gz").survey()


def test_a_folder_of_texts_is_a_table(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, raw in (
        ("б.txt", "Київ і Львів".encode("cp1251")),
        ("а.txt", "\ufeffґанок".encode()),
        ("в.txt", b""),
    ):
        (folder / name).write_bytes(raw)
    (folder / "notes.md").write_text("ні")
    table = open_table(folder)
    assert (table.survey().names, table.survey().rows) == (("id", "title", "text"), 3)
    assert [tuple(row.values.values()) for row in table.rows()] == [
        ("а", "", "ґанок"),
        ("б", "", "Київ і Львів"),
        ("в", "", ""),
    ]
    [one] = open_table(folder / "а.txt").rows()
    assert one.values["text"] == "ґанок"
    with pytest.raises(UserError, match="has no txt file"):
        open_table(tmp_path).survey()


def _ods(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
        body = f'<table:table table:name="Аркуш">{rows}</table:table>'
        archive.writestr(
            "content.xml",
            "<office:document-content><office:body><office:spreadsheet>"
            f"{body}</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def _ods_row(*texts: str, repeated: int = 1) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def test_ods_is_read_and_becomes_xlsx(tmp_path: Path) -> None:
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    path = _ods(
        tmp_path / "a.ods", _ods_row("Звіт") + _ods_row("id", "text") + _ods_row("1", "ґанок") + blank
    )
    table = open_table(path, known_names=("text",))
    assert table.survey().rows == 1
    assert [row.values for row in table.rows()] == [{"id": "1", "text": "ґанок"}]
    [job] = plan_jobs([table], str(tmp_path / "out"), None)
    assert job.target == tmp_path / "out" / "a.xlsx"
    with pytest.raises(UserError, match="output format 'ods' is unknown"):
        plan_jobs([table], str(tmp_path / "out.ods"), None)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("1899-12-31 12:30:00", "12:30:00"),
        ("2024-05-17 00:00:00", "2024-05-17"),
        ("2024-05-17 08:30:00.000", "2024-05-17T08:30:00"),
        ("2024-05-17 у Києві", "2024-05-17 у Києві"),
    ],
)
def test_moments_of_xls_and_ods_are_as_they_were(given: str, text: str) -> None:
    assert iso(given) == text


def test_a_few_bytes_of_ods_do_not_become_a_billion_cells(tmp_path: Path) -> None:
    path = _ods(tmp_path / "a.ods", _ods_row("text") + _ods_row(*"x" * 100, repeated=1_000_000))
    with pytest.raises(UserError, match="over 16,777,216 cells"):
        open_table(path).survey()


def test_what_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    for name in ("a.ods", "a.xls"):
        (tmp_path / name).write_bytes(b"text\n1\n")
        with pytest.raises(UserError, match="cannot be read as a spreadsheet"):
            open_table(tmp_path / name).survey()


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
@pytest.mark.parametrize("raw", [b"", b"\n", b"x"])
def test_messages_call_a_table_by_its_name(tmp_path: Path, format: object, raw: bytes) -> None:
    for known in (each for each in FORMATS if each is format):
        path = tmp_path / f"spool-of-nobody{known.suffixes[0]}"
        path.write_bytes(raw)
        table = replace(open_table(path), name="standard input")
        try:
            table.survey()
        except UserError as error:
            assert str(error).startswith("standard input")
            assert "nobody" not in str(error)


def test_parquet_columns_are_the_same_afterwards(tmp_path: Path) -> None:
    columns = {
        "zeros": pa.array(["007", None]),
        "big": pa.array([2**63 - 1, None]),
        "unsigned": pa.array([2**64 - 1, 0], pa.uint64()),
        "day": pa.array([date(2024, 5, 17), None]),
        "nanoseconds": pa.array([1_715_904_000_000_000_001, None], pa.timestamp("ns", "Europe/Kyiv")),
        "far": pa.array([10**9, None], pa.date32()),
        "at": pa.array([datetime(2024, 5, 17, tzinfo=UTC), None]),
        "span": pa.array([timedelta(days=2), None]),
        "list": pa.array([["а", None], []]),
        "record": pa.array([{"x": [1], "y": None}, None]),
        "map": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int8())),
        "price": pa.array([Decimal("1.50"), None]),
        "bytes": pa.array([b"\xff", None]),
        "kind": pa.array(["новина", None]).dictionary_encode(),
        "share": pa.array([float("nan"), None], pa.float32()),
        "none": pa.nulls(2),
    }
    source, target = tmp_path / "a.parquet", tmp_path / "b.parquet"
    pq.write_table(pa.table(columns), source)
    found = open_table(source).survey()
    rows = [{**row.values, "topic": "sport"} for row in open_table(source).rows()]
    format_of(target).write(target, Layout(found.names, {"topic": "text"}, found.kept), rows)
    before, after = pq.read_table(source), pq.read_table(target).drop_columns("topic")
    assert after.schema.types == before.schema.types
    assert str(after.to_string(preview_cols=0)) == str(before.to_string(preview_cols=0))
    for name in set(columns) - {"share"}:  # NaN is unlike itself
        assert after[name].combine_chunks().equals(before[name].combine_chunks()), name
    for other in FORMATS:
        other.write(tmp_path / f"c{other.suffixes[0]}", Layout(found.names, {"topic": "text"}), rows)
