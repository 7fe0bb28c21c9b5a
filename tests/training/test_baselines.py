from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from syto.records import Article
from syto.training.baselines import Baseline, TextFeatures, fit_baselines
from syto.training.settings import BaselineSettings

SMALL = BaselineSettings(max_features=2000)
RATINGS = ("unreliable", "mixed", "reliable")
SPORT, CULTURE = "Збірна забила три голи у матчі", "Музей відкрив виставку картин"


def article(text: str, source: str = "", language: str = "uk", **labels: str) -> Article:
    held = {task: tuple(answer.split()) for task, answer in labels.items()}
    return Article(text, text, clean=text, source=source, language=language, labels=held)


@pytest.fixture(scope="module")
def train() -> list[Article]:
    sport = [article(f"{SPORT} {n}", "zhovta.ua", topic="sport", reliability="unreliable") for n in range(12)]
    culture = [
        article(f"{CULTURE} {n}", "syn.ua", "ru", topic="culture", reliability="reliable") for n in range(6)
    ]
    return [*sport, *culture, article("Бюджет ухвалено", "syn.ua", "ru", reliability="mixed")]


@pytest.fixture(scope="module")
def fitted(train: Sequence[Article]) -> dict[str, Baseline]:
    return {each.name: each for each in fit_baselines("reliability", "ordinal", RATINGS, train, SMALL)}


def test_every_baseline_gives_probabilities(fitted: dict[str, Baseline], train: Sequence[Article]) -> None:
    looked_up = {"majority", "language_only", "source_only", "year_only", "length_only"}
    assert set(fitted) == {"tfidf", "name_only", "topic_only", *looked_up}
    for baseline in fitted.values():
        shares = baseline.probabilities(train)
        assert shares.shape == (19, 3)
        assert np.allclose(shares.sum(axis=1), 1)
        assert (shares >= 0).all()


def test_the_text_decides_for_tfidf(fitted: dict[str, Baseline]) -> None:
    new = [article("Гол у матчі забила збірна", "new.ua"), article("Картини музею на виставці", "new.ua")]
    assert fitted["tfidf"].probabilities(new).argmax(1).tolist() == [0, 2]
    assert fitted["topic_only"].probabilities(new).argmax(1).tolist() == [0, 2]


def test_source_only_falls_back_to_the_prior_on_unseen_sources(fitted: dict[str, Baseline]) -> None:
    prior = fitted["majority"].probabilities([article("x")])[0]
    assert prior == pytest.approx([12 / 19, 1 / 19, 6 / 19])
    unseen = fitted["source_only"].probabilities([article(SPORT, "new.ua"), article(SPORT, "")])
    assert (unseen == prior).all()


def test_source_only_knows_the_sources_of_training(fitted: dict[str, Baseline]) -> None:
    seen = fitted["source_only"].probabilities([article("x", "zhovta.ua"), article("x", "syn.ua")])
    assert seen[0] == pytest.approx((np.array([12, 0, 0]) + 2 * np.array([12, 1, 6]) / 19) / 14)
    assert seen.argmax(1).tolist() == [0, 2]


def test_language_only_sees_the_language_alone(fitted: dict[str, Baseline]) -> None:
    shares = fitted["language_only"].probabilities(
        [article(SPORT, language="ru"), article(CULTURE, language="ru")]
    )
    assert shares.argmax(1).tolist() == [2, 2]
    assert (shares[0] == shares[1]).all()


def test_name_only_reads_names_that_training_has_not_seen(fitted: dict[str, Baseline]) -> None:
    like_known = [article("x", "zhovta-hazeta.com"), article("x", "syn.com")]
    assert fitted["name_only"].probabilities(like_known).argmax(1).tolist() == [0, 2]


def test_year_only_and_length_only_see_nothing_else() -> None:
    old = [
        replace(article(f"{SPORT} {n}", reliability="unreliable"), published=date(2020, 5, 1))
        for n in range(9)
    ]
    new = [
        replace(article(f"{SPORT} {CULTURE} {SPORT}", reliability="reliable"), published=date(2023, 5, 1))
        for _ in range(9)
    ]
    found = {
        each.name: each for each in fit_baselines("reliability", "ordinal", RATINGS, [*old, *new], SMALL)
    }
    asked = [replace(old[0], published=date(2023, 1, 1)), replace(old[0], published=None)]
    shares = found["year_only"].probabilities(asked)
    assert shares[0].argmax() == 2
    assert shares[1] == pytest.approx([0.5, 0, 0.5])
    assert found["length_only"].probabilities(asked).argmax(1).tolist() == [0, 0]
    assert "name_only" not in found  # no source has a name


def test_multi_label_answers_are_independent(train: Sequence[Article]) -> None:
    posts = [
        article(SPORT, techniques="fear doubt"),
        article(CULTURE, techniques=""),
        article("Вибори", techniques="doubt"),
    ]
    found = fit_baselines("techniques", "multi_label", ("fear", "doubt", "hope"), posts * 4, SMALL)
    by_name = {each.name: each for each in found}
    assert "topic_only" not in by_name  # no topics to learn from
    assert by_name["majority"].probabilities(posts)[0] == pytest.approx([1 / 3, 2 / 3, 0])
    shares = by_name["tfidf"].probabilities(posts)
    assert ((shares > 0.5) == [[True, True, False], [False, False, False], [False, True, False]]).all()


def test_articles_without_a_carried_label_are_not_trained_on(train: Sequence[Article]) -> None:
    others = [article("Спека й грози", "zhovta.ua", topic="weather") for _ in range(30)]
    found = fit_baselines("topic", "single_label", ("sport", "culture"), [*train, *others], SMALL)
    assert [each.name for each in found] == ["tfidf", "majority", "language_only", "source_only"]
    assert found[1].probabilities([article("x")])[0] == pytest.approx([2 / 3, 1 / 3])


def test_blank_texts_get_an_answer(fitted: dict[str, Baseline]) -> None:
    assert np.isfinite(fitted["tfidf"].probabilities([article(""), article("…")])).all()


def test_fitting_twice_gives_the_same(train: Sequence[Article], fitted: dict[str, Baseline]) -> None:
    again = fit_baselines("reliability", "ordinal", RATINGS, train, SMALL)[0]
    assert (again.probabilities(train) == fitted["tfidf"].probabilities(train)).all()


def test_disabled_baselines_are_not_fitted(train: Sequence[Article]) -> None:
    assert fit_baselines("topic", "single_label", ("sport",), train, BaselineSettings(enabled=False)) == []


def test_character_counts_are_those_of_scikit_learn() -> None:
    texts = ["Їжак  у п’ятницю їв!", "у лісі\nїжак, у лісі"]
    features = TextFeatures.fit(texts, 100_000)
    plain = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5), dtype=np.float32)
    expected = TfidfTransformer(sublinear_tf=True).fit_transform(plain.fit_transform(texts)).toarray()
    columns = [features.characters.vocabulary_[gram] for gram in plain.get_feature_names_out()]
    block = features.of(texts)[:, -len(features.kept) :].toarray()
    assert np.allclose(block[:, columns], expected)
    assert np.isclose(block.sum(), expected.sum())


def test_the_vocabularies_are_bounded() -> None:
    features = TextFeatures.fit([f"слово{n} інше{n * 7}" for n in range(200)], 100)
    assert features.of(["слово1"]).shape == (1, 200)
