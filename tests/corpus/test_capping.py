import numpy as np

from syto.corpus.capping import cap_sources
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
