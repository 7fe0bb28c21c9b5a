"""Which articles tell one story: MinHash finds candidates, the Jaccard similarity of the shingles decides.

An article is compared by its whole text, by its title alone and by its body alone, so that one headline over
two summaries is still one story, and so is one summary under two headlines.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from rensa import RMinHash, RMinHashLSH

from syto.corpus.settings import DuplicateSettings
from syto.corpus.shingles import exact_key, jaccard, shingles
from syto.records import Article

_COMPARED = 20_000  # characters of an article; what copies share stands at the beginning
_RECALL = 0.99  # of the pairs at the threshold, how many the hash bands must find
_CACHED = 8_192  # shingle sets; candidates are mostly near each other


def story_ids(articles: Sequence[Article], settings: DuplicateSettings, seed: int) -> list[str]:
    """Return, for each cleaned article, the id of the first article that tells its story."""
    views = list(_views(articles, settings))
    find, join = _union_find(len(articles))
    _join_exact(views, find, join)
    _join_near(views, settings, seed, find, join)
    return [articles[find(index)].id for index in range(len(articles))]


def _views(articles: Sequence[Article], settings: DuplicateSettings) -> Iterator[tuple[int, str]]:
    """Yield (index of the article, text that stands for it): the whole, title and body that say enough."""
    for index, article in enumerate(articles):
        yield index, exact_key(article.clean[:_COMPARED])
        title, newline, body = article.clean.partition("\n")
        if article.title and newline:
            for part in (title, body[:_COMPARED]):
                if len(key := exact_key(part)) >= settings.min_part:
                    yield index, key


def _union_find(size: int) -> tuple[Callable[[int], int], Callable[[int, int], None]]:
    """Return `find` and `join` over numbers; the smallest number of a set stands for it."""
    parents = list(range(size))

    def find(item: int) -> int:
        while parents[item] != item:
            parents[item] = parents[parents[item]]
            item = parents[item]
        return item

    def join(one: int, other: int) -> None:
        one, other = sorted((find(one), find(other)))
        parents[other] = one

    return find, join


def _join_exact(
    views: list[tuple[int, str]], find: Callable[[int], int], join: Callable[[int, int], None]
) -> None:
    """Join equal texts and leave one view of each, so that copies cost nothing further."""
    first: dict[str, int] = {}
    for index, key in views:
        join(first.setdefault(key, index), index)
    views[:] = [(index, key) for key, index in first.items() if key]


def _join_near(
    views: Sequence[tuple[int, str]],
    settings: DuplicateSettings,
    seed: int,
    find: Callable[[int], int],
    join: Callable[[int, int], None],
) -> None:
    index_of = RMinHashLSH(
        settings.threshold, settings.permutations, bands(settings.threshold, settings.permutations)
    )
    shingles_of = lru_cache(maxsize=_CACHED)(lambda view: shingles(views[view][1], settings.shingle))
    for view, (article, _) in enumerate(views):
        own = shingles_of(view)
        sketch = RMinHash(settings.permutations, seed)
        sketch.update(list(own))
        for candidate in index_of.query(sketch):
            other = views[candidate][0]
            if find(article) != find(other) and jaccard(own, shingles_of(candidate)) >= settings.threshold:
                join(article, other)
        index_of.insert(view, sketch)


def bands(threshold: float, permutations: int) -> int:
    """Return the smallest number of hash bands that still finds 99% of the pairs at the threshold."""
    divisors = [count for count in range(1, permutations + 1) if permutations % count == 0]
    chances = ((count, 1 - (1 - threshold ** (permutations // count)) ** count) for count in divisors)
    return next(count for count, chance in chances if chance >= _RECALL or count == permutations)
