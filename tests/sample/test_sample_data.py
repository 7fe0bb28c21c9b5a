"""What data/sample/README.md promises."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from syto.sources.registry import Registry
from syto.text.language import detect_language

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
LATIN, CYRILLIC = "aceiopxy", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяыэъё"


@pytest.fixture(scope="module")
def articles() -> list[dict[str, str]]:
    with (SAMPLE / "articles.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_enough_and_their_ids_differ(articles: list[dict[str, str]]) -> None:
    assert len(articles) >= 200
    assert len({article["id"] for article in articles}) == len(articles)


def test_every_outlet_is_invented_and_rated(articles: list[dict[str, str]]) -> None:
    registry = Registry.from_files([SAMPLE / "ratings.csv"])
    outlets = {article["source"] for article in articles}
    ratings = Counter(rating.rating for outlet in outlets if (rating := registry.rate(outlet)))
    assert len(outlets) >= 24
    assert ratings.total() == len(outlets)
    assert min(ratings[name] for name in ("reliable", "mixed", "unreliable")) >= 8
    assert all(outlet.endswith(".example") or outlet.startswith("t.me/") for outlet in outlets)


def test_languages_and_topics(articles: list[dict[str, str]]) -> None:
    languages = Counter(detect_language(f"{article['title']}\n{article['text']}") for article in articles)
    assert languages["uk"] > len(articles) / 2
    assert min(languages["ru"], languages["en"]) >= 30
    assert min(Counter(article["section"] for article in articles).values()) >= 3


def test_look_alikes_signoffs_and_reprints(articles: list[dict[str, str]]) -> None:
    words = [word for article in articles for word in article["text"].lower().split()]
    mixed = [word for word in words if set(word) & set(LATIN) and set(word) & set(CYRILLIC)]
    assert len(mixed) >= 8
    assert sum("Фото:" in article["text"] or "передає" in article["text"] for article in articles) >= 8
    outlets = defaultdict(set)
    for article in articles:
        outlets[article["text"]].add(article["source"])
    assert sum(len(names) > 1 for names in outlets.values()) >= 3
