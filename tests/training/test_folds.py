import pytest

from syto.errors import UserError
from syto.records import Article
from syto.training.folds import in_fold, outside_fold, source_folds


def article(number: int, source: str, rating: str = "", story: str = "", language: str = "uk") -> Article:
    labels = {"reliability": (rating,)} if rating else {}
    return Article(str(number), "", source=source, labels=labels, story=story, language=language)


RATED = [
    article(10 * source + row, f"{rating}{source}.example", rating, language="ru" if source % 2 else "uk")
    for rating in ("unreliable", "mixed", "reliable")
    for source in range(6)
    for row in range(3 + source)
]


def test_every_source_has_one_fold_and_every_fold_every_label() -> None:
    folds = source_folds(RATED, "reliability", 3, seed=0)
    assert set(folds) == {article.source for article in RATED}
    for fold in range(3):
        held_out = in_fold(RATED, folds, fold)
        assert {a.labels["reliability"] for a in held_out} == {("unreliable",), ("mixed",), ("reliable",)}
        assert not {a.source for a in held_out} & {a.source for a in outside_fold(RATED, folds, fold)}
    assert sum(len(in_fold(RATED, folds, fold)) for fold in range(3)) == len(RATED)


def test_a_language_of_few_articles_does_not_break_the_draw() -> None:
    rare = [*RATED, article(999, "rare.example", "mixed", language="en")]
    assert set(source_folds(rare, "reliability", 3, seed=0)) == {article.source for article in rare}


def test_stories_of_the_fold_are_not_trained_on() -> None:
    told = [
        article(1, "a.example", "mixed", "flood"),
        article(2, "b.example", "", "flood"),
        article(3, "c.example"),
    ]
    assert [each.id for each in outside_fold(told, {"a.example": 0}, 0)] == ["3"]


def test_too_few_sources_of_a_label_are_said() -> None:
    few = [each for each in RATED if each.source not in {f"mixed{number}.example" for number in range(4)}]
    with pytest.raises(UserError, match=r"3 folds need 3 sources .* \{'mixed': 2\}"):
        source_folds(few, "reliability", 3, seed=0)
