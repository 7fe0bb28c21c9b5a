"""The fit of the check that tells news from other documents: `syto.text.scope` reads what it makes."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from syto.errors import UserError
from syto.text.scope import LENGTHS, NewsScope, ngram_buckets
from syto.training.scope_settings import ScopeFitSettings

_LARGEST = 127  # of an int8
_KEPT = 0.9999  # share of the weights that the table holds; few weigh so much that the rest would be nought


def fit_scope(
    news: Sequence[str],
    other: Sequence[str],
    held_back: Mapping[str, Sequence[str]],
    settings: ScopeFitSettings,
) -> NewsScope:
    """Fit the table on cleaned texts, and the limits on language → news that it has not seen."""
    model = LogisticRegression(C=settings.inverse_regularisation, max_iter=150, class_weight="balanced")
    is_other = np.repeat([False, True], [len(news), len(other)])
    model.fit(_features([*news, *other], settings.buckets), is_other)
    weights = model.coef_[0]  # (buckets,)
    scale = float(np.quantile(np.abs(weights), _KEPT)) / _LARGEST
    table = np.clip(np.round(weights / scale), -_LARGEST, _LARGEST).astype(np.int8)
    scope = NewsScope(table, scale, {})
    return replace(
        scope, limits={name: _limits(scope, name, some, settings) for name, some in held_back.items()}
    )


def _features(texts: Sequence[str], buckets: int) -> csr_matrix:
    """Return (texts, buckets): counts over the root of a text's runs, as the check divides them."""
    data: list[NDArray[np.float32]] = []
    columns: list[NDArray[np.int32]] = []
    for text in texts:
        found, counts = np.unique(ngram_buckets(text, buckets), return_counts=True)
        data.append((counts / np.sqrt(counts.sum())).astype(np.float32))
        columns.append(found.astype(np.int32))
    starts = np.cumsum([0, *map(len, columns)])
    return csr_matrix((np.concatenate(data), np.concatenate(columns), starts), shape=(len(texts), buckets))


def _limits(
    scope: NewsScope, language: str, news: Sequence[str], settings: ScopeFitSettings
) -> tuple[float, ...]:
    """Return, a length, the strangeness that no more than the allowed share of news exceeds."""
    found: list[list[float]] = [[] for _ in settings.false_alarms]
    for text in news:
        found[bisect_right(LENGTHS, len(text))].append(scope.strangeness(text))
    limits = [
        float(np.quantile(some, 1 - allowed)) if len(some) >= settings.least else None
        for some, allowed in zip(found, settings.false_alarms, strict=True)
    ]
    known = [limit for limit in limits if limit is not None]
    if not known:
        raise UserError(
            f"no length of {language!r} has {settings.least} held-back news texts; add some, "
            "or lower fit.least"
        )
    return tuple(max(known) if limit is None else limit for limit in limits)
