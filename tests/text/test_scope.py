"""The shipped check of what is news: documents of other genres against news about the same things."""

import csv
from pathlib import Path

import numpy as np
import pytest

from syto.errors import UserError
from syto.text.language import detect_language
from syto.text.scope import NEWS_SCOPE, NewsScope, ngram_buckets

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
OTHER_GENRES = {
    "code": """def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [dict(zip(HEADER, row)) for row in csv.reader(file) if row]""",
    "lorem ipsum": "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.",
    "recipe uk": """Оладки з кабачків
Інгредієнти:
кабачок - 2 шт.
яйце - 1 шт.
борошно - 4 ст. л.
Кабачок натріть на тертці, посоліть, відтисніть сік.
Додайте яйце та борошно. Смажте на олії з обох боків 3 хв.""",
    "recipe ru": """Оладьи из кабачков
Ингредиенты:
кабачок - 2 шт.
яйцо - 1 шт.
мука - 4 ст. л.
Кабачок натрите на терке, посолите, отожмите сок.
Добавьте яйцо и муку. Жарьте на масле с двух сторон 3 мин.""",
    "recipe en": """Zucchini fritters
Ingredients:
2 zucchini
1 egg
4 tbsp flour
Grate the zucchini, add salt and squeeze out the juice.
Stir in the egg and the flour. Fry for 3 minutes a side.""",
    "statute": """Стаття 5. Повноваження органів
1. Органи виконавчої влади в межах повноважень, визначених цим Законом:
1) забезпечують додержання вимог законодавства;
2) здійснюють інші повноваження, передбачені законом.""",
    "contract": "4.1. The Buyer shall pay the Price within ten (10) days of delivery. 4.2. Title to Goods "
    "passes to the Buyer upon payment in full. 4.3. This Agreement is governed by the laws of England.",
    "gibberish": "йцвку апрол дждлор паімт сьбтю йцук енгш щзхї фівап ролдж ячсмі тьбюй щшгн рпав іцйу "
    "юбьт лдорп жхзщ еукці мсчя вапр нгшщ кенг тимс жєдл хїзщ цукен ґйцу ропав бьтим",
}
LANGUAGES = {"code": "en", "lorem ipsum": "en", "recipe ru": "ru", "recipe en": "en", "contract": "en"}
NEWS = {
    "Рецепт борщу внесли до списку нематеріальної спадщини ЮНЕСКО": "uk",
    "Три швидкі рецепти на Великдень, які врятують господиню": "uk",
    "Верховна Рада ухвалила зміни до статті 28 закону про мобілізацію": "uk",
    "Курс валют на 3 жовтня: долар - 41,20 грн, євро - 46,05 грн": "uk",
    "За добу знищено 1 040 окупантів, 12 танків, 35 артсистем і 60 безпілотників": "uk",
    "Суд расторг договор аренды земли под рынком в центре Твери": "ru",
    "Три быстрых рецепта на Пасху, которые спасут хозяйку": "ru",
    "Hackers leak source code of banking app on GitHub": "en",
    "Three quick recipes to save your Easter, picked by a top chef": "en",
    "Lakers 112, Celtics 104: James scores 31, Davis adds 24 rebounds": "en",
}


@pytest.fixture(scope="module")
def scope() -> NewsScope:
    return NewsScope.named(NEWS_SCOPE)


@pytest.mark.parametrize("genre", OTHER_GENRES)
def test_another_genre_is_no_news(scope: NewsScope, genre: str) -> None:
    assert not scope.holds(OTHER_GENRES[genre], LANGUAGES.get(genre, "uk"))


@pytest.mark.parametrize("headline", NEWS)
def test_news_about_food_law_or_prices_is_news(scope: NewsScope, headline: str) -> None:
    assert scope.holds(headline, NEWS[headline])


def test_the_sample_is_news(scope: NewsScope) -> None:
    with (SAMPLE / "articles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for texts in ([row["title"] for row in rows], [f"{row['title']}\n{row['text']}" for row in rows]):
        strange = [text for text in texts if not scope.holds(text, detect_language(text))]
        assert len(strange) <= len(texts) // 100, strange


def test_a_language_it_was_not_fitted_on_is_not_judged(scope: NewsScope) -> None:
    assert scope.holds(OTHER_GENRES["code"], "pl")


def test_an_unknown_check_is_named() -> None:
    with pytest.raises(UserError, match="news-999"):
        NewsScope.named("news-999")


def test_every_run_of_one_to_five_characters_is_looked_up_once() -> None:
    assert len(ngram_buckets("ab", 1 << 10)) == 4 + 3 + 2 + 1  # " ab ": runs of 1, 2, 3 and 4
    assert len(ngram_buckets("", 1 << 10)) == 2 + 1
    assert ngram_buckets("Рік 1999", 1 << 10).tolist() == ngram_buckets("рік 2024", 1 << 10).tolist()
    assert ngram_buckets("\ud800" * 9, 1 << 10).max() < 1 << 10


def test_strangeness_is_the_mean_of_the_table_by_the_root_of_the_runs() -> None:
    scope = NewsScope(np.full(8, 3, dtype=np.int8), 0.5, {"uk": (4.0, 5.0, 6.0)})
    assert scope.strangeness("ab") == pytest.approx(0.5 * 3 * 10 / 10**0.5)
    assert [scope.holds(text, "uk") for text in ("ab", "ab" * 60, "ab" * 200)] == [False, False, False]
    assert NewsScope(scope.table, 0.001, scope.limits).holds("ab", "uk")


def test_the_beginning_of_a_text_decides() -> None:
    beginning = "Рада ухвалила закон. " * 200
    found = ngram_buckets(beginning, 1 << 17)
    assert ngram_buckets(beginning + "{()};= " * 100_000, 1 << 17).tolist() == found.tolist()
