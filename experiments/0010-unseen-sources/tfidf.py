"""What to train on and how to balance it, by TF-IDF over folds of sources.

python experiments/0010-unseen-sources/tfidf.py data/prepared/reliability

For the rows with `viina`, its data set of configs/news.yaml was added to configs/reliability.yaml as `rated_viina`,
with `reliability: {from: sources}`.
"""

import sys
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from tries import report, weights_of

from syto.corpus.prepared import read_split
from syto.inference.backends import choose_backend
from syto.inference.predictor import Predictor
from syto.model.bundle import read_bundle
from syto.records import SPLITS, Article
from syto.training.baselines import WORD
from syto.training.folds import in_fold, outside_fold, source_folds

BALANCES = ("label", "group", "source", "topic")
SETS = {
    "Russian of 2020": ("rated_2020",),
    "Russian": ("rated_2020", "rated_2022", "rated_2023"),
    "and viina": ("rated_2020", "rated_2022", "rated_2023", "rated_viina"),
    "and English": (
        "rated_2020",
        "rated_2022",
        "rated_2023",
        "rated_viina",
        "rated_2020_en",
        "rated_2023_en",
    ),
}


def features(train: list[Article], test: list[Article]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Return words and pairs beside characters, of both sets."""
    blocks = []
    for vectoriser in (
        TfidfVectorizer(ngram_range=(1, 2), token_pattern=WORD, sublinear_tf=True, max_features=300_000),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, max_features=200_000),
    ):
        blocks.append(
            (
                vectoriser.fit_transform([article.clean for article in train]),
                vectoriser.transform([article.clean for article in test]),
            )
        )
    return tuple(sparse.hstack(part).tocsr() for part in zip(*blocks, strict=True))


def score(
    known: sparse.csr_matrix, labels: np.ndarray, weights: np.ndarray, asked: sparse.csr_matrix
) -> np.ndarray:
    """Add up what speaks for unreliable and against reliable."""
    cuts = (labels == "unreliable", labels != "reliable")
    models = (LogisticRegression(solver="liblinear", dual=True, C=3, tol=0.02) for _ in cuts)
    return sum(
        model.fit(known, cut, sample_weight=weights).decision_function(asked)
        for model, cut in zip(models, cuts, strict=True)
    )


def topics_of(articles: list[Article]) -> dict[str, str]:
    """Return the topic that the bundle that ships gives each article."""
    bundle = read_bundle(Path("data/embedded"))
    told = Predictor(bundle, choose_backend(bundle), passages=0).predict(articles)
    return {each.id: " ".join(each.heads["topic"].labels) if each.heads else "" for each in told}


def main() -> None:
    read = [a for split in SPLITS for a in read_split(Path(sys.argv[1]), split, ["reliability"])]
    rated = [article for article in read if "reliability" in article.labels and article.source]
    topics = topics_of(rated)
    folds = source_folds(rated, "reliability", 5, seed=20)
    told, scores = [], {(name, balance): [] for name in SETS for balance in BALANCES}
    for fold in range(5):
        test = in_fold(rated, folds, fold)
        told += test
        for name, datasets in SETS.items():
            train = [article for article in outside_fold(rated, folds, fold) if article.dataset in datasets]
            labels = np.array([article.labels["reliability"][0] for article in train])
            known, asked = features(train, test)
            for balance in BALANCES:
                weights = weights_of(train, balance, topics)
                scores[name, balance].append(score(known, labels, weights, asked))
    for (name, balance), parts in scores.items():
        report(f"{name}, {balance}", told, np.concatenate(parts))


if __name__ == "__main__":
    main()
