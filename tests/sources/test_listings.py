import time
from collections import Counter
from pathlib import Path

import pytest

from syto.resources import resource
from syto.sources.domains import addresses_of
from syto.sources.listings import Listings
from syto.sources.public_lists import PUBLIC_LISTS
from syto.sources.ratings_file import read_ratings
from syto.sources.registry import Registry
from syto.sources.weighing import Rating

LISTED = resource("sources/listed.csv")
HEADER = "source,rating,rater,date,evidence,aliases\n"


@pytest.fixture(scope="module")
def rows() -> list[Rating]:
    return [rating for _, rating in read_ratings(LISTED)]


def consulted(folder: Path, listed: str, by_hand: str = "") -> Registry:
    """Return a registry of rows that lists have, and of rows that were checked."""
    files = []
    for name, lines in (("listed.csv", listed), ("by_hand.csv", by_hand)):
        (folder / name).write_text(HEADER + lines, encoding="utf-8")
        files.append(folder / name)
    known = Registry.from_files(files[1:])
    return Registry(known.ratings, known.opinions, known._sources, Listings.from_file(files[0]))


def test_a_source_is_read_with_all_its_lists(tmp_path: Path) -> None:
    ours = 'a.ua,reliable,idiap,2024,"score 1, then 0",\na.ua,mixed,Vox,,grey,\n'
    listings = consulted(tmp_path, f"{ours}b.ua,unreliable,DIMA,,network RRN,\n").listings
    assert list(listings.opinions("a.ua")) == [
        Rating("a.ua", "reliable", "idiap", "2024", "score 1, then 0"),
        Rating("a.ua", "mixed", "Vox", "", "grey"),
    ]
    assert listings.rate("b.ua") == Rating("b.ua", "unreliable", "DIMA", "", "network RRN")
    assert (listings.opinions("c.ua"), listings.rate("c.ua"), listings.rate("")) == ((), None, None)


def test_what_was_checked_by_hand_comes_before_every_list(tmp_path: Path) -> None:
    known = consulted(
        tmp_path,
        "a.ua,unreliable,DIMA,,E,\nsub.a.ua,unreliable,DIMA,,E,\n"
        "b.ua,mixed,DIMA,,E,\nx.b.ua,unreliable,DIMA,,E,\n",
        "a.ua,reliable,syto,,E,c.ua\n",
    )
    found = {name: known.rate(name) for name in ("a.ua", "sub.a.ua", "c.ua", "b.ua", "www2.b.ua", "x.b.ua")}
    assert {name: (each.source, each.rating) for name, each in found.items() if each} == {
        "a.ua": ("a.ua", "reliable"),
        "sub.a.ua": ("a.ua", "reliable"),
        "c.ua": ("a.ua", "reliable"),
        "b.ua": ("b.ua", "mixed"),
        "www2.b.ua": ("b.ua", "mixed"),
        "x.b.ua": ("x.b.ua", "unreliable"),
    }
    assert known.canonical("https://y.x.b.ua/1") == "x.b.ua"
    assert [each.rater for each in known.opinions_on("a.ua")] == ["syto"]


def test_every_row_that_ships_is_one_that_could_be_read_strictly(rows: list[Rating]) -> None:
    lists = {each.rater for each in PUBLIC_LISTS.values()}
    assert {row.rater for row in rows} == lists
    assert all(addresses_of(row.source)[0] == row.source for row in rows)
    assert [(row.source, row.rater) for row in rows] == sorted({(row.source, row.rater) for row in rows})


def test_the_quick_reading_gives_what_the_strict_one_gives(rows: list[Rating]) -> None:
    listings = Listings.from_file(LISTED)
    assert [each for source in listings.rows for each in listings.opinions(source)] == rows


def test_the_lists_are_there_in_their_numbers(rows: list[Rating]) -> None:
    counts = Counter(row.rater for row in rows)
    assert counts["Lin et al."] > 11_000 and counts["idiap"] > 5_000 and counts["DIMA"] > 2_000
    assert counts["EUvsDisinfo"] > 450


def test_reading_is_no_matter_of_seconds() -> None:
    start = time.perf_counter()
    Listings.from_file(LISTED)
    assert time.perf_counter() - start < 0.5  # some 10 ms on an idle machine
