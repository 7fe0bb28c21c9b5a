"""The simple models that stand beside the transformer: what it must be better than to be worth its cost.

Every baseline gives probabilities (articles, labels) in the order of the head's labels. Those whose names
end in `_only` are probes, which see nothing of the text itself: they show how much of a figure is owed to
what they see. `source_only` knows a source again, `name_only` reads its name, be it a new one.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

from syto.records import Article, HeadKind
from syto.training.logistic import fit_against_rest
from syto.training.settings import BaselineSettings

Array = NDArray[np.float64]
Features: TypeAlias = sparse.csr_matrix | Array  # (articles, features)
Key = Callable[[Article], str]
SPACED = r"\S+"  # as `char_wb` cuts a text
WORD = r"[^\W_]+(?:['’ʼ][^\W_]+)*"  # keeps п’ять whole
PRIOR_WEIGHT = 2.0  # a source counts as if it also had this many articles of the overall mix
TOPIC = "topic"  # the task whose answers `topic_only` starts from
CLEAN: Key = attrgetter("clean")
SOURCE: Key = attrgetter("source")


def _length(article: Article) -> str:
    """Return the number of words in steps of a half doubling."""
    return str(round(2 * np.log2(1 + len(article.clean.split()))))


def _year(article: Article) -> str:
    return str(article.published.year) if article.published else ""


KEYS: Mapping[str, Key] = {  # baselines that look a label up
    "majority": lambda article: "",
    "language_only": attrgetter("language"),
    "source_only": SOURCE,
}
SCALE_KEYS: Mapping[str, Key] = {"year_only": _year, "length_only": _length}


class Baseline(Protocol):
    """A fitted simple model."""

    @property
    def name(self) -> str:
        """How tables call it."""
        ...

    def probabilities(self, articles: Sequence[Article]) -> Array:
        """Return (articles, labels)."""
        ...


@dataclass(frozen=True, slots=True)
class LookUp:
    """Answers with the label shares of the articles that had the same key; the prior for an unseen key."""

    name: str
    key: Key
    prior: Array  # (labels,)
    shares: Mapping[str, Array]  # key → (labels,)

    def probabilities(self, articles: Sequence[Article]) -> Array:
        """Return (articles, labels)."""
        return np.stack([self.shares.get(self.key(article), self.prior) for article in articles])


@dataclass(frozen=True, slots=True)
class LinearText:
    """TF-IDF of words and of characters, then logistic regression."""

    name: str
    read: Key  # the text of an article
    features: "TextFeatures"
    labels: "LinearLabels"

    @classmethod
    def fit(
        cls,
        name: str,
        read: Key,
        articles: Sequence[Article],
        targets: NDArray[np.bool_],
        single: bool,
        max_features: int,
    ) -> "LinearText":
        """Fit to targets (articles, labels)."""
        texts = [read(article) for article in articles]
        features = TextFeatures.fit(texts, max_features)
        return cls(name, read, features, LinearLabels.fit(features.of(texts), targets, single))

    def probabilities(self, articles: Sequence[Article]) -> Array:
        """Return (articles, labels)."""
        return self.labels.probabilities(self.features.of([self.read(article) for article in articles]))


@dataclass(frozen=True, slots=True)
class TopicOnly:
    """Sees nothing of an article but the topic probabilities of a text model."""

    name: str
    topics: LinearText
    labels: "LinearLabels"

    def probabilities(self, articles: Sequence[Article]) -> Array:
        """Return (articles, labels)."""
        return self.labels.probabilities(self.topics.probabilities(articles))


def fit_baselines(
    task: str,
    kind: HeadKind,
    labels: Sequence[str],
    train: Sequence[Article],
    settings: BaselineSettings,
) -> list[Baseline]:
    """Fit every baseline that the training articles allow for this task."""
    if not settings.enabled:
        return []
    articles, targets = _targets(task, labels, train)
    single = kind != "multi_label"
    fitted: list[Baseline] = [
        LinearText.fit("tfidf", CLEAN, articles, targets, single, settings.max_features),
        *(_look_up(name, key, articles, targets) for name, key in KEYS.items()),
    ]
    if kind == "ordinal":  # a scale of sources, so it is asked what else than the text tells them apart
        fitted += (_look_up(name, key, articles, targets) for name, key in SCALE_KEYS.items())
        if any(article.source for article in articles):
            fitted.append(
                LinearText.fit("name_only", SOURCE, articles, targets, single, settings.max_features)
            )
    topics = _topic_model(train, settings) if task != TOPIC else None
    if topics:
        fitted.append(
            TopicOnly("topic_only", topics, LinearLabels.fit(topics.probabilities(articles), targets, single))
        )
    return fitted


def _targets(
    task: str, labels: Sequence[str], train: Sequence[Article]
) -> tuple[list[Article], NDArray[np.bool_]]:
    """Return the labelled articles and, for each, which labels hold (articles, labels)."""
    carried = set(labels)
    # An empty tuple is an answer too (no technique); an answer that the head does not carry is none.
    given = [(a, a.labels[task]) for a in train if task in a.labels]
    known = [(article, answer) for article, answer in given if not answer or carried.intersection(answer)]
    targets = np.array([[label in answer for label in labels] for _, answer in known], dtype=bool)
    return [article for article, _ in known], targets.reshape(len(known), len(labels))


def _look_up(name: str, key: Key, articles: Sequence[Article], targets: NDArray[np.bool_]) -> LookUp:
    """Count the labels of every key, smoothed towards the overall mix; an empty key stays unseen."""
    prior = targets.mean(axis=0)
    keys = [key(article) for article in articles]
    index = {key: row for row, key in enumerate(dict.fromkeys(keys))}
    sums = np.zeros((len(index), targets.shape[1]))
    np.add.at(sums, [index[key] for key in keys], targets)
    sizes = Counter(keys)
    shares = {
        key: (sums[row] + PRIOR_WEIGHT * prior) / (sizes[key] + PRIOR_WEIGHT)
        for key, row in index.items()
        if key
    }
    return LookUp(name, key, prior, shares)


def _topic_model(train: Sequence[Article], settings: BaselineSettings) -> LinearText | None:
    """Fit the text model of topics; None when the articles have fewer than two topics."""
    topics = sorted({topic for article in train for topic in article.labels.get(TOPIC, ())})
    if len(topics) < 2:
        return None
    articles, targets = _targets(TOPIC, topics, train)
    return LinearText.fit(TOPIC, CLEAN, articles, targets, True, settings.max_features)


@dataclass(frozen=True, slots=True)
class LinearLabels:
    """One logistic regression a label; shares are brought to sum 1 where exactly one label holds."""

    models: tuple[LogisticRegression | float, ...]  # a number: the label held always (1) or never (0)
    single: bool

    @classmethod
    def fit(cls, features: Features, targets: NDArray[np.bool_], single: bool) -> "LinearLabels":
        """Fit to features (articles, features) and targets (articles, labels)."""
        return cls(tuple(_fit_label(features, held) for held in targets.T), single)

    def probabilities(self, features: Features) -> Array:
        """Return (articles, labels)."""
        rows = features.shape[0]
        columns = [
            np.full(rows, model) if isinstance(model, float) else model.predict_proba(features)[:, 1]
            for model in self.models
        ]
        shares = np.stack(columns, axis=1).astype(np.float64)
        return shares / shares.sum(axis=1, keepdims=True) if self.single else shares


def _fit_label(features: Features, held: NDArray[np.bool_]) -> LogisticRegression | float:
    if held.all() or not held.any():
        return float(held.any())
    return fit_against_rest(features, held)


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """Words and word pairs beside the two to five characters within words, both as TF-IDF."""

    words: CountVectorizer
    word_weights: TfidfTransformer
    characters: CountVectorizer
    kept: NDArray[np.int64]  # columns of `characters` that are frequent enough
    character_weights: TfidfTransformer

    @classmethod
    def fit(cls, texts: Sequence[str], max_features: int) -> "TextFeatures":
        """Learn both vocabularies, each of at most `max_features`."""
        words = CountVectorizer(
            ngram_range=(1, 2), token_pattern=WORD, max_features=max_features, dtype=np.float32
        )
        word_counts = words.fit_transform(texts)
        by_word, vocabulary = _distinct_words(texts)
        characters = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5), dtype=np.float32)
        grams = characters.fit_transform(vocabulary)
        kept = _most_frequent(np.asarray(by_word.sum(axis=0)).ravel() @ grams, max_features)
        return cls(
            words,
            TfidfTransformer(sublinear_tf=True).fit(word_counts),
            characters,
            kept,
            TfidfTransformer(sublinear_tf=True).fit(by_word @ grams[:, kept]),
        )

    def of(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return (texts, features)."""
        by_word, vocabulary = _distinct_words(texts)
        # The n-grams of a text are those of its words, so each distinct word is cut up only once.
        counts = by_word @ self.characters.transform(vocabulary)[:, self.kept]
        blocks = [
            self.word_weights.transform(self.words.transform(texts)),
            self.character_weights.transform(counts),
        ]
        return sparse.hstack(blocks, format="csr", dtype=np.float32)


def _distinct_words(texts: Sequence[str]) -> tuple[sparse.csr_matrix, Sequence[str]]:
    """Return how often each text has each word (texts, words), and the words."""
    counter = CountVectorizer(token_pattern=SPACED, dtype=np.float32)
    counts = counter.fit_transform([*texts, "a"])[:-1]  # one word more: all texts may be blank
    return counts, counter.get_feature_names_out()


def _most_frequent(totals: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    if len(totals) <= count:
        return np.arange(len(totals))
    return np.sort(np.argpartition(-totals, count - 1)[:count])
