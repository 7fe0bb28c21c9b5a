from datetime import date

import pytest

from syto.evaluation.slices import length_bucket, slices
from syto.records import Article


def article(words: int = 5, published: date | None = None, source: str = "", dataset: str = "d") -> Article:
    return Article("1", "", clean="слово " * words, published=published, source=source, dataset=dataset)


@pytest.mark.parametrize(
    ("words", "bucket"),
    [
        (0, "under 20 words"),
        (19, "under 20 words"),
        (20, "20–49 words"),
        (399, "150–399 words"),
        (400, "400 words and more"),
    ],
)
def test_length_bucket(words: int, bucket: str) -> None:
    assert length_bucket(article(words)) == bucket


def test_lengths_are_listed_from_short_to_long() -> None:
    found = slices([article(500), article(160), article(60), article(25), article(1)], "length")
    assert [part.rows.tolist() for part in found] == [[4], [3], [2], [1], [0]]


def test_months_and_the_undated() -> None:
    articles = [article(published=date(2022, 11, 3)), article(), article(published=date(2022, 2, 1))]
    assert [part.value for part in slices(articles, "month")] == ["2022-02", "2022-11", "unknown"]
    assert [part.rows.tolist() for part in slices(articles, "year")] == [[0, 2], [1]]


def test_each_article_is_in_one_slice_of_a_kind() -> None:
    articles = [article(source=f"s{number % 3}.ua") for number in range(10)]
    rows = [row for part in slices(articles, "source") for row in part.rows]
    assert sorted(rows) == list(range(10))
