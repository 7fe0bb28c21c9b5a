from collections import Counter

import numpy as np

from syto.tables.drawing import draw


def test_every_item_is_as_likely_as_any_other() -> None:
    rng = np.random.default_rng(0)
    counts = Counter(item for _ in range(3000) for item in draw(range(10), 3, rng)[0])
    assert all(800 < counts[item] < 1000 for item in range(10))  # 900 expected, sd 25


def test_of_few_items_all_are_kept_and_all_are_counted() -> None:
    rng = np.random.default_rng(0)
    assert draw("abc", 5, rng) == (["a", "b", "c"], 3)
    assert draw("", 5, rng) == ([], 0)
    kept, seen = draw(iter(range(1000)), 5, rng)
    assert (len(set(kept)), seen) == (5, 1000)
