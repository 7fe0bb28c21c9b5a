"""Score the labelled posts with a bundle, and with TF-IDF fitted on the training split of the news config.

    python sample.py DATA_FOLDER
    python evaluate.py BUNDLE [TEXTS]

Only `unlp2025`: training reads `viina`. `unclear` texts are left out, and topics with fewer than five texts.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from syto.corpus.prepared import read_split
from syto.records import Article
from syto.text.clean import Cleaner, TextSettings
from syto.training.baselines import fit_baselines
from syto.training.settings import BaselineSettings

HERE, PREPARED = Path(__file__).parent, Path("data/prepared")
SUPPORT = 5


def main() -> None:
    """Print accuracy and macro-F1 of both models on the same texts."""
    bundle = sys.argv[1]
    texts = Path(sys.argv[2]) if len(sys.argv) > 2 else PREPARED / "annotated" / "texts.tsv"
    labels = pd.read_csv(HERE / "topics_uk.csv").merge(pd.read_csv(texts, sep="\t"), on=["dataset", "sha256"])
    labels = labels[(labels["dataset"] == "unlp2025") & (labels["topic"] != "unclear")]
    labels = labels[labels.groupby("topic")["topic"].transform("size") >= SUPPORT]
    predictions = {"bundle": scored(labels["flat"], bundle), "tfidf": tfidf(labels["flat"])}
    topics = sorted(set(labels["topic"]))
    print(f"{len(labels)} texts, {labels['topic'].value_counts().to_dict()}")
    for name, predicted in predictions.items():
        right = np.asarray(labels["topic"]) == predicted
        either = right | (np.asarray(labels["second_topic"]) == predicted)
        by_topic = f1_score(labels["topic"], predicted, labels=topics, average=None, zero_division=0)
        figures = {"accuracy": right.mean(), "either": either.mean(), "macro-F1": by_topic.mean()}
        print(name, {key: round(float(value), 3) for key, value in figures.items()})
        print("   ", {topic: round(float(value), 2) for topic, value in zip(topics, by_topic, strict=True)})


def scored(texts: pd.Series, bundle: str) -> np.ndarray:
    """Return what `syto score` answers to the texts alone; an article that it will not judge gets ''."""
    with tempfile.TemporaryDirectory() as folder:
        table, output = Path(folder, "texts.csv"), Path(folder, "scored.csv")
        pd.DataFrame({"text": texts}).to_csv(table, index=False)
        command = [sys.executable, "-m", "syto", "score", str(table), "-o", str(output), "--model", bundle]
        subprocess.run(command, check=True)
        return pd.read_csv(output)["topic"].fillna("").to_numpy()


def tfidf(texts: pd.Series) -> np.ndarray:
    """Return the answers of the TF-IDF baseline that every training has beside it."""
    train = [article for article in read_split(PREPARED / "news", "train", ("topic",)) if article.labels]
    cleaner = Cleaner((), TextSettings())
    posts = [Article(str(n), text, clean=cleaner.clean("", text).text) for n, text in enumerate(texts)]
    counts = pd.Series([article.labels["topic"][0] for article in train]).value_counts()
    topics = sorted(counts[counts >= 100].index)
    model = fit_baselines("topic", "single_label", topics, train, BaselineSettings())[0]
    return np.array(topics)[model.probabilities(posts).argmax(1)]


if __name__ == "__main__":
    main()
