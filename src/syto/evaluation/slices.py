"""Parts of the test articles that are looked at on their own."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syto.records import Article

LENGTHS = (20, 50, 150, 400)  # words at which the next bucket begins
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of one value of one kind."""

    kind: str
    value: str
    rows: NDArray[np.int_]


def length_bucket(article: Article) -> str:
    """Return the bucket of the number of words a model sees."""
    words = len(article.clean.split())
    index = sum(words >= start for start in LENGTHS)
    if index == 0:
        return f"under {LENGTHS[0]} words"
    if index == len(LENGTHS):
        return f"{LENGTHS[-1]} words and more"
    return f"{LENGTHS[index - 1]}–{LENGTHS[index] - 1} words"


# A data set's own figures come first; they alone also show articles of a random split.
KINDS: Mapping[str, Callable[[Article], str]] = {
    "dataset": lambda article: article.dataset or UNKNOWN,
    "dataset_language": lambda article: f"{article.dataset or UNKNOWN} · {article.language or UNKNOWN}",
    "language": lambda article: article.language or UNKNOWN,
    "year": lambda article: f"{article.published:%Y}" if article.published else UNKNOWN,
    "month": lambda article: f"{article.published:%Y-%m}" if article.published else UNKNOWN,
    "length": length_bucket,
    "source": lambda article: article.source or UNKNOWN,
}
PER_DATASET = frozenset({"dataset", "dataset_language"})


def slices(articles: Sequence[Article], kind: str) -> list[Slice]:
    """Cut the articles by one of `KINDS`, in the order of the values; lengths from short to long."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, article in enumerate(articles):
        rows[KINDS[kind](article)].append(row)
    values = sorted(rows, key=_first_number if kind == "length" else str)
    return [Slice(kind, value, np.array(rows[value], dtype=int)) for value in values]


def _first_number(bucket: str) -> tuple[bool, int]:
    start = next(word.split("–")[0] for word in bucket.split() if word[0].isdigit())
    return not bucket.startswith("under"), int(start)
