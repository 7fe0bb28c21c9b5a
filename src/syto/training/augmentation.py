"""Further copies of the training articles: as they are, or cut to their beginning."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from syto.records import Article
from syto.training.settings import AugmentationSettings

_WORD_END = re.compile(r"\s")


def augmented(
    articles: Sequence[Article],
    settings: AugmentationSettings,
    seed: int,
    repeats: Mapping[str, int] = MappingProxyType({}),
) -> list[Article]:
    """Return the articles, those of a data set as often as `repeats` says, and their beginnings.

    Copies keep id and labels. A beginning is at least half of `leads` long and ends with a word, so that a
    model of full articles reads headlines as well.
    """
    articles = [each for each in articles for _ in range(repeats.get(each.dataset, 1))]
    if not settings.leads:
        return articles
    return [*articles, *_leads(articles, settings.leads, np.random.default_rng(seed))]


def _leads(articles: Sequence[Article], longest: int, rng: np.random.Generator) -> Iterator[Article]:
    for article in articles:
        if len(article.clean) > longest:
            length = int(rng.integers(longest // 2, longest + 1))
            ends = [m.start() for m in _WORD_END.finditer(article.clean, longest // 2, longest + 1)]
            end = max((end for end in ends if end <= length), default=min(ends, default=length))
            yield replace(article, clean=article.clean[:end])
