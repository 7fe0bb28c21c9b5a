from collections.abc import Sequence

import numpy as np
import pytest

from syto.evaluation.perturbations import Perturbation
from syto.evaluation.robustness import drawn, robustness, without_language
from syto.records import Article, HeadPrediction, Prediction

SHOUT = Perturbation("shout", None, lambda text, _, __: text.upper(), ("uk",))
NONE = np.zeros(0, dtype=np.float32)


def article(number: int, language: str, text: str, *topic: str) -> Article:
    return Article(str(number), text, language=language, labels={"topic": topic} if topic else {})


def predict(articles: Sequence[Article]) -> list[Prediction]:
    """Answer `loud` to capitals, nothing to a text that begins with x, else `calm`."""
    assert not any(each.language for each in articles)
    answers = [("loud" if each.text.isupper() else "calm",) for each in articles]
    answers = [() if each.text[0] in "xX" else said for each, said in zip(articles, answers, strict=True)]
    heads = [{"topic": HeadPrediction("sure", said, {}, NONE)} for said in answers]
    return [Prediction(each.id, "", head) for each, head in zip(articles, heads, strict=True)]


def test_changed_answers_are_counted_by_language() -> None:
    articles = [
        *(article(n, "uk", "так", "calm") for n in range(3)),
        article(3, "uk", "ТАК", "calm"),
        article(4, "uk", "x"),  # not answered before, so not counted
        article(5, "en", "yes", "calm"),  # not a language of this perturbation
    ]
    before = predict(without_language(articles))
    (found,) = robustness(SHOUT, articles, before, predict, ["topic"], seed=0)
    assert (found.language, found.task, found.articles, found.labelled) == ("uk", "topic", 4, 4)
    assert found.flipped.value == 0.75
    assert found.flipped.low is not None
    assert 0.2 < found.flipped.low < 0.75
    assert found.macro_f1_before == pytest.approx(6 / 7)
    assert found.macro_f1 == 0


def test_an_answer_that_is_withheld_is_a_changed_one() -> None:
    hide = Perturbation("hide", 1.0, lambda text, _, __: "x" + text)
    articles = [article(0, "uk", "так")]
    (found,) = robustness(hide, articles, predict(without_language(articles)), predict, ["topic"], seed=0)
    assert (found.flipped.value, found.out_of_scope, found.labelled, found.macro_f1) == (1, 1, 0, None)


def test_each_language_gives_as_many_articles_as_asked_for() -> None:
    articles = [article(n, "uk" if n % 3 else "en", "так") for n in range(30)]
    sample = drawn(articles, 8, np.random.default_rng(0))
    assert [each.language for each in sample] == ["en"] * 8 + ["uk"] * 8
    assert len({each.id for each in sample}) == 16
