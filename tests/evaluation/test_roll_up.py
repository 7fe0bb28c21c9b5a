import numpy as np
import pytest

from syto.evaluation.metrics import Answers
from syto.evaluation.roll_up import roll_up
from syto.records import Article

LABELS = ("unreliable", "mixed", "reliable")


def _answers(sources: int, each: int, lift: float) -> tuple[list[Article], Answers]:
    """Sources of the three grades in turn, whose articles' shares tell the grade on average only."""
    rng = np.random.default_rng(1)
    grade = np.repeat(np.arange(sources) % 3, each)
    lowest = np.clip(0.5 + lift * (1 - grade) + rng.normal(0, 0.25, len(grade)), 0, 1)
    shares = np.stack([lowest, np.zeros_like(lowest), 1 - lowest], axis=1)
    flags = np.eye(3, dtype=bool)
    articles = [Article(str(row), "", source=f"s{row // each}") for row in range(len(grade))]
    return articles, Answers("ordinal", LABELS, flags[grade], shares, flags[shares.argmax(1)])


def test_more_articles_tell_sources_apart_better() -> None:
    found = roll_up(*_answers(30, 25, lift=0.15), draws=40, rng=np.random.default_rng(0))
    assert [each.articles for each in found] == [1, 5, 10, 20]
    assert [each.sources for each in found] == [30] * 4
    one, *_, twenty = [each.auroc.value or 0 for each in found]
    assert 0.7 < one < 0.9 < twenty
    assert (found[-1].spearman.value or 0) > (found[0].spearman.value or 0) > 0
    assert (found[-1].lowest, found[-1].highest) == (10, 10)


def test_scores_that_say_nothing_stand_at_chance() -> None:
    found = roll_up(*_answers(60, 10, lift=0.0), draws=40, rng=np.random.default_rng(0))
    for each in found:
        assert each.auroc.value == pytest.approx(0.5, abs=0.15)
        assert each.auroc.low is not None and each.auroc.low < 0.5


def test_sources_of_one_grade_are_not_measured() -> None:
    articles, answers = _answers(1, 25, lift=0.2)
    assert roll_up(articles, answers, draws=5, rng=np.random.default_rng(0)) == ()
