from collections import Counter
from dataclasses import replace

import numpy as np

from syto.corpus.capping import cap_labels, cap_sources
from syto.corpus.drops import Drop, Placed
from syto.records import Article, Split


def placed(dataset: str, source: str, count: int, split: Split = "train") -> list[Placed]:
    return [
        Placed(Article(id=f"{dataset}:{source}:{split}:{n}", text="", dataset=dataset, source=source), split)
        for n in range(count)
    ]


def test_a_source_is_capped_for_each_data_set_and_split() -> None:
    rows = [
        *placed("a", "x.ua", 9),
        *placed("a", "x.ua", 2, "test"),
        *placed("a", "y.ua", 3),
        *placed("a", "", 8),
        *placed("b", "x.ua", 6),
    ]
    sifted = cap_sources(rows, {"a": 4, "b": None}, np.random.default_rng(1))
    assert sifted.dropped == {Drop("a", "over_source_cap"): 5}
    assert len(sifted.kept) == len(rows) - 5
    assert sifted.kept == [each for each in rows if each in sifted.kept]  # in order


def test_the_sample_is_seeded() -> None:
    rows = placed("a", "x.ua", 50)
    one, same, other = (cap_sources(rows, {"a": 9}, np.random.default_rng(seed)).kept for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_labels_are_capped_for_each_data_set_and_split_whatever_the_source() -> None:
    rows = [
        Placed(replace(article, labels={"topic": (topic,)}), split)
        for topic, source, count in (("sport", "x.ua", 3), ("sport", "", 3), ("war", "x.ua", 2))
        for article, split in placed("a", source, count)
    ]
    rows = [
        Placed(replace(each.article, id=str(n)), "test" if n % 4 == 3 else "train")
        for n, each in enumerate(rows)
    ]
    sifted = cap_labels(rows, {"a": 3}, np.random.default_rng(1))
    assert sifted.dropped == {Drop("a", "over_label_cap"): 2}
    kept = Counter((each.split, each.article.labels["topic"]) for each in sifted.kept)
    assert kept == {
        ("train", ("sport",)): 3,
        ("test", ("sport",)): 1,
        ("train", ("war",)): 1,
        ("test", ("war",)): 1,
    }
