import numpy as np
import pytest
from numpy.typing import NDArray

from syto.evaluation.bootstrap import Draws, difference, estimate, interval, resample
from syto.evaluation.metrics import Array, Metric


def share_of(right: NDArray[np.bool_]) -> Metric:
    def metric(weights: Array) -> Array:
        return np.asarray(weights @ right / weights.sum(axis=1))

    return metric


def covered(right: NDArray[np.bool_], draws: Draws, truth: float) -> bool:
    found = estimate(share_of(right), draws)
    assert found.low is not None and found.high is not None
    return found.low <= truth <= found.high


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    hits = [covered(rng.random(300) < 0.7, resample([""] * 300, 300, rng), 0.7) for _ in range(300)]
    assert 0.90 <= np.mean(hits) <= 0.985


def test_articles_of_one_source_need_resampling_by_source() -> None:
    rng = np.random.default_rng(0)
    sources = [f"source{number}" for number in range(40) for _ in range(25)]
    by_source, by_article = [], []
    for _ in range(150):
        quality = rng.beta(3.5, 1.5, size=40).repeat(25)  # each source has its own accuracy, 0.7 on average
        right = rng.random(1000) < quality
        by_source.append(covered(right, resample(sources, 200, rng), 0.7))
        by_article.append(covered(right, resample([""] * 1000, 200, rng), 0.7))
    assert np.mean(by_source) > 0.88
    assert np.mean(by_article) < 0.75  # what the intervals would be worth otherwise


def test_the_unit_is_the_source_from_ten_sources_on() -> None:
    rng = np.random.default_rng(0)
    few = resample([f"s{n % 9}" for n in range(90)], 2, rng)
    enough = resample([f"s{n % 10}" for n in range(90)], 2, rng)
    assert (few.unit, len(few.counts[0])) == ("articles", 90)
    assert (enough.unit, len(enough.counts[0])) == ("sources", 10)
    assert enough.counts.sum(axis=1).tolist() == [10, 10]


def test_articles_without_a_source_are_units_of_their_own() -> None:
    drawn = resample([*(f"s{n}" for n in range(10)), "", ""], 2, np.random.default_rng(0))
    assert len(drawn.counts[0]) == 12


def test_blocks_hold_every_draw_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syto.evaluation.bootstrap.CELLS", 12)
    drawn = resample(["", "", "", ""], 10, np.random.default_rng(0))
    blocks = list(drawn.weights())
    assert [len(block) for block in blocks] == [3, 3, 3, 1]
    assert (np.concatenate(blocks) == drawn.counts).all()


def test_the_same_seed_gives_the_same_interval() -> None:
    right = np.arange(50) % 3 == 0
    first, second = (resample([""] * 50, 100, np.random.default_rng(4)) for _ in range(2))
    assert estimate(share_of(right), first) == estimate(share_of(right), second)


def test_differences_are_paired() -> None:
    rng = np.random.default_rng(0)
    right = rng.random(200) < 0.6
    better = right.copy()
    better[np.flatnonzero(~right)[:20]] = True  # always the same articles plus twenty
    found = difference(share_of(better), share_of(right), resample([""] * 200, 300, rng))
    assert found.value == pytest.approx(0.1)
    assert found.low is not None and found.low > 0.05  # unpaired, it would reach below zero


def test_a_metric_that_is_mostly_undefined_has_no_interval() -> None:
    assert interval(float("nan"), np.array([0.5])).value is None
    found = interval(0.5, np.array([0.5, np.nan, np.nan, np.nan]))
    assert (found.value, found.low, found.high) == (0.5, None, None)
