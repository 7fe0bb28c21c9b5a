"""TF-IDF with and without the texts that were read, on the test split and on the labelled posts.

syto prepare configs/news.yaml
python experiments/0004-annotated-ukrainian/sample.py DATA_FOLDER
python experiments/0009-annotated-texts/tfidf.py
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "0007-seed-words"))
from tfidf import PREPARED, figures, labelled_posts, topic, topics

from syto.records import Article
from syto.training.baselines import Baseline, fit_baselines
from syto.training.settings import BaselineSettings


def _told(model: Baseline, labels: list[str], articles: list[Article]) -> np.ndarray:
    return np.array(labels)[model.probabilities(articles).argmax(1)]


def main(folder: Path) -> None:
    """Print one line a training set."""
    train, test = (topics(folder, split) for split in ("train", "test"))
    posts = labelled_posts()
    others = {
        "pravda": [article for article in test if article.dataset == "read_pravda"],
        "held-out outlets": [article for article in test if article.dataset.startswith("held_")],
    }
    for name in ("without", "with"):
        articles = [a for a in train if name == "with" or not a.dataset.startswith("read_")]
        counts = pd.Series([topic(article) for article in articles]).value_counts()
        labels = sorted(counts[counts >= 100].index)
        model = fit_baselines("topic", "single_label", labels, articles, BaselineSettings())[0]

        found = figures(test, _told(model, labels, test))
        found["posts"] = float(
            np.mean(_told(model, labels, [a for a, _ in posts]) == [gold for _, gold in posts])
        )
        for place, of in others.items():
            found[place] = float(np.mean(_told(model, labels, of) == [topic(article) for article in of]))
        print(name, len(articles), "articles:", {key: round(value, 3) for key, value in found.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PREPARED / "news")
