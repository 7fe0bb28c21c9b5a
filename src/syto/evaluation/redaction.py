"""How much of the outlets is left in their texts: a probe guesses the outlet before and after redaction."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from syto.evaluation.proportions import proportion
from syto.evaluation.results import Estimate, RedactionResult
from syto.records import Article

SOURCES = 60  # of a language, those with the most articles
ARTICLES = 60  # of a source, at most
FEWEST = 10  # of a source, to learn from two thirds of them
_FOLDS = 3
_FEATURES = 50_000  # of each vocabulary
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")


def guessed_outlets(articles: Sequence[Article], rng: np.random.Generator) -> Iterator[RedactionResult]:
    """Yield for each language how often the outlet of a left-out article is guessed right.

    Languages with fewer than two outlets of enough articles are left out.
    """
    by_language: defaultdict[str, defaultdict[str, list[Article]]] = defaultdict(lambda: defaultdict(list))
    for article in articles:
        if article.source:
            by_language[article.language][article.source].append(article)
    for language in sorted(by_language):
        chosen = _chosen(by_language[language], rng)
        if len(chosen) > 1:
            yield _guessed(language, chosen)


def _chosen(by_source: Mapping[str, Sequence[Article]], rng: np.random.Generator) -> list[list[Article]]:
    largest = sorted(by_source, key=lambda source: (-len(by_source[source]), source))[:SOURCES]
    enough = [by_source[source] for source in largest if len(by_source[source]) >= FEWEST]
    return [[group[row] for row in rng.permutation(len(group))[:ARTICLES]] for group in enough]


def _guessed(language: str, groups: Sequence[Sequence[Article]]) -> RedactionResult:
    articles = [article for group in groups for article in group]
    outlets = np.array([article.source for article in articles])
    return RedactionResult(
        language=language,
        sources=len(groups),
        articles=len(articles),
        chance=max(map(len, groups)) / len(articles),
        before=_share_right([f"{article.title}\n{article.text}" for article in articles], outlets),
        after=_share_right([article.clean for article in articles], outlets),
    )


def _share_right(texts: Sequence[str], outlets: np.ndarray) -> Estimate:
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    right = int((cross_val_predict(_probe(), texts, outlets, cv=folds) == outlets).sum())
    return proportion(right, len(texts))


def _probe() -> Pipeline:
    """Words and pairs beside the characters within words, and a linear model that reads both."""
    words = TfidfVectorizer(
        tokenizer=_WORD_OR_MARK.findall,
        token_pattern=None,
        ngram_range=(1, 2),
        sublinear_tf=True,
        max_features=_FEATURES,
    )
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, max_features=_FEATURES
    )
    # Solved in the dual, since there are far fewer articles than features; the solver takes no intercept.
    ridge = RidgeClassifier(class_weight="balanced", solver="cholesky", fit_intercept=False)
    return make_pipeline(make_union(words, characters), ridge)
