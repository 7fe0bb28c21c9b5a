"""How reliability is told by how much of a text is read, and how often neutral news is accused.

usage: measure.py BUNDLE PREPARED     BUNDLE may be `shipped` or `accurate`
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from syto.corpus.prepared import read_split
from syto.inference.loaded import Model
from syto.loading import load
from syto.records import Article, Prediction
from syto.text.sentences import sentence_spans

NEUTRAL = {"sport", "culture", "science_technology", "health", "lifestyle", "weather"}
DRAWS = 500


def parts(article: Article) -> Iterator[tuple[str, str]]:
    """Yield how much is read, and that much of a cleaned full text."""
    spans = sentence_spans(article.clean)
    first = article.clean[: spans[0][1]] if spans else ""
    yield "headline", first
    yield "headline and lead", article.clean[: spans[1][1]] if len(spans) > 1 else first
    yield "500 characters", article.clean[:500]
    yield "1,500 characters", article.clean[:1500]
    yield "whole", article.clean


def unreliable(prediction: Prediction) -> float | None:
    head = prediction.heads.get("reliability")
    return head.probabilities.get("unreliable") if head else None


def auroc(rows: Sequence[tuple[str, bool, float]]) -> str:
    """Return AUROC over articles with its interval by source, and over the means of sources of 5 and more."""
    by_source: defaultdict[str, list[tuple[bool, float]]] = defaultdict(list)
    for source, gold, share in rows:
        by_source[source].append((gold, share))
    rng, names, draws = np.random.default_rng(0), sorted(by_source), []
    for _ in range(DRAWS):
        drawn = [
            row for place in rng.integers(len(names), size=len(names)) for row in by_source[names[place]]
        ]
        if len({gold for gold, _ in drawn}) == 2:
            draws.append(roc_auc_score(*zip(*drawn, strict=True)))
    means = [
        (each[0][0], float(np.mean([share for _, share in each])))
        for each in by_source.values()
        if len(each) >= 5
    ]
    whole = roc_auc_score([gold for _, gold, _ in rows], [share for *_, share in rows])
    outlets = (
        roc_auc_score(*zip(*means, strict=True)) if len({gold for gold, _ in means}) == 2 else float("nan")
    )
    low, high = np.quantile(draws, [0.025, 0.975])
    return f"{whole:.3f} ({low:.3f}–{high:.3f}) | {outlets:.3f} | {len(rows):,} of {len(by_source)}"


def by_length(model: Model, articles: Sequence[Article]) -> None:
    rated = [
        each
        for each in articles
        if each.labels.get("reliability", ("mixed",))[0] != "mixed" and each.dataset == "telegram_2019"
    ]
    print("| language | read | by article | by outlet | articles of outlets |\n|---|---|---|---|---|")
    for language in ("ru", "en"):
        own = [each for each in rated if each.language == language]
        for place, name in enumerate(name for name, _ in parts(own[0])):
            texts = [replace(each, title="", text=list(parts(each))[place][1]) for each in own]
            told = [unreliable(each) for each in model.predictor.predict(texts)]
            rows = [
                (article.source, article.labels["reliability"][0] == "unreliable", share)
                for article, share in zip(own, told, strict=True)
                if share is not None
            ]
            print(f"| {language} | {name} | {auroc(rows)} |", flush=True)


def accused(model: Model, articles: Sequence[Article]) -> None:
    print(
        "| neutral news | articles | called unreliable | at 0.5 or more | mean | statuses |\n|---|---|---|---|---|---|"
    )
    agency = [each for each in articles if each.dataset == "ukrinform"]
    groups = {"uk, agency, full texts, all sections": agency}
    for language in ("uk", "ru", "en"):
        groups[f"{language}, sport, culture, science, health, of outlets nobody rated or rated reliable"] = [
            each
            for each in articles
            if each.language == language
            and each.dataset != "ukrinform"
            and NEUTRAL.intersection(each.labels.get("topic", ()))
            and each.labels.get("reliability", ("reliable",))[0] == "reliable"
        ]
    for name, group in groups.items():
        if not group:
            continue
        told = [each.heads["reliability"] for each in model.predictor.predict(group) if each.heads]
        read = [each for each in told if each.probabilities]
        shares = np.array([each.probabilities["unreliable"] for each in read])
        called = np.mean([each.status == "sure" and each.labels == ("unreliable",) for each in read])
        statuses = sorted({each.status for each in read})
        print(
            f"| {name} | {len(read):,} | {called:.1%} | {(shares >= 0.5).mean():.1%} | {shares.mean():.3f} "
            f"| {', '.join(statuses)} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle")
    parser.add_argument("prepared", type=Path)
    given = parser.parse_args()
    model = load(None if given.bundle == "shipped" else given.bundle, passages=0)
    tasks = [head.task for head in model.bundle.manifest.heads]
    test, validation = (read_split(given.prepared, split, tasks) for split in ("test", "validation"))
    # On test alone: the Ukrainian scaling was put where validation articles of the agency lie.
    accused(model, [each for each in test if each.dataset != "lenta_sample"])
    print(flush=True)
    by_length(model, [*validation, *test])


main()
