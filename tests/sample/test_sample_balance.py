"""What keeps the sample from being learned by a short cut, and the rows that scoring has to survive."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from syto.config import load_config
from syto.sources.registry import Registry
from syto.sources.weighing import RATINGS
from syto.text.language import detect_language

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
TOPICS = {"politics", "conflict", "economy", "society", "culture", "sport", "science_technology", "health"}
Rows = list[dict[str, str]]


def read(name: str) -> Rows:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def articles() -> Rows:
    return read("articles.csv")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.from_files([SAMPLE / "ratings.csv"])


def rating(registry: Registry, article: dict[str, str]) -> str:
    found = registry.rate(article["url"])
    assert found is not None, article["url"]
    return found.rating


def test_the_address_of_an_article_is_its_source(articles: Rows, registry: Registry) -> None:
    assert all(registry.canonical(article["url"]) == article["source"] for article in articles)


def test_every_rating_has_every_topic(articles: Rows, registry: Registry) -> None:
    topic_of = load_config(ROOT / "configs" / "demo.yaml").data.datasets[0].labels["topic"].map
    assert topic_of is not None
    seen = Counter((rating(registry, article), topic_of[article["section"]]) for article in articles)
    topics = Counter(topic_of[article["section"]] for article in articles)
    assert set(topics) == TOPICS and min(topics.values()) >= 22
    assert min(seen[name, topic] for name in RATINGS for topic in TOPICS) >= 5


def test_every_rating_has_every_language(articles: Rows, registry: Registry) -> None:
    languages = {a["id"]: detect_language(f"{a['title']}\n{a['text']}") for a in articles}
    seen = Counter((rating(registry, article), languages[article["id"]]) for article in articles)
    assert set(languages.values()) == {"uk", "ru", "en"}
    assert min(seen[name, language] for name in RATINGS for language in ("uk", "ru", "en")) >= 8


def test_the_dates_fill_the_year(articles: Rows) -> None:
    months = Counter(article["published"][:7] for article in articles)
    assert set(months) == {f"2025-{month:02d}" for month in range(1, 13)}


def test_lengths_differ(articles: Rows) -> None:
    words = sorted(len(article["text"].split()) for article in articles)
    assert 25 <= words[len(words) // 2] <= 70
    assert sum(count >= 250 for count in words) >= 4


def test_the_rows_to_score_hold_what_breaks_programs() -> None:
    rows = read("to_score.csv")
    cells = [cell for row in rows for cell in row.values()]
    assert (len(rows), list(rows[0])) == (30, ["id", "заголовок", "текст", "посилання"])
    assert any(not (row["заголовок"] or row["текст"]) for row in rows)
    assert any(detect_language(row["текст"]) == "pl" for row in rows)
    assert any(cell.startswith("=HYPERLINK(") for cell in cells)
    assert any("<script>" in cell for cell in cells) and any("\n" in cell for cell in cells)
