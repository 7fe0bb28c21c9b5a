from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from syto.evaluation.drift import LEAST, OTHERS, Sighting, Telling, shifts, tell_apart

SOURCES = 60


def side(
    count: int, rng: np.random.Generator, shift: float = 0.0, name: str = "s", language: str = "uk"
) -> list[Sighting]:
    """Articles whose vectors are noise, moved by `shift` in one direction."""
    meanings = rng.normal(size=(count, 8)).astype(np.float32)
    meanings[:, 0] += shift
    return [
        seen(f"{name}{n % SOURCES}", language, meaning, f"{name} {n}") for n, meaning in enumerate(meanings)
    ]


def seen(source: str, language: str, meaning: NDArray[np.float32] | None, text: str) -> Sighting:
    return Sighting({"source": source, "language": language}, text, meaning)


def told(old: Sequence[Sighting], new: Sequence[Sighting], seed: int = 0) -> Telling:
    [found] = tell_apart(old, new, np.random.default_rng(seed))
    return found


def area(told: Telling) -> float:
    assert told.auroc.value is not None
    return told.auroc.value


@pytest.mark.parametrize("seed", range(4))
def test_two_draws_of_one_batch_are_not_told_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    both = side(4000, rng)
    order = rng.permutation(len(both))
    found = told([both[row] for row in order[:2000]], [both[row] for row in order[2000:]], seed)
    assert 0.47 <= area(found) <= 0.53
    assert found.folds_by == "source"


def test_what_differs_is_told_apart_and_the_figure_has_an_interval_around_it() -> None:
    rng = np.random.default_rng(0)
    found = told(side(600, rng), side(600, rng, shift=1.5))
    assert 0.8 < area(found) < 0.9  # Φ(1.5 / √2) = 0.856
    assert found.auroc.low is not None and found.auroc.high is not None
    assert found.auroc.low < 0.856 < found.auroc.high
    assert found.auroc.high - found.auroc.low < 0.1


def test_the_sources_alone_do_not_decide() -> None:
    """Every source has a place of its own, and none of them says on which side it is."""
    rng = np.random.default_rng(3)
    sides = []
    for name in ("old", "new"):
        places = rng.normal(scale=5, size=(SOURCES, 8)).astype(np.float32)
        sides.append(
            [
                replace(each, meaning=each.meaning + places[number % SOURCES])
                for number, each in enumerate(side(1200, rng, name=name))
                if each.meaning is not None
            ]
        )
    by_source = told(*sides)
    without = [[replace(each, kinds={"language": "uk"}) for each in own] for own in sides]
    by_article = told(without[0], without[1])
    assert (by_source.folds_by, by_article.folds_by) == ("source", "article")
    assert area(by_source) < 0.6
    assert area(by_article) > 0.62  # the sources are known again


def test_a_side_of_one_source_is_told_by_articles() -> None:
    rng = np.random.default_rng(0)
    alone = [replace(each, kinds=each.kinds | {"source": "one"}) for each in side(300, rng, name="a")]
    found = told(alone, side(300, rng, name="b"))
    assert found.folds_by == "article"
    assert 0.4 < area(found) < 0.6


def test_a_language_does_not_decide_and_each_is_told_by_itself() -> None:
    rng = np.random.default_rng(1)
    old = side(900, rng, language="uk") + side(150, rng, shift=9, language="ru")
    new = side(150, rng, language="uk", name="t") + side(900, rng, shift=9, language="ru", name="t")
    found = list(tell_apart(old, new, rng))
    assert [(each.language, each.articles) for each in found] == [("ru", 150), ("uk", 150)]
    assert all(area(each) < 0.62 for each in found)


def test_too_few_articles_out_of_scope_and_copies_are_not_told() -> None:
    rng = np.random.default_rng(0)
    many, few = side(300, rng), side(LEAST - 1, rng, name="t")
    assert list(tell_apart(many, few, rng)) == []
    unread = [replace(each, meaning=None) for each in side(300, rng, name="t")]
    assert list(tell_apart(many, few + unread, rng)) == []
    copies = [replace(each, text="the same") for each in side(300, rng, name="t")]
    assert list(tell_apart(many, few[:-1] + copies, rng)) == []
    assert len(list(tell_apart(many, few + copies, rng))) == 1  # and one of the copies


def kinds(name: str, **counts: int) -> list[Sighting]:
    return [Sighting({name: kind}) for kind, count in counts.items() for _ in range(count)]


def test_shares_stand_beside_each_other_with_what_chance_makes_of_them() -> None:
    rng = np.random.default_rng(0)
    [shift] = shifts(kinds("language", uk=79, ru=21), kinds("language", uk=30, ru=64, en=6), rng)
    assert shift.distance == pytest.approx(0.49)
    assert shift.unseen == pytest.approx(0.06)
    assert (shift.share("old", "ru"), shift.share("new", "ru")) == (0.21, 0.64)
    assert shift.moved[0] == "uk"
    assert 0.02 < shift.chance < 0.2 and shift.beyond_chance


def test_draws_of_one_batch_stay_under_what_chance_makes() -> None:
    rng = np.random.default_rng(0)
    over = 0
    for _ in range(100):
        drawn = [rng.choice(list("abcdef"), 200) for _ in range(2)]
        old, new = ([Sighting({"topic": str(kind)}) for kind in side] for side in drawn)
        over += shifts(old, new, rng)[0].beyond_chance
    assert over <= 14  # 5 expected, sd 2.2


def test_a_kind_that_one_side_does_not_know_is_not_compared_and_many_are_kept_together() -> None:
    rng = np.random.default_rng(0)
    old = [Sighting({"language": "uk", "source": f"s{n}"}) for n in range(100)]
    new = [Sighting({"source": f"s{n}"}) for n in range(100)]
    [shift] = shifts(old, new, rng)
    assert (shift.name, shift.distance, shift.unseen) == ("source", 0.0, 0.0)
    assert sum(shift.old.values()) == 100 and shift.old[OTHERS] > 0
