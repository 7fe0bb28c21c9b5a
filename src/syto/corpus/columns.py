"""What the columns of a table of articles mean, and a row as an article."""

import re
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from syto.errors import UserError
from syto.records import Article
from syto.tables.cells import as_date, as_number, link_of
from syto.tables.fields import Choice, cell, cell_text, find_fields
from syto.tables.rows import Row

# Where a table has several of a field, the first here wins: `опис` is the text only where no `текст` is.
KNOWN_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": (
        *("text", "content", "body", "текст", "full_text", "full text", "article_text", "article", "message"),
        *("текст статті", "текст новини", "повний текст", "зміст", "повідомлення", "допис", "пост", "стаття"),
        *("текст статьи", "текст новости", "полный текст", "содержание", "сообщение", "статья"),
        *("description", "опис", "описание"),
    ),
    "title": (
        *("title", "headline", "заголовок", "назва", "заголовок статті", "назва статті", "заголовок новини"),
        *("название", "заголовок статьи", "название статьи", "заголовок новости"),
    ),
    "url": (
        *("url", "link", "посилання", "лінк", "посилання на статтю", "ссылка"),
        *("ссылка на статью", "article_url", "source_url", "href"),
    ),
    "id": ("id", "ідентифікатор", "идентификатор"),
    "published": (
        *("published", "date", "published_at", "publish_date", "pub_date", "дата", "дата публікації"),
        *("опубліковано", "дата публикации", "опубликовано"),
    ),
    "source": ("source", "domain", "channel", "джерело", "канал", "видання", "источник", "издание"),
}
ALL_NAMES = frozenset(name for names in KNOWN_NAMES.values() for name in names)
_ADDRESS = re.compile(r"\S+\.\S{2,}")  # with or without https://


class ColumnMap(BaseModel):
    """Which column holds what; what is left out is found by name, what is given as null is not looked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Choice = None
    text: Choice = None
    url: Choice = None
    source: Choice = None
    published: Choice = None
    id: Choice = None
    language: Choice = None
    order: Choice = None  # rises with time, where there are no dates
    split: Choice = None  # train, validation or test


def find_columns(names: Sequence[str], given: ColumnMap, where: str = "the input") -> ColumnMap:
    """Complete `given` by name; a given column that is missing, or neither text nor title: `UserError`."""
    chosen = {field: getattr(given, field) for field in given.model_fields_set}
    found = ColumnMap.model_validate(find_fields(names, chosen, KNOWN_NAMES, where))
    if found.text is None and found.title is None:
        raise UserError(
            f"{where} has neither a text nor a title column; its columns: {', '.join(names)}"
            "; name one (--text-column, or `columns: {text: ...}` in a config)"
        )
    return found


def to_article(row: Row, columns: ColumnMap) -> Article:
    """Read the mapped cells of a row; without an id the row number is the id."""
    title = columns.title if columns.title != columns.text else None  # one column, not twice
    return Article(
        id=cell_text(row, columns.id).strip() or str(row.number),
        text=cell_text(row, columns.text),
        title=cell_text(row, title),
        url=_address(row, columns.url),
        source=cell_text(row, columns.source).strip(),
        published=as_date(cell(row, columns.published)),
        order=as_number(cell(row, columns.order)),
        language=cell_text(row, columns.language).strip().lower(),
    )


def _address(row: Row, choice: Choice) -> str:
    """Return the address in a cell; where the cell shows other words over a link, that of the link."""
    text = cell_text(row, choice).strip()
    target = link_of(cell(row, choice))
    return target if target and not _ADDRESS.fullmatch(text) else text
