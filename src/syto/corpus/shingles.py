"""A text as the runs of characters by which copies are told."""

import re

_WORD = re.compile(r"\w+")


def exact_key(text: str) -> str:
    """Return the text without case, punctuation and spacing: equal for exact duplicates."""
    return " ".join(_WORD.findall(text.casefold()))


def shingles(key: str, length: int) -> frozenset[str]:
    """Return the runs of `length` characters of a text; a shorter text is its only shingle."""
    return frozenset(key[start : start + length] for start in range(max(1, len(key) - length + 1)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common shingles, 0…1."""
    common = len(one & other)
    return common / (len(one) + len(other) - common)
