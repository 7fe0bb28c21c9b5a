"""Counts of kinds beside each other, and how far apart their shares lie."""

from collections.abc import Mapping


def total_variation(old: Mapping[str, int], new: Mapping[str, int]) -> float:
    """Return half the sum of the differences between shares: 0 they are the same, 1 nothing is in both.

    It is the largest difference that any set of kinds can show. Without any counts on one side: 0.
    """
    of_old, of_new = sum(old.values()), sum(new.values())
    if not of_old or not of_new:
        return 0.0
    kinds = {*old, *new}
    return sum(abs(old.get(kind, 0) / of_old - new.get(kind, 0) / of_new) for kind in kinds) / 2
