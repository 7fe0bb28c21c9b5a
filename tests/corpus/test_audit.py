from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from syto.corpus.audit import check_audit, find_leaks
from syto.corpus.dates import DateRule
from syto.errors import UserError
from syto.records import Article, Split

RULES = {"d": DateRule("published", 0, 0)}
Splits = Mapping[Split, Sequence[Article]]


def article(id: str, source: str, day: int | None, story: str = "", dataset: str = "d") -> Article:
    published = date(2024, 1, day) if day else None
    return Article(id=id, text="", source=source, published=published, story=story or id, dataset=dataset)


CLEAN: Splits = {
    "train": [article("a", "a.ua", 1), article("b", "a.ua", 2)],
    "validation": [article("c", "c.ua", 3)],
    "test": [article("e", "e.ua", 4)],
}


def leaks(change: Splits, may_cross: tuple[str, ...] = ()) -> tuple[str, ...]:
    return find_leaks({**CLEAN, **change}, may_cross, RULES).leaks


def test_clean_splits_pass() -> None:
    result = check_audit(find_leaks(CLEAN, [], RULES))
    assert (result.sources, result.stories, result.leaks) == (3, 4, ())


def test_a_source_that_crosses_fails() -> None:
    crossing: Splits = {"test": [article("e", "a.ua", 4)]}
    assert leaks(crossing) == ("source 'a.ua' is in train and test",)
    with pytest.raises(
        UserError, match=r"splits leak, nothing was written: source 'a.ua' is in train and test"
    ):
        check_audit(find_leaks({**CLEAN, **crossing}, [], RULES))


def test_a_story_that_crosses_fails() -> None:
    assert leaks({"validation": [article("c", "c.ua", 3, story="a")]}) == (
        "story 'a' is in train and validation",
    )


@pytest.mark.parametrize(
    ("split", "day", "leak"),
    [
        ("train", 3, "train goes on after validation has begun"),  # the same day counts
        ("validation", 5, "validation goes on after test has begun"),
    ],
)
def test_a_date_that_crosses_fails(split: Split, day: int, leak: str) -> None:
    [found] = leaks({split: [article("x", f"{split}.ua", day)]})
    assert found == f"data set 'd': {leak}"


def test_train_is_compared_with_test_where_validation_has_none() -> None:
    assert leaks({"validation": [], "train": [article("x", "a.ua", 9)]}) == (
        "data set 'd': train goes on after test has begun",
    )


def test_a_dated_data_set_has_no_undated_article() -> None:
    assert leaks({"train": [article("x", "a.ua", None)]}) == ("article 'x' in train has no date",)


def test_declared_data_sets_may_cross_but_not_into_the_held_out_splits_of_others() -> None:
    both: Splits = {
        "train": [article("x", "n.ua", 1, dataset="n")],
        "test": [article("y", "n.ua", 4, dataset="n")],
    }
    assert leaks(both, ("n",)) == ()
    assert leaks(both) != ()
    held_out: Splits = {**both, "validation": [article("z", "n.ua", 3)]}
    assert leaks(held_out, ("n",)) == ("source 'n.ua' is in train and validation",)


def test_many_leaks_are_counted() -> None:
    every = [article(str(n), f"{n}.ua", 1, dataset="other") for n in range(9)]
    with pytest.raises(UserError, match="and 13 more"):
        check_audit(find_leaks({"train": every, "validation": [], "test": every}, [], {}))
