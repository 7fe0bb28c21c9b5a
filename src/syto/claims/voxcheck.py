"""VoxCheck's table: one row a case, in three languages, with its narrative and where it was published."""

from collections.abc import Iterable, Iterator, Mapping

from syto.claims.claim import Claim, Known, address, iso_date

NEEDED = ("case_uk", "narrative_uk")
_LANGUAGES = ("uk", "ru", "en")


def read_voxcheck(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[Claim]:
    """Yield the cases; `link` is where the claim was published: the table has no page of its debunking."""
    for number, row in rows:
        known = Known(
            id=f"voxcheck-{number}",
            date=iso_date(row.get("date", "")),
            link=address(row.get("link", "")),
            narrative=row["narrative_uk"].strip(),
            publisher="VoxCheck",
        )
        yield Claim(known, {language: row.get(f"case_{language}", "") for language in _LANGUAGES})
