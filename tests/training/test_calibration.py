from collections.abc import Iterable

import numpy as np
import pytest
from scipy.special import expit, logit

from syto.model.bundle import HeadSpec
from syto.model.decode import probabilities, softmax
from syto.records import Article
from syto.training.calibration import (
    calibrate,
    fit_temperature,
    label_thresholds,
    lower_bound,
    sure_threshold,
)
from syto.training.settings import CalibrationSettings

SPEC = HeadSpec(task="topic", kind="single_label", labels=("a", "b", "c"))
SETTINGS = CalibrationSettings(target_accuracy=0.8, folds=4)


def _from(sources: Iterable[str]) -> list[Article]:
    return [
        Article(id=str(place), text="", source=source, dataset="odd" if place % 2 else "even")
        for place, source in enumerate(sources)
    ]


def _drawn(count: int, sharper: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax is right, made `sharper`, and labels drawn from the right probabilities."""
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 1.5, (count, 3))
    gold = np.array([rng.choice(3, p=row) for row in softmax(logits)])
    return logits * sharper, gold[:, None]


def test_the_temperature_undoes_what_made_the_logits_too_sharp() -> None:
    logits, gold = _drawn(4000, sharper=2.5)
    assert fit_temperature(SPEC, logits, gold) == pytest.approx(2.5, rel=0.1)


def _answers(accuracy: float, sources: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Five answers a source of even shares, all of a source right or wrong together."""
    right = np.repeat(rng.random(sources) < accuracy, 5)
    return rng.random(5 * sources), right, np.repeat(np.arange(sources).astype(str), 5)


def test_answers_at_the_edge_of_the_target_are_rarely_called_sure() -> None:
    rng = np.random.default_rng(0)
    thresholds = [sure_threshold(*_answers(0.9, 60, rng), target=0.9, confidence=0.9) for _ in range(200)]
    assert np.mean(np.array(thresholds) < 1) <= 0.1


def test_answers_that_are_right_are_sure_from_the_lowest_share_on() -> None:
    top, right, sources = _answers(1.0, 60, np.random.default_rng(0))
    assert sure_threshold(top, right, sources, target=0.8, confidence=0.9) == pytest.approx(0.05, abs=0.02)


def test_the_same_answers_from_fewer_sources_say_less() -> None:
    top, right, sources = _answers(1.0, 60, np.random.default_rng(0))
    assert sure_threshold(top, right, np.char.mod("%d", sources.astype(int) % 5), 0.8, 0.9) == 1.0


def test_the_threshold_keeps_the_wrong_answers_below_it() -> None:
    top, right, sources = _answers(1.0, 400, np.random.default_rng(0))
    threshold = sure_threshold(top, right & (top > 0.5), sources, target=0.8, confidence=0.9)
    assert threshold == pytest.approx(0.5, abs=0.03)


def test_the_bound_counts_answers_that_stand_alone_one_by_one() -> None:
    right = np.arange(100) < 90
    alone, together = np.arange(100).astype(str), (np.arange(100) // 10).astype(str)
    assert lower_bound(right, alone, 0.05) == pytest.approx(0.836, abs=0.005)  # Clopper-Pearson of 90 in 100
    assert 0.5 < lower_bound(right, together, 0.05) < 0.75  # nine sources right, one wrong
    assert lower_bound(right, np.zeros(100).astype(str), 0.05) == 0


def test_label_thresholds_do_not_chase_single_positives() -> None:
    shares = np.concatenate([np.full(20, 0.9), np.linspace(0.02, 0.04, 80)])[:, None]
    told = np.concatenate([np.ones(20), np.zeros(80)]).astype(int)[:, None]
    chance = told.copy()
    chance[60] = 1  # a positive that nothing points to
    assert label_thresholds(shares, told).tolist() == [0.9]
    assert label_thresholds(shares, chance).tolist() == [0.9]
    assert label_thresholds(shares, np.zeros_like(told)).tolist() == [0.5]


def test_shares_that_are_too_low_everywhere_get_a_lower_threshold() -> None:
    rng = np.random.default_rng(0)
    odds = rng.normal(0, 2, (2000, 1))
    gold = (rng.random((2000, 1)) < expit(odds)).astype(int)
    right, low = label_thresholds(expit(np.hstack([odds, odds - 2])), np.hstack([gold, gold]))
    assert low == pytest.approx(expit(logit(right) - 2), rel=0.01)


def test_sure_answers_reach_the_target_on_left_out_sources() -> None:
    logits, gold = _drawn(4000, sharper=1.0)
    sources = [f"s{i % 400}" for i in range(4000)]
    head = calibrate(SPEC, logits, gold.astype(float), _from(sources), SETTINGS)
    assert 0.78 < head.accuracy < 0.9
    assert 0.2 < head.coverage < 0.9
    assert head.articles == 4000


def test_unlabelled_articles_do_not_take_part() -> None:
    logits, gold = _drawn(400, sharper=1.0)
    labels = gold.astype(float)
    labels[200:] = np.nan
    head = calibrate(SPEC, logits, labels, _from([""] * 400), SETTINGS)
    assert head.articles == 200


def test_a_head_is_fitted_on_the_data_sets_that_stand_for_what_is_scored() -> None:
    logits, gold = _drawn(4000, sharper=1.0)
    logits[::2] *= 3
    articles = _from(f"s{i % 40}" for i in range(4000))
    settings = CalibrationSettings(datasets={"topic": ("even",)})
    head = calibrate(SPEC, logits, gold.astype(float), articles, settings)
    assert head.articles == 2000
    assert head.spec.temperature == pytest.approx(3, rel=0.1)


def test_too_few_articles_leave_the_head_as_it_was() -> None:
    head = calibrate(SPEC, np.zeros((3, 3)), np.zeros((3, 1)), _from("abc"), SETTINGS)
    assert head.spec == SPEC


def test_multi_label_heads_get_one_threshold_a_label() -> None:
    spec = HeadSpec(task="t", kind="multi_label", labels=("x", "y"))
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 2, (400, 2))
    logits = (gold * 2 - 1) * 1.0 + rng.normal(0, 0.3, (400, 2)) - np.array([2.0, 0.0])
    head = calibrate(spec, logits, gold.astype(float), _from(f"s{i % 9}" for i in range(400)), SETTINGS)
    assert head.spec.label_thresholds[0] < 0.4 < head.spec.label_thresholds[1] + 0.2
    assert head.accuracy > 0.95


def test_a_threshold_that_fails_on_other_sources_is_not_used() -> None:
    rng = np.random.default_rng(0)
    sources = [f"s{i % 4}" for i in range(400)]
    gold = np.array([0 if source in ("s0", "s1") else 1 for source in sources])[:, None]
    logits = np.zeros((400, 3))
    logits[np.arange(400), [int(source[1]) % 2 for source in sources]] = (
        4  # right in two sources, wrong in two
    )
    head = calibrate(
        SPEC, logits + rng.normal(0, 0.1, (400, 3)), gold.astype(float), _from(sources), SETTINGS
    )
    assert head.spec.sure_threshold == 1.0


def _in(language: str, sources: int, articles: int) -> list[Article]:
    return [
        Article(f"{language}{n}", "", source=f"{language}{n % sources}", language=language)
        for n in range(articles)
    ]


def test_a_language_of_enough_sources_has_a_scaling_of_its_own() -> None:
    sharp, gold = _drawn(3000, sharper=3.0)
    plain, other_gold = _drawn(3000, sharper=1.0)
    articles = [*_in("ru", 40, 3000), *_in("uk", 5, 3000)]
    labels = np.concatenate([gold, other_gold]).astype(float)
    spec = calibrate(SPEC, np.concatenate([sharp, plain]), labels, articles, SETTINGS).spec
    assert set(spec.languages) == {"ru"}
    assert spec.of_language("ru").temperature == pytest.approx(3.0, rel=0.1)
    assert spec.of_language("uk").temperature == spec.temperature
    assert 1.0 < spec.temperature < 3.0


def test_the_cuts_of_a_scale_are_put_where_its_labels_are() -> None:
    rng = np.random.default_rng(0)
    scale = HeadSpec(task="reliability", kind="ordinal", labels=("low", "middle", "high"))
    score = rng.normal(0, 2, 6000)
    right = np.stack([score + 1, score - 1], axis=1)  # cumulative logits of "above low", "above middle"
    gold = (rng.random(6000)[:, None] < expit(right)).sum(1)  # one draw an article, so that the cuts agree
    moved = 2 * (right - [1.5, 0.5])
    spec = calibrate(scale, moved, gold[:, None].astype(float), _in("ru", 100, 6000), SETTINGS).spec
    fitted = spec.languages["ru"]
    assert fitted.temperature == pytest.approx(2, rel=0.25)
    assert np.array(fitted.biases) == pytest.approx([3, 1], abs=0.5)


SCALE = HeadSpec(task="reliability", kind="ordinal", labels=("low", "middle", "high"))


def _scale(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Cumulative logits that are right, and one label drawn from each."""
    rng = np.random.default_rng(seed)
    score = rng.normal(0, 2, count)
    logits = np.stack([score + 1, score - 1], axis=1)
    return logits, (rng.random(count)[:, None] < expit(logits)).sum(1)


def test_an_expected_share_of_each_label_moves_the_probabilities() -> None:
    logits, gold = _scale(4000)
    settings = CalibrationSettings(prior={"reliability": {"low": 0.1, "middle": 0.2, "high": 0.7}})
    articles = _in("ru", 100, 4000)
    plain, moved = (
        calibrate(SCALE, logits, gold[:, None].astype(float), articles, each).spec.of_language("ru")
        for each in (SETTINGS, settings)
    )
    before, after = (probabilities(spec, logits)[:, 0].mean() for spec in (plain, moved))
    assert before == pytest.approx((gold == 0).mean(), abs=0.03)
    assert after < 0.6 * before


def test_a_language_of_one_kind_of_source_is_read_as_another_and_is_not_measured() -> None:
    logits, gold = _scale(3000)
    own, _ = _scale(600, seed=1)
    shifted = own - 8  # whatever it is that moves the language, it says nothing of its sources
    labels = np.concatenate([gold, np.full(600, 2)])[:, None].astype(float)
    labels[3300:] = np.nan
    articles = [*_in("ru", 60, 3000), *_in("uk", 30, 600)]
    settings = CalibrationSettings(stand_in={"uk": "ru"})
    spec = calibrate(SCALE, np.concatenate([logits, shifted]), labels, articles, settings).spec
    assert spec.measured == ("ru",)
    of_high = np.median(probabilities(spec.of_language("ru"), logits[gold == 2])[:, 0])
    assert np.median(probabilities(spec.of_language("uk"), shifted)[:, 0]) == pytest.approx(of_high, abs=0.01)


def test_where_no_language_is_measured_the_head_is_never_sure() -> None:
    logits, gold = _scale(400)
    labels = np.where(gold == 0, 1, gold)[:, None].astype(float)  # no source at the low end
    head = calibrate(SCALE, logits, labels, _in("uk", 20, 400), SETTINGS)
    assert (head.spec.measured, head.spec.sure_threshold, head.articles) == ((), 1.0, 0)
