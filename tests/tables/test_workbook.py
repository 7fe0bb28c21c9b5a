"""Workbooks as people make them, and as somebody makes them who means harm."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from syto.errors import UserError
from syto.tables.cells import as_text, link_of
from syto.tables.formats import format_of, open_table
from syto.tables.table import Layout
from syto.tables.workbook import moment

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)


def _relations(**targets: str) -> str:
    links = "".join(
        f'<Relationship Id="{kind}" Type="{_TYPES[1]}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f"<Relationships>{links}</Relationships>"


def make(folder: Path, rows: str, strings: Sequence[str] = (), **more: str) -> Path:
    """Zip up a workbook of one sheet from the XML of its rows."""
    parts = {
        "_rels/.rels": _relations(officeDocument="xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": _relations(
            worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml"
        ),
        "xl/workbook.xml": '<workbook><sheets><sheet name="Аркуш" r:id="worksheet"/></sheets></workbook>',
        "xl/sharedStrings.xml": f"<sst>{''.join(f'<si><t>{text}</t></si>' for text in strings)}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
    }
    path = folder / "made.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (parts | more).items():
            archive.writestr(name, text)
    return path


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{text_cell("A1", "id")}{text_cell("B1", "text")}</row>'


def cells(path: Path, **options: str) -> list[Mapping[str, object]]:
    table = open_table(path, known_names=("text",), sheet=options.get("sheet"))
    rows = list(table.rows())
    assert table.survey().rows == len(rows)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert all(tuple(row.values) == table.survey().names for row in rows)
    return [row.values for row in rows]


def write_sheet(path: Path, rows: Sequence[Sequence[object]], name: str = "Аркуш") -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def test_a_cell_in_the_last_corner_is_refused_before_it_is_laid_out(tmp_path: Path) -> None:
    path = make(tmp_path, f'{HEADER}<row r="1048576">{text_cell("XFD1048576", "x")}</row>')
    with pytest.raises(UserError, match=r"row 1,048,576 has something in it.*delete everything below row 1"):
        open_table(path).survey()


def test_a_stray_space_far_below_makes_no_rows(tmp_path: Path) -> None:
    rows = [["text"], ["ґанок"], ["їжак"], *[[""]] * 2_996, [" "]]
    assert cells(write_sheet(tmp_path / "a.xlsx", rows)) == [{"text": "ґанок"}, {"text": "їжак"}]


def test_a_blank_row_between_others_keeps_its_place(tmp_path: Path) -> None:
    rows = [["text"], ["ґанок"], [""], [" "], ["їжак"], [""]]
    found = [as_text(row["text"]).strip() for row in cells(write_sheet(tmp_path / "a.xlsx", rows))]
    assert found == ["ґанок", "", "", "їжак"]


def test_a_text_that_no_cell_holds_is_refused_however_often_it_is_shown(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 2_002))
    path = make(tmp_path, HEADER + rows, ["щ" * 3_000_000])
    with pytest.raises(UserError, match="over 1,048,576 characters"):
        open_table(path).survey()


def test_a_zip_bomb_is_refused_by_its_sizes(tmp_path: Path) -> None:
    path = make(tmp_path, HEADER, **{"xl/worksheets/sheet1.xml": " " * 70_000_000})
    assert path.stat().st_size < 100_000
    with pytest.raises(UserError, match=r"would fill the memory: xl/worksheets/sheet1.xml unpacks from"):
        open_table(path).survey()


@pytest.mark.parametrize("member", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_entities_that_multiply_are_refused(tmp_path: Path, member: str) -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ха">{laughs}]><x>&l9;</x>'
    with pytest.raises(UserError, match="declares entities"):
        open_table(make(tmp_path, HEADER, **{member: bomb})).survey()


def test_what_is_no_workbook_says_what_it_is(tmp_path: Path) -> None:
    for raw, message in (
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "protected"),
        (b"text\n1\n", "cannot be read as an Excel"),
    ):
        (tmp_path / "a.xlsx").write_bytes(raw)
        with pytest.raises(UserError, match=message):
            open_table(tmp_path / "a.xlsx").survey()


def test_values_keep_their_kinds_from_workbook_to_workbook(tmp_path: Path) -> None:
    values = {
        "text": "007",
        "n": 7,
        "x": -3.5,
        "yes": True,
        "day": date(2024, 5, 17),
        "at": datetime(2024, 5, 17, 8, 30),
        "midnight": datetime(2024, 5, 17),
        "hour": time(12, 30),
        "span": timedelta(hours=36, minutes=5),
        "lost": "#N/A",
        "before": date(1899, 1, 1),
    }
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path, row in ((first, values), (second, None)):
        format_of(path).write(path, Layout(tuple(values), {}), [row or cells(first)[0]])
        assert cells(path) == [values | {"before": "1899-01-01"}]
        assert [type(value) for value in cells(path)[0].values()][:-1] == [
            type(value) for value in values.values()
        ][:-1]
    csv = tmp_path / "c.csv"
    format_of(csv).write(csv, Layout(tuple(values), {}), cells(first))
    assert csv.read_text().splitlines()[1] == (
        "007,7,-3.5,true,2024-05-17,2024-05-17T08:30:00,2024-05-17T00:00:00,12:30:00,36:05:00,#N/A,1899-01-01"
    )


def test_numbers_of_days_are_counted_as_excel_does() -> None:
    epoch = datetime(1899, 12, 30)
    assert moment(1, "date", epoch) == date(1900, 1, 1)
    assert moment(61, "date", epoch) == date(1900, 3, 1)
    assert moment(45_429.5, "date", epoch) == datetime(2024, 5, 17, 12)
    assert moment(0, "date", datetime(1904, 1, 1)) == date(1904, 1, 1)
    assert moment(1e300, "date", epoch) == 1e300
    assert moment(-1, "datetime", epoch) == -1


def test_dates_are_known_by_their_formats(tmp_path: Path) -> None:
    codes = {
        "dd.mm.yyyy": date(2024, 5, 17),
        '[$-422]d mmmm yyyy" р."': date(2024, 5, 17),
        "mmm": date(2024, 5, 17),
        '#,##0.00 "днів"': 45_429,
        "[Red]0": 45_429,
        "General": 45_429,
    }
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for column, code in enumerate(codes):
            sheet.write_string(0, column, f"c{column}")
            sheet.write_number(1, column, 45_429, book.add_format({"num_format": code}))
    [row] = cells(tmp_path / "a.xlsx")
    assert list(row.values()) == list(codes.values())


def test_the_header_is_found_below_a_title_and_said(tmp_path: Path) -> None:
    rows = [["Моніторинг за травень"], [], ["id", "Text"], [1, "ґанок"]]
    path = write_sheet(tmp_path / "a.xlsx", rows)
    assert cells(path) == [{"id": 1, "Text": "ґанок"}]
    assert open_table(path, known_names=("text",)).outline().notes == ("the column names are in row 3",)
    rows[0] = ["Моніторинг", "за травень"]  # a row of two cells is no title
    assert [*cells(write_sheet(tmp_path / "b.xlsx", rows))[0]] == ["Моніторинг", "за травень"]


def test_a_sheet_is_chosen_by_name_or_number(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name in ("Перший", "Травень"):
            book.add_worksheet(name).write_column(0, 0, ["text", name])
    for sheet, text in ((None, "Перший"), ("2", "Травень"), ("Травень", "Травень")):
        table = open_table(tmp_path / "a.xlsx", sheet=sheet)
        assert [row.values["text"] for row in table.rows()] == [text]
    for missing in ("Травен", "3", "0"):
        with pytest.raises(UserError, match=f"has no sheet '{missing}'"):
            open_table(tmp_path / "a.xlsx", sheet=missing).survey()


def test_links_are_kept_and_lead_where_they_led(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["url", "тут", "без"])
        sheet.write_url(1, 0, "https://www.bbc.com/ukrainian", string="тут")
        sheet.write_url(2, 0, "file:///etc/passwd", string="файл")
    rows = cells(tmp_path / "a.xlsx")
    format_of(tmp_path / "b.xlsx").write(tmp_path / "b.xlsx", Layout(("url",), {}), rows)
    [link, plain] = [row["url"] for row in cells(tmp_path / "b.xlsx")]
    assert (link, link_of(link)) == ("тут", "https://www.bbc.com/ukrainian")
    assert (plain, link_of(plain)) == ("файл", "")


def test_what_excel_escapes_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    values = {"text": "а\rб\x01_x0041_ \U0001f600", "n": "1"}
    format_of(path).write(path, Layout(tuple(values), {}), [values])
    assert cells(path) == [values]


def test_a_reading_aid_is_no_text(tmp_path: Path) -> None:
    strings = ["text", "Київ</t><rPh><t>кі</t></rPh><t> і Львів"]
    rows = "".join(f'<row><c t="s"><v>{n}</v></c></row>' for n in range(2))
    assert cells(make(tmp_path, rows, strings)) == [{"text": "Київ і Львів"}]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="5"/><row r="2"/>',
        '<row r="x"/>',
        f'<row r="1">{text_cell("XFE1", "x")}</row>',
        f'<row r="1">{text_cell("7", "x")}</row>',
        '<row r="1"><c r="A1" t="s"><v>9</v></c></row>',
        '<row r="1"><c r="A1" s="x"><v>9</v></c></row>',
        "<row",
    ],
)
def test_nonsense_is_a_users_mistake(tmp_path: Path, rows: str) -> None:
    with pytest.raises(UserError, match="cannot be read as an Excel workbook"):
        open_table(make(tmp_path, rows)).survey()
