"""One story, one article, one split: the most held-out split keeps it."""

from collections.abc import Mapping, Sequence
from datetime import date

from syto.corpus.drops import Placed, Reason, Sifted, sift
from syto.corpus.shingles import exact_key
from syto.records import Split

_HELD_OUT: Mapping[Split, int] = {"train": 0, "validation": 1, "test": 2}
_ELSEWHERE: Mapping[Split, Reason] = {"validation": "story_in_validation", "test": "story_in_test"}


def thin_stories(placed: Sequence[Placed]) -> Sifted:
    """Keep the earliest article of each story in the most held-out split that tells it."""
    keepers: dict[str, Placed] = {}
    for each in placed:
        known = keepers.setdefault(each.article.story, each)
        if _rank(each) < _rank(known):
            keepers[each.article.story] = each
    seen: set[tuple[Split, str]] = {(each.split, exact_key(each.article.clean)) for each in keepers.values()}
    return sift(placed, lambda each: _reason(each, keepers[each.article.story], seen))


def _rank(each: Placed) -> tuple[int, date, float]:
    """Lower is kept: held out first, then early; without a date, late."""
    article = each.article
    order = article.order if article.order is not None else float("inf")
    return (-_HELD_OUT[each.split], article.published or date.max, order)


def _reason(each: Placed, keeper: Placed, seen: set[tuple[Split, str]]) -> Reason | None:
    if each is keeper:
        return None
    if each.split != keeper.split:
        return _ELSEWHERE[keeper.split]
    key = (each.split, exact_key(each.article.clean))
    if key in seen:
        return "exact_duplicate"
    seen.add(key)
    return "near_duplicate"
