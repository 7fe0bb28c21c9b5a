from dataclasses import replace

import numpy as np

from syto.evaluation.redaction import ARTICLES, guessed_outlets
from syto.records import Article

WORDS = "річка поле ліс місто гора степ море шлях дощ сніг вітер сонце хмара берег острів"


def articles(outlets: int, each: int, language: str = "uk") -> list[Article]:
    rng = np.random.default_rng(0)
    told = [" ".join(rng.choice(WORDS.split(), 6)) for _ in range(outlets * each)]
    return [
        Article(
            str(number),
            f"{text}. Читайте Вісник{number % outlets}",
            clean=text,
            source=f"outlet{number % outlets}.example",
            language=language,
        )
        for number, text in enumerate(told)
    ]


def test_sign_offs_give_outlets_away_and_chance_is_left_without_them() -> None:
    [result] = guessed_outlets(articles(5, 30), np.random.default_rng(0))
    assert (result.language, result.sources, result.articles, result.chance) == ("uk", 5, 150, 0.2)
    assert (result.before.value or 0) > 0.95
    assert (result.after.value or 1) < 0.4


def test_outlets_of_few_articles_are_left_out_and_large_ones_cut() -> None:
    many, few = articles(2, ARTICLES + 20), articles(3, 4, "ru")
    nameless = [replace(article, source="", language="en") for article in articles(2, 30)]
    [result] = guessed_outlets([*many, *few, *nameless], np.random.default_rng(0))
    assert (result.sources, result.articles) == (2, 2 * ARTICLES)
