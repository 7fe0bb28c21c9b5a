"""Simulated rounds of labelling. Usage: simulate.py SET FIRST_SEED LAST_SEED [STRATEGY ...]

The learner is a logistic head over fixed vectors; it stands for a retraining. See README.md.
"""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.preprocessing import StandardScaler

from syto.corpus.columns import ColumnMap
from syto.inference.source_texts import SourceTexts
from syto.review import queue as review_queue
from syto.review.reasons import Reason, reasons_of
from syto.tables.rows import Row

WORK = Path("data/prepared/teach")
START, ROUND, ROUNDS, FEW_ROUNDS = 100, 50, 10, 4  # labels, labels, the last where the pool is small
POOL, TEST, OF_THE_OUTLETS = 2_000, 1_500, 0.4  # rows, rows, share of the outlets that are tested on
STARTED_WITH = 1 / 3  # of the other outlets, those that the first labels are of
STRENGTH = 0.1  # of the head, inverse (chosen on feeds)
LEAST = 10  # rows of a label in the test, for it to count
TIMES = 5  # rows kept for each of the queue, as the queue does
SAID = ("language", "unreliable_probability", "reliability_status", "source", "source_rating", "source_rater")
Floats = NDArray[np.floating]
Places = Sequence[int]

# A text is the same in each seed and round.
review_queue.sketch = lru_cache(maxsize=None)(review_queue.sketch)  # type: ignore[misc]


@dataclass(frozen=True)
class Texts:
    """A set of labelled texts; every list is as long."""

    rows: list[dict[str, str]]
    said: list[dict[str, object]]  # by the shipped model, but for the topic
    vectors: Floats
    cheap: Floats  # hashed n-grams, unit length
    gold: NDArray[np.int64]
    topics: list[str]


@dataclass(frozen=True)
class Round:
    """What a strategy sees: the rows that are left, and what the learner says of them."""

    texts: Texts
    left: NDArray[np.int64]
    labelled: NDArray[np.int64]
    shares: Floats  # (left, topics)
    classes: NDArray[np.int64]  # topics that the learner knows
    rng: np.random.Generator

    @property
    def margin(self) -> Floats:
        top = np.sort(self.shares, axis=1)
        return np.asarray(top[:, -1] - top[:, -2])

    @property
    def uncertain(self) -> NDArray[np.int64]:
        """Places among those left, the most uncertain first."""
        return np.argsort(self.margin, kind="stable")

    @property
    def vectors(self) -> Floats:
        return self.texts.vectors[self.left]

    @property
    def sources(self) -> list[str]:
        return [self.texts.rows[place]["source"] for place in self.left]


def read(name: str) -> Texts:
    rows = pd.read_parquet(WORK / f"{name}.parquet")
    scored = pd.read_parquet(WORK / f"{name}.scored.parquet")
    topics = sorted(set(rows.topic))
    said = scored.reindex(columns=list(SAID)).astype(object).where(scored.notna(), None).to_dict("records")
    for each in said:
        each |= {key: each[key] or "" for key in ("source", "source_rating", "source_rater", "language")}
        each |= {"model": "head", "error": "", "source_texts": None}
    letters = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5), n_features=1 << 16)
    return Texts(
        rows=rows.astype(str).to_dict("records"),
        said=said,
        vectors=StandardScaler().fit_transform(np.load(WORK / f"{name}.npy")),
        cheap=letters.fit_transform(rows.clean.str[:2_000]).tocsr(),
        gold=np.array([topics.index(topic) for topic in rows.topic]),
        topics=topics,
    )


# --- strategies: each returns places among those left, ROUND of them


def by_chance(now: Round) -> Places:
    return list(now.rng.permutation(len(now.left))[:ROUND])


def queue(now: Round, whole: bool = True, turns: bool = True) -> Places:
    """The queue of syto.review; not `whole`: as of a model without a reliability head; no `turns`: as it was."""
    review_queue.reasons_of = reasons_of if turns else without_turns  # type: ignore[attr-defined]
    chosen = review_queue.ReviewQueue(ROUND)
    together = SourceTexts()
    rows = []
    for place, shares in zip(now.left, now.shares, strict=True):
        ours = dict(now.texts.said[place])
        if not whole:
            ours |= {"unreliable_probability": None}
        named = {
            now.texts.topics[topic]: float(share) for topic, share in zip(now.classes, shares, strict=True)
        }
        ours |= {"topic": max(named, key=lambda own: named[own]), "topic_probabilities": named}
        together.add(ours)
        rows.append(ours)
    columns = ColumnMap(title="title", text="text", url="url")
    for number, (place, ours) in enumerate(zip(now.left, rows, strict=True)):
        chosen.add(Row(number, now.texts.rows[place]), columns, "pool", together.filled(ours))
    return [int(str(row["id"])) for row in chosen.rows()]


def without_turns(ours: Mapping[str, object]) -> Iterator[Reason]:
    return (replace(reason, group="") for reason in reasons_of(ours))


def uncertain(now: Round) -> Places:
    return list(now.uncertain[:ROUND])


def badge(now: Round) -> Places:
    """k-means++ over the gradients of the last layer (Ash and others, 2020)."""
    errors = now.shares.copy()  # (left, topics)
    errors[np.arange(len(errors)), errors.argmax(1)] -= 1
    norms = (errors**2).sum(1) * (now.vectors**2).sum(1)
    chosen = [int(norms.argmax())]
    nearest = np.full(len(norms), np.inf)
    while len(chosen) < ROUND:
        last = chosen[-1]
        products = (errors @ errors[last]) * (now.vectors @ now.vectors[last])
        nearest = np.minimum(nearest, np.maximum(norms + norms[last] - 2 * products, 0))
        nearest[chosen] = 0
        chosen.append(int(now.rng.choice(len(norms), p=nearest / nearest.sum())))
    return chosen


def far_apart(products: Floats, first: Sequence[int], size: int) -> Places:
    """Greedy k-centre: each the farthest from those chosen (Sener and Savarese, 2018)."""
    norms = products.diagonal()
    nearest = np.full(len(norms), np.inf)
    chosen = list(first)
    for place in chosen:
        nearest = np.minimum(nearest, norms + norms[place] - 2 * products[place])
    while len(chosen) < size:
        nearest[chosen] = -1
        place = int(nearest.argmax())
        chosen.append(place)
        nearest = np.minimum(nearest, norms + norms[place] - 2 * products[place])
    return chosen


def uncertain_far_apart(now: Round) -> Places:
    kept = now.uncertain[: TIMES * ROUND]
    own = now.vectors[kept]
    return [int(kept[place]) for place in far_apart(own @ own.T, [0], ROUND)]


def uncertain_far_apart_cheap(now: Round) -> Places:
    kept = now.uncertain[: TIMES * ROUND]
    own = now.texts.cheap[now.left[kept]]
    return [int(kept[place]) for place in far_apart((own @ own.T).toarray(), [0], ROUND)]


def uncertain_of_clusters(now: Round, times: int = TIMES) -> Places:
    """The most uncertain of each cluster of uncertain rows (after Zhdanov, 2019)."""
    kept = now.uncertain[: times * ROUND]
    weights = 1.001 - now.margin[kept]
    seed = int(now.rng.integers(1 << 31))
    found = KMeans(ROUND, n_init=1, random_state=seed).fit(now.vectors[kept], sample_weight=weights).labels_
    first = {cluster: place for place, cluster in reversed(list(enumerate(found)))}
    return [int(kept[place]) for place in sorted(first.values())][:ROUND]


def far_apart_alone(now: Round) -> Places:
    """Greedy k-centre over all rows, from those that have labels."""
    both = np.concatenate([now.texts.vectors[now.labelled], now.vectors])
    known = len(now.labelled)
    norms = (both**2).sum(1)
    nearest = np.full(len(both), np.inf)
    chosen = list(range(known))
    for place in chosen:
        nearest = np.minimum(nearest, norms + norms[place] - 2 * both @ both[place])
    while len(chosen) < known + ROUND:
        nearest[chosen] = -1
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, norms + norms[chosen[-1]] - 2 * both @ both[chosen[-1]])
    return [place - known for place in chosen[known:]]


def in_turns(now: Round, order: Sequence[int], names: Sequence[object], had: Counter[object]) -> Places:
    """Take the next of whichever name was had least."""
    had = Counter(had)
    waiting = list(order)
    rank = []
    for place in waiting:
        rank.append((had[names[place]], len(rank), place))
        had[names[place]] += 1
    return [place for *_, place in sorted(rank)][:ROUND]


def topics_in_turns(now: Round) -> Places:
    return in_turns(now, list(now.uncertain), list(now.shares.argmax(1)), Counter())


def topics_in_turns_by_chance(now: Round) -> Places:
    return in_turns(now, list(now.rng.permutation(len(now.left))), list(now.shares.argmax(1)), Counter())


def labelled_sources(now: Round) -> Counter[object]:
    return Counter(now.texts.rows[place]["source"] for place in now.labelled)


def new_sources(now: Round) -> Places:
    order = list(now.rng.permutation(len(now.left)))
    return in_turns(now, order, now.sources, labelled_sources(now))


def new_sources_uncertain(now: Round) -> Places:
    return in_turns(now, list(now.uncertain), now.sources, labelled_sources(now))


def half_by_chance(now: Round) -> Places:
    first = list(now.uncertain[: ROUND // 2])
    others = [place for place in now.rng.permutation(len(now.left)) if place not in set(first)]
    return first + others[: ROUND - len(first)]


STRATEGIES: dict[str, Callable[[Round], Places]] = {
    "by chance": by_chance,
    "the queue as it was": partial(queue, turns=False),
    "the queue as it was, topics alone": partial(queue, whole=False, turns=False),
    "the queue": queue,
    "the queue, topics alone": partial(queue, whole=False),
    "uncertain": uncertain,
    "uncertain, far apart by vector": uncertain_far_apart,
    "uncertain, far apart by n-grams": uncertain_far_apart_cheap,
    "uncertain, one a cluster": uncertain_of_clusters,
    "BADGE": badge,
    "far apart alone": far_apart_alone,
    "uncertain, topics in turns": topics_in_turns,
    "chance, topics in turns": topics_in_turns_by_chance,
    "new sources, by chance": new_sources,
    "new sources, uncertain": new_sources_uncertain,
    "half uncertain, half by chance": half_by_chance,
}


# --- rounds


@dataclass(frozen=True)
class Split:
    """Places of a seed's rows: no outlet is on both sides."""

    start: NDArray[np.int64]
    pool: NDArray[np.int64]
    test: NDArray[np.int64]


def split(texts: Texts, seed: int) -> Split:
    rng = np.random.default_rng(seed)
    outlets = np.array(sorted({row["source"] for row in texts.rows}))
    rng.shuffle(outlets)
    cut = int(len(outlets) * OF_THE_OUTLETS)
    tested, others = set(outlets[:cut]), outlets[cut:]
    known = set(others[: max(1, int(len(others) * STARTED_WITH))])
    order = rng.permutation(len(texts.rows))
    test = [place for place in order if texts.rows[place]["source"] in tested][:TEST]
    rest = [place for place in order if texts.rows[place]["source"] not in tested]
    start = [place for place in rest if texts.rows[place]["source"] in known][:START]
    begun = set(start)
    pool = [place for place in rest if place not in begun][:POOL]
    return Split(np.array(start), np.array(pool), np.array(test))


def learn(texts: Texts, places: NDArray[np.int64]) -> LogisticRegression:
    head = LogisticRegression(C=STRENGTH, max_iter=300)
    return head.fit(texts.vectors[places], texts.gold[places])


def rounds(
    texts: Texts, places: Split, name: str, seed: int
) -> Iterator[tuple[NDArray[np.int64], dict[str, object]]]:
    """Label and learn, round by round; yield the rows that have labels, and what they taught."""
    rng = np.random.default_rng([seed, sum(name.encode())])
    gold = texts.gold[places.test]
    counted = [topic for topic in range(len(texts.topics)) if (gold == topic).sum() >= LEAST]
    labelled, left = places.start, places.pool
    last = ROUNDS if len(left) >= 2 * ROUNDS * ROUND else FEW_ROUNDS
    for number in range(last + 1):
        head = learn(texts, labelled)
        said = head.predict(texts.vectors[places.test])
        now = Round(texts, left, labelled, head.predict_proba(texts.vectors[left]), head.classes_, rng)
        offered = list(STRATEGIES[name](now)) if number < last else []
        more = [place for place in rng.permutation(len(left)) if place not in set(offered)]
        chosen = offered + more[: ROUND - len(offered)] if offered else []  # a queue may have fewer
        own = left[chosen] if chosen else np.array([], dtype=np.int64)
        wrong = (head.classes_[now.shares[chosen].argmax(1)] != texts.gold[own]).sum() if chosen else 0
        row: dict[str, object] = {
            "strategy": name,
            "seed": seed,
            "labels": len(labelled),
            "macro_f1": f1_score(gold, said, labels=counted, average="macro", zero_division=0),
            "accuracy": float((gold == said).mean()),
            "counted": len(counted),
            "chosen": len(offered),
            "wrong": int(wrong),
            "outlets": len({texts.rows[place]["source"] for place in own}),
        }
        yield labelled, row
        labelled = np.concatenate([labelled, own])
        left = np.setdiff1d(left, own, assume_unique=True)


def main() -> None:
    name, first, last, *some = sys.argv[1:]
    texts = read(name)
    with (WORK / f"{name}.{first}{'.some' * bool(some)}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = None
        for seed in range(int(first), int(last) + 1):
            places = split(texts, seed)
            sizes = [len(places.start), len(places.pool), len(places.test)]
            print(name, seed, *sizes, flush=True)
            for strategy in some or STRATEGIES:
                for _, row in rounds(texts, places, strategy, seed):
                    writer = writer or _header(file, row)
                    writer.writerow(row)
            file.flush()


def _header(file: object, row: dict[str, object]) -> "csv.DictWriter[str]":
    writer = csv.DictWriter(file, list(row))  # type: ignore[call-overload]
    writer.writeheader()
    return writer


if __name__ == "__main__":
    main()
