"""What n-grams of sub-words tell of unseen outlets, by folds of outlets: `python reliability.py data/prepared/news`.

Prints AUROC of unreliable against reliable by article / by outlet (mean of five articles and more), a line a way.
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from syto.corpus.prepared import read_split
from syto.model.ngrams import pair_feature
from syto.model.settings import WindowSettings
from syto.model.windows import Windower

TOKENIZER, VOCABULARY, BUCKETS = Path("data/prepared/e5-small/tokenizer.json"), 49_632, 65_536
SISTERS = ("ria.ru", "sputnik", "pravda.com.ua", "interfax", "rt.com", "bbc")
LABELS = ("unreliable", "mixed", "reliable")
FOLDER = Path(sys.argv[1])

articles = [
    article
    for split in ("train", "validation", "test")
    for article in read_split(FOLDER, split, ["topic", "reliability"])
    if "reliability" in article.labels
]
gold = np.array([LABELS.index(article.labels["reliability"][0]) for article in articles])
outlet = np.array([next((s for s in SISTERS if s in a.source), a.source) for a in articles])
language = np.array([article.language for article in articles])
dataset = np.array([article.dataset for article in articles])
year = np.array([article.published.year if article.published else 2019 for article in articles])
PARTS = {
    "full ru 2019": (language == "ru") & (dataset == "telegram_2019"),
    **{
        f"ru {each}": (language == "ru") & (year == each) & (dataset != "telegram_2019")
        for each in (2020, 2022, 2023)
    },
    "en": language == "en",
}
strata = [f"{label} {each}" for label, each in zip(gold, language, strict=True)]
FOLDS = list(StratifiedGroupKFold(5, shuffle=True, random_state=1).split(strata, strata, outlet))


def features(length: int, windows: int, logarithm: bool) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Return tf-idf of unit length (windows, features), the article of each window, and its sub-words."""
    windower = Windower(TOKENIZER, WindowSettings(length=length, overlap=16, max_windows=windows))
    cut = windower.windows([article.clean for article in articles])
    ids = [np.array(window.ids) for each in cut for window in each.windows]
    own = np.repeat(np.arange(len(cut)), [len(each.windows) for each in cut])
    rows = [np.concatenate([i, pair_feature(i[:-1], i[1:], VOCABULARY, BUCKETS)]) for i in ids]
    starts, columns = np.cumsum([0, *map(len, rows)]), np.concatenate(rows)
    shape = (len(rows), VOCABULARY + BUCKETS)
    counts = sparse.csr_matrix((np.ones(len(columns), np.float32), columns, starts), shape=shape)
    counts.sum_duplicates()
    counts.data = np.log1p(counts.data) if logarithm else counts.data
    counts = counts.multiply(np.log((1 + len(rows)) / (1 + counts.getnnz(axis=0))) + 1).tocsr()
    length_ = np.sqrt(np.asarray(counts.multiply(counts).sum(1)).ravel())
    return sparse.diags(1 / length_) @ counts, own, np.array([len(each) for each in ids])


def scores(table: tuple, strength: float, within: bool, teaches: np.ndarray) -> np.ndarray:
    """Return how unreliable each article reads to the model that has not seen its outlet."""
    matrix, own, lengths = table
    found = np.zeros(len(gold))
    for training, held in FOLDS:
        learnt = np.zeros(len(gold), dtype=bool)
        learnt[training] = True
        rows = np.flatnonzero((learnt & (gold != 1) & teaches)[own])
        cells = [(language[a] if within else "", int(gold[a])) for a in own[rows]]
        counts, sizes = Counter(cells), Counter(each for each, _ in cells)
        weights = [sizes[each] / (2 * counts[each, label]) for each, label in cells]
        model = LogisticRegression(
            solver="liblinear", dual=True, C=strength, tol=0.01, max_iter=1000, random_state=0
        )
        model.fit(matrix[rows], gold[own[rows]] == 0, sample_weight=weights)
        said = matrix @ model.coef_[0] + model.intercept_[0]
        mean = np.bincount(own, said * lengths) / np.bincount(own, lengths)
        found[held] = mean[held]
    return found


def auroc(part: np.ndarray, found: np.ndarray) -> str:
    rows = np.flatnonzero(part & (gold != 1))
    by_outlet = defaultdict(list)
    for row in rows:
        by_outlet[outlet[row]].append(row)
    many = [each for each in by_outlet.values() if len(each) >= 5]
    outlets = roc_auc_score([gold[each[0]] == 0 for each in many], [found[each].mean() for each in many])
    return f"{roc_auc_score(gold[rows] == 0, found[rows]):.3f} / {outlets:.3f}"


first, first_log = features(512, 1, False), features(512, 1, True)
five, one = features(128, 5, False), features(128, 1, False)
every, feeds = np.ones(len(gold), dtype=bool), dataset != "newsapi_2020"
WAYS = {
    "first 512 sub-words, by label, C 10": (first, 10, False, every),
    "… within language": (first, 10, True, every),
    "… counts by their logarithm": (first_log, 10, True, every),
    "… and C 100": (first_log, 100, True, every),
    "… Russian alone, C 10": (first_log, 10, True, language == "ru"),
    "… full Russian texts alone, C 100": (first_log, 100, True, PARTS["full ru 2019"]),
    "up to five windows of 128, C 100": (five, 100, True, every),
    "… without the feeds of 2020": (five, 100, True, feeds),
    "one window of 128, without the feeds of 2020": (one, 100, True, feeds),
}
print(f"| fitted on | {' | '.join(PARTS)} |")
for name, way in WAYS.items():
    found = scores(*way)
    print(f"| {name} | {' | '.join(auroc(part, found) for part in PARTS.values())} |", flush=True)
