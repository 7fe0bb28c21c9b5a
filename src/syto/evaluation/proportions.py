"""A share of counted articles, and how sure it is."""

from scipy.stats import binomtest

from syto.evaluation.results import Estimate


def proportion(count: int, total: int) -> Estimate:
    """Return a share with its 95% interval (Wilson, 1927)."""
    interval = binomtest(count, total).proportion_ci(method="wilson")
    return Estimate(value=count / total, low=interval.low, high=interval.high)
