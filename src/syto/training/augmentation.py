"""Further copies of the training articles: as they are, cut to their beginning, or with swapped words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from syto.corpus.swapping import Lexicon, read_lexicon, swap_words
from syto.records import Article
from syto.training.settings import AugmentationSettings

_WORD_END = re.compile(r"\s")


def augmented(
    articles: Sequence[Article],
    settings: AugmentationSettings,
    seed: int,
    repeats: Mapping[str, int] = MappingProxyType({}),
) -> list[Article]:
    """Return the articles, those of a data set as often as `repeats` says, and their copies.

    Copies keep id and labels. A beginning is at least half of `leads` long and ends with a word, so that a
    model of full articles reads headlines as well. Swapped copies are made of articles and of beginnings.
    """
    rng = np.random.default_rng(seed)
    articles = [each for each in articles for _ in range(repeats.get(each.dataset, 1))]
    whole = [*articles, *(_leads(articles, settings.leads, rng) if settings.leads else ())]
    if not settings.lexicon:
        return whole
    lexicon = read_lexicon(settings.lexicon)
    return [*whole, *(copy for _ in range(settings.swaps) for copy in _swapped(whole, lexicon, rng))]


def _leads(articles: Sequence[Article], longest: int, rng: np.random.Generator) -> Iterator[Article]:
    for article in articles:
        if len(article.clean) > longest:
            length = int(rng.integers(longest // 2, longest + 1))
            ends = [m.start() for m in _WORD_END.finditer(article.clean, longest // 2, longest + 1)]
            end = max((end for end in ends if end <= length), default=min(ends, default=length))
            yield replace(article, clean=article.clean[:end])


def _swapped(articles: Sequence[Article], lexicon: Lexicon, rng: np.random.Generator) -> Iterator[Article]:
    for article in articles:
        others = sorted(lexicon.get(article.language, {}))
        if others:
            other = others[int(rng.integers(len(others)))]
            text = swap_words(article.clean, lexicon[article.language][other], rng)
            yield replace(article, clean=text, language=other)
