from datetime import date

import pytest

from syto.corpus.columns import ColumnMap, find_columns, to_article
from syto.errors import UserError
from syto.tables.cells import Linked
from syto.tables.fields import FirstOf
from syto.tables.rows import Row


def test_columns_are_found_by_name_in_any_case() -> None:
    found = find_columns(["ID", "Заголовок", "ТЕКСТ", "посилання", "Date", "channel"], ColumnMap())
    assert found == ColumnMap(
        id="ID", title="Заголовок", text="ТЕКСТ", url="посилання", published="Date", source="channel"
    )


def test_the_first_of_several_known_names_wins() -> None:
    assert find_columns(["body", "content", "text"], ColumnMap()).text == "text"


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        ("Назва;Опис;Лінк;Дата публікації", "title;text;url;published"),
        ("Заголовок статті;Текст статті;Посилання;Джерело", "title;text;url;source"),
        ("Заголовок;Повідомлення;Канал", "title;text;source"),
        ("Название;Содержание;Ссылка;Дата публикации;Источник", "title;text;url;published;source"),
        ("title;full_text;published_at", "title;text;published"),
        ("Зміст", "text"),
    ],
)
def test_columns_are_found_as_newsrooms_call_them(names: str, fields: str) -> None:
    found = find_columns(names.split(";"), ColumnMap())
    assert found == ColumnMap(**dict(zip(fields.split(";"), names.split(";"), strict=True)))


def test_a_text_goes_before_its_description() -> None:
    assert find_columns(["Опис", "Текст"], ColumnMap()).text == "Текст"


def test_a_link_under_other_words_is_the_address() -> None:
    def url(text: str) -> str:
        return to_article(Row(1, {"u": Linked(text, "https://www.bbc.com/1")}), ColumnMap(url="u")).url

    assert url("читати тут") == "https://www.bbc.com/1"
    assert url("https://a.ua/1") == "https://a.ua/1"
    assert url("a.ua") == "a.ua"


def test_a_given_column_wins_and_null_is_not_looked_for() -> None:
    found = find_columns(["text", "lead", "url"], ColumnMap(text="lead", url=None))
    assert (found.text, found.url) == ("lead", None)


def test_a_missing_column_is_named_with_the_nearest() -> None:
    with pytest.raises(
        UserError, match=r"data set 'a' has no column 'boby' \(for text\); did you mean 'body'"
    ):
        find_columns(["id", "body"], ColumnMap(text="boby"), "data set 'a'")


def test_neither_text_nor_title_lists_the_columns() -> None:
    with pytest.raises(UserError, match="neither a text nor a title column; its columns: id, note"):
        find_columns(["id", "note"], ColumnMap())


def test_a_row_becomes_an_article() -> None:
    values = {"id": 7, "t": "Заголовок", "x": "один || два", "d": 20220224, "o": "12.5", "u": " http://a.ua "}
    columns = ColumnMap(
        id="id", title="t", text=FirstOf(column="x", first_of="||"), published="d", order="o", url="u"
    )
    article = to_article(Row(3, values), columns)
    assert (article.id, article.title, article.text) == ("7", "Заголовок", "один")
    assert (article.published, article.order, article.url) == (date(2022, 2, 24), 12.5, "http://a.ua")


def test_empty_cells_are_empty_and_the_row_number_is_the_id() -> None:
    article = to_article(
        Row(3, {"text": None, "title": float("nan"), "id": ""}),
        ColumnMap(text="text", title="title", id="id"),
    )
    assert (article.id, article.text, article.title, article.published) == ("3", "", "", None)


def test_one_column_for_title_and_text_is_read_once() -> None:
    article = to_article(Row(1, {"title": "а"}), ColumnMap(text="title", title="title"))
    assert (article.title, article.text) == ("", "а")
