"""Where texts in several languages lie near each other when they say the same."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syto.claims.archive import Vectors

_FLOOR = 1e-3  # of the largest variance: directions with less are noise
_PRIOR = 30  # claims that a language needs to speak for itself


@dataclass(frozen=True)
class Space:
    """A middle for each language, and the whitening that all share.

    A few directions, such as language and topic, hold most of what a network's vectors differ in; when all
    directions count alike, translations find each other. Su et al., Whitening Sentence Representations for
    Better Semantics and Faster Retrieval, 2021.
    """

    means: Mapping[str, Vectors]  # language → (hidden,)
    whitening: Vectors  # (hidden, hidden)

    @classmethod
    def fit(
        cls,
        claims: Vectors,  # (claims, hidden), unit length
        spoken: NDArray[np.str_],  # (claims,): languages
        ordinary: Vectors,  # (windows, hidden), unit length
        heard: NDArray[np.str_],  # (windows,): languages
    ) -> "Space":
        """Centre each language where its claims lie; the fewer it has, the more by those of the others."""
        usual = {str(language): ordinary[heard == language].mean(0) for language in np.unique(heard)}
        away = claims - np.stack([usual[language] for language in spoken])
        shared = away.sum(0) / (len(away) + _PRIOR)
        means = {}
        for language, middle in usual.items():
            own = away[spoken == language]
            means[language] = middle + (own.sum(0) + _PRIOR * shared) / (len(own) + _PRIOR)
        spreads = [
            np.concatenate([ordinary[heard == each] - usual[each], claims[spoken == each] - means[each]])
            for each in usual
        ]
        covariance = np.mean([spread.T @ spread / len(spread) for spread in spreads], axis=0)
        return cls(means, _whitening(covariance))

    def project(self, meanings: Vectors, languages: NDArray[np.str_]) -> Vectors:
        """Return unit vectors (texts, hidden) of meanings (texts, hidden) in known languages (texts,)."""
        centred = unit(meanings) - np.stack([self.means[language] for language in languages])
        return unit(centred @ self.whitening)


def unit(vectors: Vectors) -> Vectors:
    """Return vectors (texts, dimensions) of length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), np.float32)


def _whitening(covariance: Vectors) -> Vectors:
    variances, directions = np.linalg.eigh(covariance)
    return np.asarray(directions / np.sqrt(np.maximum(variances, 0) + _FLOOR * variances[-1]), np.float32)
