"""What the columns of a table of articles mean, and a row as an article."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from syto.errors import UserError
from syto.records import Article
from syto.tables.cells import as_date, as_number
from syto.tables.fields import Choice, cell, cell_text, find_fields
from syto.tables.rows import Row

KNOWN_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "content", "body", "текст"),
    "title": ("title", "headline", "заголовок"),
    "url": ("url", "link", "посилання"),
    "id": ("id",),
    "published": ("published", "date"),
    "source": ("source", "domain", "channel", "джерело"),
}


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
        url=cell_text(row, columns.url).strip(),
        source=cell_text(row, columns.source).strip(),
        published=as_date(cell(row, columns.published)),
        order=as_number(cell(row, columns.order)),
        language=cell_text(row, columns.language).strip().lower(),
    )
