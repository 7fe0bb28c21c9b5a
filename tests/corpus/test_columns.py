from datetime import UTC, date, datetime

import pytest

from syto.corpus.columns import ColumnMap, FirstOf, as_date, find_columns, to_article
from syto.corpus.rows import Row
from syto.errors import UserError


def test_columns_are_found_by_name_in_any_case() -> None:
    found = find_columns(["ID", "Заголовок", "ТЕКСТ", "посилання", "Date", "channel"], ColumnMap())
    assert found == ColumnMap(
        id="ID", title="Заголовок", text="ТЕКСТ", url="посилання", published="Date", source="channel"
    )


def test_the_first_of_several_known_names_wins() -> None:
    assert find_columns(["body", "content", "text"], ColumnMap()).text == "text"


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


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-06",
        "2024-05-06T23:59:01Z",
        "2024-05-06 00:00:00",
        20240506,
        "20240506",
        "2024/05/06",
        "2024.05.06",
        "06.05.2024",
        "6.5.2024, 12:00",
        date(2024, 5, 6),
        datetime(2024, 5, 6, 12, tzinfo=UTC),
    ],
)
def test_dates_are_read_in_many_forms(value: object) -> None:
    assert as_date(value) == date(2024, 5, 6)


@pytest.mark.parametrize("value", ["", "вчора", "2024-13-01", "31.02.2024", None, 12, 1.5, "202405061"])
def test_an_unreadable_date_is_none(value: object) -> None:
    assert as_date(value) is None
