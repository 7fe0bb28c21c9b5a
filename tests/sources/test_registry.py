from pathlib import Path

import pytest

from syto.errors import UserError
from syto.sources.registry import Registry

HEADER = "source,rating,rater,date,evidence,aliases\n"


def ratings_file(folder: Path, *rows: str, name: str = "ratings.csv", header: str = HEADER) -> Path:
    path = folder / name
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def registry(folder: Path, *rows: str) -> Registry:
    return Registry.from_files([ratings_file(folder, *rows)])


def test_a_row_is_read_whole(tmp_path: Path) -> None:
    found = registry(tmp_path, 'a.ua,mixed,One; Two,2024-05-17,"score 1, then 2",b.ua t.me/A_ua').rate("a.ua")
    assert found is not None
    assert (found.source, found.rating, found.rater, found.date) == (
        "a.ua",
        "mixed",
        "One; Two",
        "2024-05-17",
    )
    assert (found.evidence, found.aliases) == ("score 1, then 2", ("b.ua", "t.me/a_ua"))


@pytest.mark.parametrize(
    "address", ["https://www.a.ua/1", "sub.a.ua", "https://x.b.ua/1", "@a_ua", "t.me/s/A_ua/7"]
)
def test_every_address_of_a_source_finds_it(tmp_path: Path, address: str) -> None:
    known = registry(tmp_path, "a.ua,mixed,R,,E,b.ua t.me/a_ua")
    rating = known.rate(address)
    assert rating is not None and rating.source == "a.ua"
    assert known.canonical(address) == "a.ua"


def test_an_unrated_source_is_its_registrable_domain(tmp_path: Path) -> None:
    known = registry(tmp_path, "a.ua,mixed,R,,E,")
    assert known.rate("https://news.c.com.ua/1") is None
    assert known.canonical("https://news.c.com.ua/1") == "c.com.ua"
    assert (known.rate(""), known.canonical("")) == (None, "")


def test_a_subdomain_with_a_row_of_its_own_is_a_source_of_its_own(tmp_path: Path) -> None:
    known = registry(tmp_path, "a.ua,reliable,R,,E,", "blogs.a.ua,mixed,R,,E,")
    assert known.canonical("https://x.blogs.a.ua/1") == "blogs.a.ua"
    assert known.canonical("https://news.a.ua/1") == "a.ua"
    blogs = known.rate("blogs.a.ua")
    assert blogs is not None and blogs.rating == "mixed"


def test_a_rated_subdomain_says_nothing_of_its_domain(tmp_path: Path) -> None:
    known = registry(tmp_path, "news.a.ua,mixed,R,,E,")
    assert known.rate("https://a.ua/1") is None
    assert known.rate("https://mail.a.ua/1") is None


def test_a_name_without_a_domain_may_be_rated(tmp_path: Path) -> None:
    known = registry(tmp_path, "Москва Live,mixed,R,,E,")
    assert known.rate("москва  live") is not None


def test_a_later_file_replaces_a_rating_and_keeps_the_aliases(tmp_path: Path) -> None:
    first = ratings_file(tmp_path, "a.ua,mixed,R,,E,b.ua", name="first.csv")
    second = ratings_file(tmp_path, "a.ua,reliable,Me,2025,I looked,c.ua", name="second.csv")
    rating = Registry.from_files([first, second]).rate("b.ua")
    assert rating is not None
    assert (rating.rating, rating.rater, rating.aliases) == ("reliable", "Me", ("b.ua", "c.ua"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x.ua,relaible,R,,E,", "relaible.*did you mean 'reliable'"),
        ("x.ua,mixed,R,May 2024,E,", "'May 2024'; give a year"),
        ("x.ua,mixed,R,2024-02-30,E,", "2024-02-30"),
        ("x.ua,mixed,,2024,E,", "'rater' is empty"),
        ("x.ua,mixed,R,2024,,", "'evidence' is empty"),
        (",mixed,R,2024,E,", "'source' is empty"),
        ("x.ua,mixed,R,2024,one, two,", "not 6 cells; put a cell with a comma in double quotes"),
        ("x.ua,mixed,R", "not 6 cells"),
        ("https://x.ua/page,mixed,R,,E,", "'https://x.ua/page' is no source"),
        ("https://,mixed,R,,E,", "'https://' is no source"),
        ("a.ua,mixed,R,,E,", "'a.ua' is rated twice"),
        ("www.A.ua,mixed,R,,E,", "'a.ua' is rated twice"),
        ("b.ua,mixed,R,,E,", "'b.ua' already belongs to 'a.ua' .*ratings.csv:2"),
        ("x.ua,mixed,R,,E,b.ua", "'b.ua' already belongs to 'a.ua'"),
        ("x.ua,mixed,R,,E,a.ua", "'a.ua' already belongs to 'a.ua'"),
    ],
)
def test_a_bad_row_is_refused_with_its_place(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(UserError, match=rf"(?s)ratings\.csv:3: .*({message})"):
        registry(tmp_path, "a.ua,mixed,R,,E,b.ua", row)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("source,ratings,rater,date,evidence,aliases\n", "'ratings'; did you mean 'rating'"),
        ("source,rating,rater,date,evidence\n", "no column 'aliases'"),
        ("source;rating;rater;date;evidence;aliases\n", "unknown column"),
        ("", "no column 'source'"),
    ],
)
def test_bad_columns_are_refused(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(UserError, match=rf"ratings\.csv:1: .*{message}"):
        Registry.from_files([ratings_file(tmp_path, header=header)])


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such ratings file"):
        Registry.from_files([tmp_path / "none.csv"])
    with pytest.raises(UserError, match="is a folder"):
        Registry.from_files([tmp_path])
    path = tmp_path / "ratings.csv"
    path.write_bytes((HEADER + "а.укр,mixed,R,,Е,\n").encode("utf-16"))
    with pytest.raises(UserError, match="not a CSV file in UTF-8"):
        Registry.from_files([path])


def test_a_file_saved_by_a_spreadsheet_program_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_bytes(b"\xef\xbb\xbf" + (HEADER + "a.ua,mixed,R,2024,E,\n\n").replace("\n", "\r\n").encode())
    assert Registry.from_files([path]).rate("a.ua") is not None


def test_raters_of_one_source_are_weighed(tmp_path: Path) -> None:
    known = registry(tmp_path, "a.ua,mixed,One,,E,b.ua", "a.ua,unreliable,Council of the EU,,F,")
    rating = known.rate("b.ua")
    assert rating is not None and rating.rating == "unreliable"
    assert [opinion.rater for opinion in known.opinions["a.ua"]] == ["One", "Council of the EU"]


def test_a_later_file_may_be_weighed_with_an_earlier_one(tmp_path: Path) -> None:
    ours = ratings_file(tmp_path, "a.ua,reliable,One,,E,b.ua")
    theirs = ratings_file(tmp_path, "b.ua,unreliable,Two,,F,", "a.ua,unreliable,One,,G,", name="theirs.csv")
    later, together = (Registry.from_files([ours, theirs], together=both) for both in (False, True))
    assert (later.ratings["a.ua"].rating, together.ratings["a.ua"].rating) == ("unreliable", "mixed")
    assert [opinion.evidence for opinion in together.opinions["a.ua"]] == ["E", "F"]
    assert later.ratings["a.ua"].aliases == ("b.ua",)


def test_a_platform_is_never_rated(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"youtube\.com' is a platform"):
        registry(tmp_path, "youtube.com,mixed,R,,E,")
    assert registry(tmp_path, "t.me/name,mixed,R,,E,").rate("@name") is not None
