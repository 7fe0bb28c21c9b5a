"""TF-IDF with and without the texts that seed words labelled, on the test split and on the labelled posts.

syto prepare configs/news.yaml
python experiments/0004-annotated-ukrainian/sample.py DATA_FOLDER
python experiments/0007-seed-words/tfidf.py
"""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from syto.corpus.prepared import read_split
from syto.records import Article
from syto.text.clean import Cleaner, TextSettings
from syto.training.baselines import fit_baselines
from syto.training.settings import BaselineSettings

PREPARED, LABELS = Path("data/prepared"), Path(__file__).parents[1] / "0004-annotated-ukrainian/topics_uk.csv"
SECTIONS = ("politics", "economy", "society", "culture", "sport", "science_technology")
FEEDS = ("sport", "culture", "science_technology", "health")


def main() -> None:
    """Print one line a training set."""
    train, test = (topics(PREPARED / "news", split) for split in ("train", "test"))
    posts = labelled_posts()
    guessed = [article for article in train if article.dataset.startswith("corpus_")]
    sections = [article for article in train if not article.dataset.startswith("corpus_")]
    for name, articles in (("sections", sections), ("sections and seed words", [*sections, *guessed])):
        counts = pd.Series([topic(article) for article in articles]).value_counts()
        labels = sorted(counts[counts >= 100].index)
        model = fit_baselines("topic", "single_label", labels, articles, BaselineSettings())[0]
        predicted = np.array(labels)[model.probabilities(test).argmax(1)]
        answers = np.array(labels)[model.probabilities([article for article, _ in posts]).argmax(1)]
        right = float(np.mean([answer == gold for answer, (_, gold) in zip(answers, posts, strict=True)]))
        print(
            name, len(articles), "articles:", {**figures(test, predicted), "posts, accuracy": round(right, 3)}
        )


def figures(test: list[Article], predicted: np.ndarray) -> dict[str, float]:
    """Return macro-F1 by test."""
    parts = {
        "ukrinform": (lambda a: a.dataset == "ukrinform", SECTIONS),
        "russian feeds": (lambda a: a.dataset == "newsapi_2020" and a.language == "ru", FEEDS),
        "english feeds": (lambda a: a.dataset == "newsapi_2020" and a.language == "en", FEEDS),
        "lenta": (lambda a: a.dataset == "lenta_sample", None),
    }
    gold = np.array([topic(article) for article in test])
    found = {}
    for name, (belongs, labels) in parts.items():
        rows = [n for n, article in enumerate(test) if belongs(article) and (not labels or gold[n] in labels)]
        labels = labels or sorted(set(gold[rows]))
        score = f1_score(gold[rows], predicted[rows], labels=labels, average="macro", zero_division=0)
        found[name] = round(float(score), 3)
    return found


def topics(folder: Path, split: str) -> list[Article]:
    """Return the articles of a split that have a topic."""
    return [article for article in read_split(folder, split, ("topic",)) if article.labels]


def topic(article: Article) -> str:
    """Return the one topic of an article."""
    return article.labels["topic"][0]


def labelled_posts() -> list[tuple[Article, str]]:
    """Return the posts of topics with five or more texts, cleaned, and their topics."""
    rows = pd.read_csv(LABELS).merge(
        pd.read_csv(PREPARED / "annotated/texts.tsv", sep="\t"), on=["dataset", "sha256"]
    )
    rows = rows[(rows["dataset"] == "unlp2025") & (rows["topic"] != "unclear")]
    rows = rows[rows.groupby("topic")["topic"].transform("size") >= 5]
    cleaner = Cleaner((), TextSettings())
    texts = [Article(str(n), text, clean=cleaner.clean("", text).text) for n, text in enumerate(rows["flat"])]
    return list(zip(texts, rows["topic"], strict=True))


if __name__ == "__main__":
    main()
