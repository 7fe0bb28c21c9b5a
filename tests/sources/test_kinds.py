import csv

import pytest

from syto.resources import resource
from syto.sources.domains import source_of
from syto.sources.kinds import NEWS, read_kinds
from syto.sources.platforms import is_platform
from syto.sources.registry import Registry

FILE = resource("sources/kinds.csv")
KINDS = {
    *("sport", "technology", "games", "cars", "science", "entertainment", "finance", "weather", "health"),
    *("aggregator", "official", NEWS),
}


def test_every_row_is_a_site_once_with_its_kind_and_its_evidence() -> None:
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    kinds = read_kinds(FILE)
    assert len(kinds) == len(rows)
    for source, kind in kinds.items():
        assert source == source_of(source) and not is_platform(source)
        assert kind.name in KINDS and kind.evidence


def test_what_was_rated_by_hand_needs_no_kind() -> None:
    assert not read_kinds(FILE).keys() & set(Registry.consulted().addresses)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("championat.com", "sport"),
        ("ua-football.com", "sport"),
        ("ixbt.com", "technology"),
        ("znak.com", NEWS),
    ],
)
def test_known_kinds(source: str, name: str) -> None:
    assert read_kinds(FILE)[source].name == name


def test_lists_do_not_rate_what_is_no_newsroom() -> None:
    known = Registry.consulted()
    assert "mail.ru" in known.listings.rows
    assert known.rate("https://hi-tech.mail.ru/1") is None
    assert known.canonical("https://hi-tech.mail.ru/1") == "mail.ru"
