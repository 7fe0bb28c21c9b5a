"""The date rule: no article that is trained on is as new as one that is held out."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from syto.corpus.drops import Reason
from syto.corpus.settings import DatasetSettings, SplitSettings
from syto.errors import UserError
from syto.records import Article, Split

_DATED = 0.5  # of its rows, for a data set that is split by source to come under the date rule


@dataclass(frozen=True, slots=True)
class DateRule:
    """Train lies before `validation_from`, test at or after `test_from`, validation between."""

    by: Literal["published", "order"]
    validation_from: float  # day number or order
    test_from: float

    def moment(self, article: Article) -> float | None:
        """Return when the article appeared, in the rule's own measure."""
        if self.by == "order":
            return article.order
        return None if article.published is None else float(article.published.toordinal())

    def split_of(self, moment: float) -> Split:
        """Return the split whose window holds a moment."""
        if moment < self.validation_from:
            return "train"
        return "validation" if moment < self.test_from else "test"

    def reason(self, article: Article, split: Split) -> Reason | None:
        """Return why an article of a source in `split` cannot stay there."""
        moment = self.moment(article)
        if moment is None:
            return "no_date"
        window = self.split_of(moment)
        if window == split:
            return None
        if split == "train":
            return "after_train_window"
        if split == "test":
            return "before_test_window"
        return "before_validation_window" if window == "train" else "after_validation_window"


def order_within(articles: Sequence[Article], task: str) -> list[Article]:
    """Return the articles with their place in time among those of the same label as `order`, in [0, 1).

    An outlet's sections seldom cover the same months: cut at one date, the newest articles of all lack the
    labels whose articles are older. Articles without a label of `task` or a date have no place.
    """
    by = _measure(articles)
    moments: defaultdict[tuple[str, ...], list[float]] = defaultdict(list)
    for article in articles:
        if task in article.labels and (moment := by.moment(article)) is not None:
            moments[article.labels[task]].append(moment)
    for group in moments.values():
        group.sort()

    def place(article: Article) -> float | None:
        group = moments.get(article.labels.get(task, ()))
        moment = by.moment(article)
        return None if moment is None or not group else bisect_left(group, moment) / len(group)

    return [replace(article, order=place(article)) for article in articles]


def _measure(articles: Sequence[Article]) -> DateRule:
    """Return a rule without cuts that reads `order` where all articles have it, and else the date."""
    ordered = bool(articles) and all(article.order is not None for article in articles)
    return DateRule("order" if ordered else "published", 0, 0)


def date_rule(
    dataset: DatasetSettings, articles: Sequence[Article], shares: SplitSettings
) -> DateRule | None:
    """Return the rule of one data set; None where it is split by source and most rows have no date."""
    rule = DateRule("order", 0, 0) if dataset.newest_within else _measure(articles)
    moments = sorted(moment for a in articles if (moment := rule.moment(a)) is not None)
    if dataset.split == "sources" and len(moments) < max(1.0, _DATED * len(articles)):
        return None
    first, second = _cuts(dataset.name, moments, shares)
    return DateRule(rule.by, first, second)


def _cuts(name: str, moments: Sequence[float], shares: SplitSettings) -> tuple[float, float]:
    """Cut at the quantiles, and never within a date: three distinct dates are needed."""
    distinct = sorted(set(moments))
    if len(distinct) < 3:
        raise UserError(
            f"data set {name!r} has {len(distinct)} distinct dates; three are needed to keep the future out "
            "of training; map a column of dates (columns.published or columns.order), or use another `split`"
        )
    last = len(distinct) - 1
    at = [round(len(moments) * share) for share in (1 - shares.validation - shares.test, 1 - shares.test)]
    first = min(max(bisect_left(distinct, moments[at[0]]), 1), last - 1)
    second = max(bisect_left(distinct, moments[at[1]]), first + 1)
    return distinct[first], distinct[second]
