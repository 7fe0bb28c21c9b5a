"""The words that tell two sets of texts apart.

Log-odds with a prior from both sets, over their standard deviation: Monroe, Colaresi and Quinn, Fightin'
Words, 2008. Counted are texts that hold a word, not how often they do.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

WORDS = 12  # a side
_PATTERN = r"(?=[\w'’ʼ]{3})[^\W\d_]+(?:['’ʼ][^\W\d_]+)*"  # three letters and more; keeps п’ять whole
_PRIOR = 50  # texts that the shares of both sets together count as
_CLEAR = 3.0  # standard deviations
_SOURCES = 3  # that have a word: what one alone writes is its own habit


def telling_words(
    texts: Sequence[str], is_new: NDArray[np.bool_], sources: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words that speak most for the old texts and for the new, the clearest first.

    Where sources are known, only words that several of them use count; an empty source is one of its own.
    """
    vectorizer = CountVectorizer(binary=True, token_pattern=_PATTERN, min_df=_SOURCES)
    try:
        held = vectorizer.fit_transform(texts)  # (texts, words)
    except ValueError:  # no word is in so many texts
        return (), ()
    words = vectorizer.get_feature_names_out()
    clear = np.where(_spread(held, sources) >= _SOURCES, _deviations(held, is_new), 0.0)
    order = np.argsort(clear, kind="stable")
    old = [str(words[place]) for place in order[:WORDS] if clear[place] <= -_CLEAR]
    new = [str(words[place]) for place in order[::-1][:WORDS] if clear[place] >= _CLEAR]
    return tuple(old), tuple(new)


def _deviations(held: sparse.csr_matrix, is_new: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return standard deviations (words,) by which a word is likelier in new texts."""
    prior = _PRIOR * np.asarray(held.mean(0)).ravel()
    odds, variances = [], []
    for side in (held[is_new], held[~is_new]):
        with_word = np.asarray(side.sum(0)).ravel() + prior
        odds.append(np.log(with_word / (side.shape[0] + _PRIOR + 1 - with_word)))
        variances.append(1 / with_word)
    return np.asarray((odds[0] - odds[1]) / np.sqrt(variances[0] + variances[1]))


def _spread(held: sparse.csr_matrix, sources: Sequence[str]) -> NDArray[np.int_]:
    """Return how many sources (words,) use each word."""
    keys = [source or row for row, source in enumerate(sources)]
    index = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    of_source = sparse.csr_matrix(
        (np.ones(len(keys)), ([index[key] for key in keys], range(len(keys)))), (len(index), len(keys))
    )
    return np.asarray((of_source @ held > 0).sum(0)).ravel()
