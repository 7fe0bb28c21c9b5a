"""Folds of sources for cross-validation, so that every source is judged by a model that never saw it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sklearn.model_selection import StratifiedGroupKFold

from syto.errors import UserError
from syto.records import Article


def source_folds(articles: Sequence[Article], task: str, count: int, seed: int) -> dict[str, int]:
    """Give each source of articles labelled for `task` a fold; labels and languages are spread evenly."""
    sources = [article.source for article in articles]
    of_label = Counter(label for _, label in {(a.source, _label(a, task)) for a in articles})
    if scarce := {label: n for label, n in of_label.items() if n < count}:
        raise UserError(
            f"{count} folds need {count} sources of each label of {task!r}, and these have fewer: {scarce}; "
            "take fewer folds, or add rated sources"
        )
    strata = [f"{_label(article, task)} {article.language}" for article in articles]
    sizes = Counter(strata)
    kept = [each if sizes[each] >= count else "few" for each in strata]
    if sum(each == "few" for each in kept) < count:
        kept = [max(sizes, key=sizes.__getitem__) if each == "few" else each for each in kept]
    folds = StratifiedGroupKFold(count, shuffle=True, random_state=seed).split(kept, kept, sources)
    return {sources[row]: fold for fold, (_, held_out) in enumerate(folds) for row in held_out}


def _label(article: Article, task: str) -> str:
    return " ".join(article.labels[task])


def in_fold(articles: Sequence[Article], folds: Mapping[str, int], fold: int) -> list[Article]:
    """Return the articles of the fold's sources."""
    return [article for article in articles if folds.get(article.source) == fold]


def outside_fold(articles: Sequence[Article], folds: Mapping[str, int], fold: int) -> list[Article]:
    """Return the articles of all other sources, without the stories that the fold's sources tell, too."""
    stories = {article.story for article in in_fold(articles, folds, fold)} - {""}
    return [
        article for article in articles if folds.get(article.source) != fold and article.story not in stories
    ]
