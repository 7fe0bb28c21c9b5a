"""How faithful the passages are: what is left of an answer when they are deleted, and when they alone are kept.

python experiments/0011-passages/measure.py data/embedded data/prepared/news [--articles 60]
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from syto.corpus.prepared import read_split
from syto.inference.backends import choose_backend
from syto.inference.predictor import Predictor
from syto.model.bundle import read_bundle
from syto.records import Article, Prediction
from syto.text.sentences import sentence_spans

FEWEST, MOST = 4, 25  # sentences of an article
METHODS = ("passages", "occlusion", "first sentences", "random")
SHARES = (0.0, 0.2, 0.5)  # of the sentences that are deleted; 0: the first one alone


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the text without the spans, which are in order."""
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def shares(predictor: Predictor, texts: Sequence[str], language: str) -> list[Prediction]:
    return predictor.predict([Article(str(n), text, language=language) for n, text in enumerate(texts)])


def probability(prediction: Prediction, task: str, label: str) -> float:
    """Return the label's probability; nothing is left of an answer that is out of scope."""
    return prediction.heads[task].probabilities.get(label, 0.0)


def measured(
    predictor: Predictor, article: Article, rng: np.random.Generator
) -> dict[tuple[str, str], list[float]]:
    """Return by task and method: fall after deleting each share of the sentences, and the one sentence kept."""
    text, language = article.clean, article.language
    spans = sentence_spans(text)
    [whole] = predictor.predict([Article("", text, language=language)])
    left_out = shares(predictor, [without(text, [span]) for span in spans], language)
    found = {}
    for task, head in whole.heads.items():
        [label] = head.labels
        before = head.probabilities[label]
        evidence = np.zeros(len(spans))
        for passage in head.passages:
            evidence[max(n for n, (start, _) in enumerate(spans) if start <= passage.start)] += passage.weight
        scores = {
            "passages": evidence,
            "occlusion": np.array([before - probability(each, task, label) for each in left_out]),
            "first sentences": -np.arange(len(spans), dtype=float),
            "random": rng.random(len(spans)),
        }
        for method in METHODS:
            order = np.argsort(-scores[method], kind="stable")
            texts = []
            for share in SHARES:
                gone = sorted(order[: max(1, round(share * len(spans)))].tolist())
                texts.append(without(text, [spans[n] for n in gone]))
            start, end = spans[order[0]]
            texts.append(text[start:end])
            after = [probability(each, task, label) for each in shares(predictor, texts, language)]
            found[task, method] = [*(before - each for each in after[:-1]), after[-1] / before]
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("--articles", type=int, default=60, help="of a language")
    options = parser.parse_args()
    bundle = read_bundle(options.bundle)
    predictor = Predictor(bundle, choose_backend(bundle, "auto"), passages=MOST)
    tasks = [head.task for head in bundle.manifest.heads]
    articles = read_split(options.prepared, "test", tasks)
    long = [a for a in articles if FEWEST <= len(sentence_spans(a.clean)) <= MOST]
    rng = np.random.default_rng(0)
    rows = defaultdict(list)
    for language in ("uk", "ru", "en"):
        of_language = [article for article in long if article.language == language]
        for place in rng.permutation(len(of_language))[: options.articles]:
            for (task, method), values in measured(predictor, of_language[place], rng).items():
                rows[task, language, method].append(values)
    print("task\tlanguage\tmethod\tn\tfall: first\tfall: 20%\tfall: 50%\tkept by the first alone")
    for (task, language, method), values in rows.items():
        table = np.array(values)
        drawn = [table[rng.integers(len(table), size=len(table))].mean(0) for _ in range(500)]
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        cells = [f"{m:.3f} ({a:.3f}–{b:.3f})" for m, a, b in zip(table.mean(0), low, high, strict=True)]
        print("\t".join([task, language, method, str(len(table)), *cells]), flush=True)


if __name__ == "__main__":
    main()
