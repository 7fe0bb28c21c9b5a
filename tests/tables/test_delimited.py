import csv
from pathlib import Path

import pandas as pd
import pyarrow.csv as pc
import pytest

from syto.errors import UserError
from syto.tables import delimited
from syto.tables.formats import format_of, open_table
from syto.tables.table import MAX_COLUMNS, Layout

HOSTILE = [
    "а\rб",
    "а\nб",
    "а\r\nб",
    '"',
    "\r",
    "=HYPERLINK(1)",
    "-3.5",
    "+380 44 123",
    "@x",
    "'=1",
    "a,b\tc;d",
    "",
]


def _written(folder: Path, name: str) -> Path:
    path = folder / name
    rows = [{"=назва": text, "n": "1"} for text in HOSTILE]
    format_of(path).write(path, Layout(("=назва", "n"), {}), rows)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_every_reader_sees_the_same_rows_and_no_formula(tmp_path: Path, name: str) -> None:
    path = _written(tmp_path, name)
    sign = "," if name == "a.csv" else "\t"
    expected = [f"'{text}" if text[:1] in ("=", "@", "\r") or text == "'=1" else text for text in HOSTILE]
    pandas = pd.read_csv(path, sep=sign, keep_default_na=False, dtype=str)
    assert pandas["'=назва"].tolist() == expected
    options = pc.ParseOptions(delimiter=sign, newlines_in_values=True)
    kinds = pc.ConvertOptions(column_types={"'=назва": "string"})
    assert pc.read_csv(path, parse_options=options, convert_options=kinds)[0].to_pylist() == expected
    with path.open(newline="") as file:
        assert [row[0] for row in csv.reader(file, delimiter=sign)][1:] == expected
    assert [row.values["=назва"] for row in open_table(path).rows()] == HOSTILE


def test_a_file_of_ours_is_written_again_as_it_was(tmp_path: Path) -> None:
    path = _written(tmp_path, "a.csv")
    rows = [row.values for row in open_table(path).rows()]
    format_of(path).write(tmp_path / "b.csv", Layout(open_table(path).outline().names, {}), rows)
    assert (tmp_path / "b.csv").read_bytes() == path.read_bytes()


def test_a_lone_return_splits_no_row_unless_all_rows_end_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('id,text\r\n1,а\rб\r\n2,"в\r,г"\r\n'.encode())
    assert [row.values for row in open_table(path).rows()] == [
        {"id": "1", "text": "а\rб"},
        {"id": "2", "text": "в\r,г"},
    ]
    path.write_bytes("id,text\r1,а\r2,б\r".encode())
    assert [row.values["text"] for row in open_table(path).rows()] == ["а", "б"]


def test_blank_cells_beyond_the_header_are_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,а,,\n2,б, ,в\n")
    first, second = open_table(tmp_path / "a.csv").rows()
    assert (first.error, second.error) == (
        "",
        "the row has 4 cells, the header has 2; beyond the header:   | в",
    )


def test_a_row_of_endless_quoted_lines_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_RECORD_LIMIT", 1_000)
    (tmp_path / "a.csv").write_text("id,text\n" + '1,"а\n",' * 500 + "\n2,б\n")
    rows = list(open_table(tmp_path / "a.csv").rows())
    assert (rows[-1].values, rows[-1].error) == ({"id": "2", "text": "б"}, "")


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syto.tables.encodings.LINE_LIMIT", 1_000)
    for text in ("ї" * 2_000, "text\n" + "ї" * 2_000):
        (tmp_path / "a.csv").write_text(text)
        with pytest.raises(UserError, match="a line of over 1,000 characters"):
            list(open_table(tmp_path / "a.csv").rows())


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_more_columns_than_a_sheet_has_are_refused(tmp_path: Path, name: str) -> None:
    names = [f"c{number}" for number in range(MAX_COLUMNS + 1)]
    lines = ",".join(names) if name == "a.csv" else "\n".join(f'{{"{name}": 1}}' for name in names)
    (tmp_path / name).write_text(lines)
    with pytest.raises(UserError, match="over 16,384 columns"):
        open_table(tmp_path / name).survey()
