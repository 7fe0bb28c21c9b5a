"""A fair draw from rows that are read once."""

from collections.abc import Iterable
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")


def draw(items: Iterable[Item], count: int, rng: np.random.Generator) -> tuple[list[Item], int]:
    """Return at most `count` of the items, each as likely as any other, and how many there were.

    No more than `count` are held at a time: algorithm R of Vitter, Random Sampling with a Reservoir, 1985.
    """
    kept: list[Item] = []
    seen = 0
    for seen, item in enumerate(items, start=1):
        if len(kept) < count:
            kept.append(item)
        elif (place := int(rng.integers(seen))) < count:
            kept[place] = item
    return kept, seen
