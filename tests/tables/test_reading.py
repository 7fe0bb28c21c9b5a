from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from syto.errors import UserError
from syto.tables.formats import open_table
from syto.tables.rows import UNPARSED, Row, unique_names

CSV = "id,text\n1,У Києві їдять ґанок\n2,Об'єкт «Ёж»\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_rows(path: Path, format: str | None = None, encoding: str | None = None) -> Iterator[Row]:
    return open_table(path, format, encoding).rows()


def columns_of(path: Path) -> list[str]:
    return list(open_table(path).outline().names)


def count_rows(path: Path) -> int | None:
    return open_table(path).outline().rows


def cells(path: Path, **options: str) -> list[list[object]]:
    return [list(row.values.values()) for row in read_rows(path, **options)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251"]
)
def test_every_encoding_gives_the_same_rows(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "a.csv", CSV.encode(encoding))
    assert cells(path) == [["1", "У Києві їдять ґанок"], ["2", "Об'єкт «Ёж»"]]
    assert columns_of(path) == ["id", "text"]


def test_utf8_with_one_damaged_byte_is_still_utf8(tmp_path: Path) -> None:
    damaged = ("text\n" + "Київ і ґанок " * 50).encode() + b"\xff\n"
    [row] = read_rows(write(tmp_path, "a.csv", damaged))
    assert str(row.values["text"]).startswith("Київ і ґанок")


def test_a_character_cut_at_the_end_of_the_head_is_no_damage(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "text\n" + "ї" * (1 << 20) + "\n")
    [row] = read_rows(path)
    assert row.values["text"] == "ї" * (1 << 20)


def test_given_encoding_wins_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", CSV.replace("«Ёж»", "Їжак").encode("koi8-u"))
    assert cells(path, encoding="koi8-u")[0][1] == "У Києві їдять ґанок"
    with pytest.raises(UserError, match=r"'utf-9' is unknown; try utf-8"):
        list(read_rows(path, encoding="utf-9"))


def test_stray_nuls_are_dropped(tmp_path: Path) -> None:
    assert cells(write(tmp_path, "a.csv", "id,text\n1,Ки\x00їв\n")) == [["1", "Київ"]]
    assert cells(write(tmp_path, "a.jsonl", '{"text": "Ки\x00їв"}\n')) == [["Київ"]]


def test_cells_with_line_ends_and_quotes(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'id,text\r\n1,"Перший рядок\r\nдругий ""рядок"""\r\n')
    assert cells(path) == [["1", 'Перший рядок\r\nдругий "рядок"']]


@pytest.mark.parametrize(("name", "sign"), [("a.csv", ";"), ("a.csv", "\t"), ("a.csv", "|"), ("a.tsv", "\t")])
def test_the_delimiter_is_found(tmp_path: Path, name: str, sign: str) -> None:
    assert cells(write(tmp_path, name, CSV.replace(",", sign)))[0][0] == "1"


def test_rows_of_the_wrong_width_keep_their_place_and_their_cells(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "id,text\n1\n2,б,в\n3,г\n")
    short, long, good = read_rows(path)
    assert (short.number, short.error) == (1, "")
    assert short.values == {"id": "1", "text": None}
    assert long.values == {"id": "2", "text": "б"}
    assert long.error.endswith("beyond the header: в")
    assert (good.number, good.values["text"], good.error) == (3, "г", "")


def test_a_stray_quote_costs_one_row_and_no_other(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'id,text\n1,"Газета\n2,"добре, так"\n3,в\n4,"г"\n')
    rows = list(read_rows(path))
    assert [row.values["id"] for row in rows] == ["1", "2", "3", "4"]
    assert [row.values["text"] for row in rows[1:]] == ["добре, так", "в", "г"]


def test_a_quote_that_never_ends_loses_nothing(tmp_path: Path) -> None:
    lines = "".join(f"{number},слово\n" for number in range(3_000))
    rows = list(read_rows(write(tmp_path, "a.csv", f'id,text\n"0,слово\n{lines}')))
    assert len(rows) == 3_001
    assert [row.number for row in rows if row.error] == [1]


def test_an_article_of_five_megabytes_fits_a_cell(tmp_path: Path) -> None:
    [[text]] = cells(write(tmp_path, "a.csv", f"text\n{'щ' * 5_000_000}\n"))
    assert len(str(text)) == 5_000_000


def test_lines_that_are_not_json_objects_become_errors(tmp_path: Path) -> None:
    lines = ['{"text": "а"}', '{"text": ', "[1]", "[" * 100_000, "", '{"text": "б"}']
    first, cut, not_object, deep, last = read_rows(write(tmp_path, "a.jsonl", "\n".join(lines)))
    assert (first.error, last.error) == ("", "")
    assert cut.values == {UNPARSED: '{"text":'}
    assert "not JSON" in cut.error
    assert "not a JSON object" in not_object.error
    assert "not JSON" in deep.error
    assert len(str(deep.values[UNPARSED])) == 500
    assert last.number == 5


def test_one_json_array_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="one object a line"):
        list(read_rows(write(tmp_path, "a.json", '[{"text": "а"}]')))


def test_parquet_keeps_types_and_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [1, 2], "tags": [["а"], []], "text": ["б", None]}), path)
    assert cells(path) == [[1, ["а"], "б"], [2, [], None]]
    assert (count_rows(path), columns_of(path)) == (2, ["id", "tags", "text"])


def test_half_a_parquet_file_is_refused(tmp_path: Path) -> None:
    whole = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [f"стаття {number}" for number in range(10_000)]}), whole)
    half = write(tmp_path, "half.parquet", whole.read_bytes()[: whole.stat().st_size // 2])
    for read in (columns_of, count_rows, lambda path: list(read_rows(path))):
        with pytest.raises(UserError, match=r"cannot be read as Parquet.*cut off"):
            read(half)


def test_xlsx_cells_come_as_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, values in enumerate([["id", "text", ""], [7, "ґанок\nі ще", 1.5], [None, "так", None]]):
            sheet.write_row(number, 0, values)
    assert columns_of(path) == ["id", "text", "column_3"]
    assert cells(path) == [[7, "ґанок\nі ще", 1.5], [None, "так", None]]


def test_a_broken_and_an_empty_workbook_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read as an Excel workbook"):
        list(read_rows(write(tmp_path, "a.xlsx", b"PK\x03\x04 not a workbook")))
    with xlsxwriter.Workbook(tmp_path / "empty.xlsx") as book:
        book.add_worksheet()
    with pytest.raises(UserError, match="is empty"):
        list(read_rows(tmp_path / "empty.xlsx"))


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b"\x00\x00\x00"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes, name: str) -> None:
    with pytest.raises(UserError, match="is empty"):
        list(read_rows(write(tmp_path, name, content)))


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert cells(write(tmp_path, "a.csv", "id,text\n")) == []


def test_a_missing_file_and_an_unknown_suffix_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there"):
        columns_of(tmp_path / "no.csv")
    with pytest.raises(UserError, match=r"'.doc' is unknown.*\.xlsx"):
        list(read_rows(write(tmp_path, "a.doc", "x")))
    with pytest.raises(UserError, match="did you mean 'parquet'"):
        list(read_rows(write(tmp_path, "a.doc", "x"), format="parqet"))


def test_a_text_longer_than_what_is_looked_at_for_the_encoding_is_read_whole(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "text\n" + "Київ\n" * 400_000)
    assert sum(row.values["text"] == "Київ" for row in read_rows(path)) == 400_000


def test_json_columns_are_the_union_of_the_keys(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", '{"id": 1}\n{"text": "а", "id": 2}\nnot json\n')
    assert columns_of(path) == ["id", "text"]
    assert count_rows(path) is None


def test_columns_without_a_name_or_with_the_same_get_one() -> None:
    assert unique_names(["text", "", "text", None]) == ["text", "column_2", "text (2)", "column_4"]


def test_names_that_are_taken_already_are_stepped_over() -> None:
    assert unique_names(["a", "a (2)", "a", "a", "a (2)"]) == ["a", "a (2)", "a (3)", "a (4)", "a (2) (2)"]


def test_very_many_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """A search from the first number on for each of them would be 5,000,000,000 steps."""
    assert unique_names(["текст"] * 100_000)[-1] == "текст (100000)"
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["текст"] * 10_000)
    assert columns_of(tmp_path / "a.xlsx")[-1] == "текст (10000)"


def test_a_sheet_without_column_names_has_the_same_ones_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, values in enumerate([["", "text", ""], [7, "ґанок", 1.5], [None, "так", None]]):
            sheet.write_row(number, 0, values)
    found = open_table(path).survey()
    assert found.rows == 2
    for row in read_rows(path):
        assert tuple(row.values) == found.names == ("column_1", "text", "column_3")
    assert cells(path) == [[7, "ґанок", 1.5], [None, "так", None]]


def test_a_survey_counts_and_finds_late_keys(tmp_path: Path) -> None:
    lines = ['{"id": 1}'] * 1_200 + ["not json", '{"text": "а", "id": 2}']
    found = open_table(write(tmp_path, "a.jsonl", "\n".join(lines))).survey()
    assert (found.names, found.rows) == (("id", UNPARSED, "text"), 1_202)
    found = open_table(write(tmp_path, "a.csv", "id,text\n")).survey()
    assert (found.names, found.rows) == (("id", "text"), 0)
