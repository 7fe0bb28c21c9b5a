"""Percentile bootstrap intervals (Efron & Tibshirani, 1993), by source where there are enough sources.

Articles of one source resemble each other, and its reliability label is one fact, not many: resampling
articles would make such an interval far too narrow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from syto.evaluation.metrics import Array, Metric
from syto.evaluation.results import Estimate

DRAWS = 500
Unit = Literal["sources", "articles"]
ENOUGH_SOURCES = 10  # fewer: articles are resampled
LEVEL = 0.95
DEFINED = 0.5  # share of draws in which a metric must exist for it to have an interval
CELLS = 500_000  # weights held at a time, so that memory does not grow with the number of draws


@dataclass(frozen=True, slots=True)
class Draws:
    """The same resampled sets for every system and metric, so that differences are paired."""

    unit: Unit
    units: NDArray[np.int_]  # (articles,): which unit an article belongs to
    counts: NDArray[np.int_]  # (draws, units): how often each unit was drawn

    def weights(self) -> Iterator[Array]:
        """Yield blocks of weights (some draws, articles)."""
        step = max(1, CELLS // max(1, len(self.units)))
        for start in range(0, len(self.counts), step):
            yield self.counts[start : start + step, self.units].astype(float)


def resample(sources: Sequence[str], draws: int, rng: np.random.Generator) -> Draws:
    """Draw units with replacement; an article without a source is a unit of its own."""
    named = {source for source in sources if source}
    by_source = len(named) >= ENOUGH_SOURCES
    keys = [source if by_source and source else row for row, source in enumerate(sources)]
    index = {key: unit for unit, key in enumerate(dict.fromkeys(keys))}
    units = np.array([index[key] for key in keys], dtype=int)
    counts = np.stack([_draw(len(index), rng) for _ in range(draws)])
    return Draws("sources" if by_source else "articles", units, counts)


def estimates(metrics: Mapping[str, Metric], draws: Draws) -> dict[str, Estimate]:
    """Return each metric on the articles as they are, with its interval over the draws."""
    plain = np.ones((1, len(draws.units)))
    drawn: dict[str, list[Array]] = {name: [] for name in metrics}
    for weights in draws.weights():
        for name, metric in metrics.items():
            drawn[name].append(metric(weights))
    return {
        name: interval(float(metric(plain)[0]), np.concatenate(drawn[name]))
        for name, metric in metrics.items()
    }


def estimate(metric: Metric, draws: Draws) -> Estimate:
    """Return one metric with its interval."""
    return estimates({"": metric}, draws)[""]


def difference(first: Metric, second: Metric, draws: Draws) -> Estimate:
    """Return first minus second on the same draws."""
    return estimate(lambda weights: first(weights) - second(weights), draws)


def interval(value: float, drawn: Array) -> Estimate:
    """Return the percentile interval; none where the metric was undefined in most draws."""
    if np.isnan(value):
        return Estimate(value=None)
    known = drawn[~np.isnan(drawn)]
    if len(known) < max(2.0, DEFINED * len(drawn)):
        return Estimate(value=value)
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value=value, low=float(low), high=float(high))


def _draw(units: int, rng: np.random.Generator) -> NDArray[np.int_]:
    return np.bincount(rng.integers(units, size=units), minlength=units)
