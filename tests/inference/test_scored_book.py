import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from syto.inference.scored_book import book_of, read_back
from syto.inference.scored_row import empty_row, output_columns, renamed
from syto.labels.names import LANGUAGES, Names
from syto.tables.excel import EXCEL
from syto.tables.formats import open_table
from syto.tables.table import Layout

TASKS = ("topic", "techniques", "reliability")
KINDS = output_columns(TASKS, claims=True)
SAID = {
    "language": "uk",
    "topic": "conflict",
    "topic_probability": 0.7512345,
    "topic_probabilities": {"sport": 0.01, "conflict": 0.75, "politics": 0.2, "health": 0.04},
    "topic_status": "sure",
    "techniques": "fud;cliche",
    "techniques_status": "unsure",
    "reliability": "unreliable",
    "unreliable_probability": 0.9,
    "reliability_status": "sure",
    "reliability_basis": "source",
    "source": "ria.ru",
    "source_rating": "unreliable",
    "source_rater": "R",
    "source_rated": "2024",
    "source_note": "mirror: rian.ru (ria.ru); network: ria.ru (X: y)",
    "source_interval": [0.123, 0.456],
    "passages": {
        "topic": [
            {"field": "title", "start": 0, "end": 5, "text": "Бій\nтриває", "weight": 0.6},
            {"field": "text", "start": 0, "end": 5, "text": "Ось", "weight": 0.1},
        ]
    },
    "claims": [{"id": "v-1", "similarity": 1.2, "narrative": "Н", "date": "2022", "link": "https://a.ua"}],
}


def row(**said: object) -> dict[str, object]:
    return empty_row(TASKS, "", "m") | {"claims": None} | said


def write(
    path: Path, rows: Sequence[Mapping[str, object]], language: str = "uk", taken: Sequence[str] = ("текст",)
) -> Path:
    columns = renamed(KINDS, taken)
    look = book_of(columns, taken, TASKS, language)
    layout = Layout(tuple(taken), {columns[name]: kind for name, kind in KINDS.items()}, look=look)
    named = [{columns.get(name, name): value for name, value in each.items()} for each in rows]
    EXCEL.write(path, layout, named)
    return path


def shown(path: Path, sheet: int = 1) -> list[Mapping[str, object]]:
    return [each.values for each in open_table(path, sheet=sheet).rows()]


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as parts:
        return parts.read(f"xl/{name}.xml").decode()


def test_people_read_their_language_and_no_json(tmp_path: Path) -> None:
    [said] = shown(write(tmp_path / "a.xlsx", [row(**SAID)]))
    assert said["Тема"] == "Війна та конфлікти"
    assert said["Тема: певність"] == "упевнено"
    assert said["Тема: найімовірніше"] == "Війна та конфлікти 75%, Політика 20%, Здоров'я 4%"
    assert said["Джерело: у межах"] == "12% – 46%"
    assert said["Джерело: оцінка"] == "Ненадійне"
    assert said["Джерело: на що зважити"] == "дзеркало: rian.ru (ria.ru); мережа: ria.ru (X: y)"
    sentences = "Тема (вирішальне, у заголовку): «Бій триває»\nТема (менш вагоме): «Ось»"
    assert said["Речення, що вплинули найбільше"] == sentences
    assert said["Схожі спростовані твердження"] == "Н, 2022, https://a.ua"
    assert not any(str(value).startswith(("{", "[")) for value in said.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_read_back_is_the_contract(tmp_path: Path, language: str) -> None:
    table = read_back(open_table(write(tmp_path / "a.xlsx", [row(текст="=1+1", **SAID), row()], language)))
    assert table.outline().names == ("текст", *KINDS)
    first, second = (each.values for each in table.rows())
    told = {"topic_probabilities", "source_interval", "passages", "claims"}
    assert {name: first[name] for name in SAID.keys() - told} == {n: SAID[n] for n in SAID.keys() - told}
    assert first["текст"] == "=1+1"
    assert second["topic"] in (None, "")


def test_a_title_that_the_input_has_is_told_from_ours(tmp_path: Path) -> None:
    taken = ("Тема", "source", "Модель (syto)")
    path = write(tmp_path / "a.xlsx", [row(**SAID | {"Тема": "моя"})], taken=taken)
    names = open_table(path).outline().names
    assert names[: len(taken)] == taken
    assert {"Тема (syto)", "Джерело: адреса (syto)", "Модель"} <= set(names)
    table = read_back(open_table(path))
    assert {"topic", "syto_topic", "source", "syto_source"} <= set(table.outline().names)
    [said] = (each.values for each in table.rows())
    assert (said["topic"], said["syto_topic"]) == ("моя", "conflict")


def test_a_title_that_would_take_the_name_of_another_column_stays(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("topic,Тема\na,b\n", encoding="utf-8")
    assert read_back(open_table(tmp_path / "a.csv")).outline().names == ("topic", "Тема")


def test_the_rows_have_filters_a_fixed_header_and_colours_for_ratings_and_statuses_alone(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "a.xlsx", [row(**SAID)] * 3)
    sheet = part(path, "worksheets/sheet1")
    assert 'state="frozen"' in sheet and re.search(r'<autoFilter ref="A1:[A-Z]+4"', sheet)
    titles = [*shown(path)[0]]
    coloured = {titles[number(place)] for place in re.findall(r'Formatting sqref="([A-Z]+)2', sheet)}
    ends = (": певність", ": оцінка")
    assert coloured == {title for title in titles if title.endswith(ends)}


def number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = 26 * value + ord(letter) - 64
    return value - 1


def test_sources_are_counted_and_few_texts_have_no_mean(tmp_path: Path) -> None:
    many = [row(**SAID)] * 5 + [row(source="ria.ru")]
    few = [row(source="a.ua", unreliable_probability=0.9)] * 4
    platform = [row(source="facebook.com", unreliable_probability=0.9)] * 9
    first, second, third = shown(write(tmp_path / "a.xlsx", [*few, *many, *platform, row()]), sheet=2)
    mean = "Схожість на тексти ненадійних (середня)"
    assert [each["Джерело: адреса"] for each in (first, second, third)] == ["facebook.com", "ria.ru", "a.ua"]
    assert (second["Статей"], second["З них оцінено"], second["Джерело: оцінка"]) == (6, 5, "Ненадійне")
    assert second["Джерело: хто оцінив"] == "R" and second["Джерело: коли оцінено"] == "2024"
    assert second[mean] == pytest.approx(0.9)
    assert float(str(second["Середня: від"])) < 0.9 < float(str(second["Середня: до"]))
    assert first[mean] is None and third[mean] is None


def test_every_column_is_explained_in_two_languages(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [row(**SAID)], "ru")
    first, *rows = shown(path, sheet=3)
    assert "не є вироком" in str(first["Українською"]) and "never a verdict" in str(first["In English"])
    titles = {str(each["Столбец"]) for each in rows}
    assert {*shown(path)[0], *shown(path, sheet=2)[0]} - {"текст"} == titles
    assert all(str(each["In English"])[-1:] == "." and each["Українською"] for each in rows)


def test_the_same_rows_are_the_same_bytes_and_nothing_is_a_formula(tmp_path: Path) -> None:
    hostile = row(**SAID | {"source": "=1+1", "source_rater": '=HYPERLINK("http://a")', "текст": "@SUM(1)"})
    one, two = (write(tmp_path / name, [hostile] * 6) for name in ("a.xlsx", "b.xlsx"))
    assert one.read_bytes() == two.read_bytes()
    for sheet in (1, 2, 3):
        assert "<f>" not in part(one, f"worksheets/sheet{sheet}")
    assert shown(one, sheet=2)[0]["Джерело: адреса"] == "=1+1"


def test_chosen_columns_without_a_source_have_no_sheet_of_sources(tmp_path: Path) -> None:
    look = book_of({"topic": "topic"}, ("текст",), TASKS, "en")
    EXCEL.write(tmp_path / "a.xlsx", Layout(("текст",), {"topic": "text"}, look=look), [{"topic": "sport"}])
    assert re.findall(r'sheet name="(\w+)"', part(tmp_path / "a.xlsx", "workbook")) == [
        Names("en").of("sheets", "articles"),
        Names("en").of("sheets", "columns"),
    ]
