"""Articles on their way through `prepare`: each one is kept or dropped under a reason that is counted."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from syto.records import Article, Split

Reason = Literal[
    "unreadable",  # a bad row of the file
    "filtered",  # not among the rows that the data set's `only` asks for
    "no_label",  # of any task
    "no_source",  # where the split goes by source
    "no_date",  # where the split goes by date
    "source_held_out",  # a training data set's article of a source that is tested on
    "after_train_window",  # too new to train on
    "before_validation_window",
    "after_validation_window",
    "before_test_window",
    "over_source_cap",
    "over_label_cap",
    "web_page",  # the source of a whole page, with its menus and scripts
    "too_short",
    "language",  # not one of the config's
    "exact_duplicate",  # of a kept article of the same split
    "near_duplicate",  # of a kept article of the same split
    "story_in_test",  # the same story is told in the test split
    "story_in_validation",
]


class Placed(NamedTuple):
    """An article and the split it goes to."""

    article: Article
    split: Split


class Drop(NamedTuple):
    """Why a row of a data set is left out."""

    dataset: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Sifted:
    """What a step kept, in order, and how many rows it dropped why."""

    kept: list[Placed]
    dropped: Counter[Drop]


def sift(placed: Iterable[Placed], reason_of: Callable[[Placed], Reason | None]) -> Sifted:
    """Keep what has no reason to be dropped."""
    sifted = Sifted([], Counter())
    for each in placed:
        reason = reason_of(each)
        if reason is None:
            sifted.kept.append(each)
        else:
            sifted.dropped[Drop(each.article.dataset, reason)] += 1
    return sifted
