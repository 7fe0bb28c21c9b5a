"""Tables of EUvsDisinfo's database, as they are passed around: it publishes none itself."""

from collections.abc import Iterable, Iterator, Mapping

from syto.claims.claim import Claim, Known, address, iso_date

# What is read → the columns that may hold it, the first that is there, letters and digits alone.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("title", "claim", "disinformation", "summary"),
    "link": ("url", "link", "links", "reporturl", "debunkurl"),
    "date": ("date", "publicationdate", "dateofpublication", "published"),
    "narrative": ("narrative", "keywords", "tags"),
    "id": ("id", "reportid", "caseid", "issueid"),
}
NEEDED = ("text", "link")


def columns_of(names: Iterable[str]) -> dict[str, str]:
    """Return field → the column that holds it; a field without one is left out."""
    plain = {"".join(filter(str.isalnum, name.casefold())): name for name in names}
    found = {
        field: next((plain[own] for own in known if own in plain), "") for field, known in FIELDS.items()
    }
    return {field: column for field, column in found.items() if column}


def read_euvsdisinfo(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[Claim]:
    """Yield the claims; the first keyword stands for a narrative."""
    for number, row in rows:
        own = {field: row[column].strip() for field, column in columns_of(row).items()}
        known = Known(
            id=own.get("id") or f"euvsdisinfo-{number}",
            date=iso_date(own.get("date", "")),
            link=address(own["link"]),
            narrative=own.get("narrative", "").strip("[]'\" ").split(",")[0].strip("'\" "),
            publisher="EUvsDisinfo",
        )
        yield Claim(known, {"": own["text"]})
