"""Print the README's table of figures from a results.json: `python table.py runs/news-…/results.json`."""

import json
import sys
from pathlib import Path

# test, task, kind of slice, its value (None: the headline), metric, floor of ../shared/data/README.md
ROWS = (
    ("Ukrinform, newest articles, 6 sections", "topic", "dataset", "ukrinform", "macro_f1", "0.896"),
    ("Russian headlines, unseen sources, 4 topics", "topic", "dataset_language", "newsapi_2020 · ru", "macro_f1", "0.759"),
    ("English headlines, unseen sources, 4 topics", "topic", "dataset_language", "newsapi_2020 · en", "macro_f1", "–"),
    ("War headlines of unseen outlets (`viina`), share called conflict", "topic", "dataset", "viina", "accuracy", "–"),
    ("Lenta, full Russian articles, rubrics mapped", "topic", "dataset", "lenta_sample", "macro_f1", "–"),
    ("All topics, all tests together", "topic", None, None, "macro_f1", "–"),
    ("Reliable against unreliable, Russian, unseen sources", "reliability", "language", "ru", "auroc_unreliable", "0.684"),
    ("The same within 2020", "reliability", "dataset_language", "newsapi_2020 · ru", "auroc_unreliable", "0.609"),
    ("The same within 2023", "reliability", "dataset_language", "newsapi_2023 · ru", "auroc_unreliable", "–"),
    ("Three classes, all languages, unseen sources", "reliability", None, None, "macro_f1", "–"),
)  # fmt: skip
SYSTEMS = ("transformer", "tfidf", "topic_only", "language_only", "source_only", "majority")


def _figures(head: dict, kind: str | None, value: str | None) -> tuple[int, dict[str, dict]]:
    if kind is None:
        return head["articles"], {system["system"]: system["metrics"] for system in head["systems"]}
    for part in head["slices"]:
        if (part["kind"], part["value"]) == (kind, value):
            return part["articles"], part["systems"]
    return 0, {}


def _cell(metrics: dict | None, metric: str, interval: bool) -> str:
    estimate = (metrics or {}).get(metric)
    if not estimate or estimate["value"] is None:
        return "–"
    text = f"{estimate['value']:.3f}"
    return (
        f"{text} ({estimate['low']:.3f}–{estimate['high']:.3f})"
        if interval and estimate["low"] is not None
        else text
    )


def main(path: Path) -> None:
    heads = {head["task"]: head for head in json.loads(path.read_text(encoding="utf-8"))["heads"]}
    sys.stdout.write(f"| test | articles | metric | floor | {' | '.join(SYSTEMS)} |\n")
    sys.stdout.write("|" + "---|" * (len(SYSTEMS) + 4) + "\n")
    for test, task, kind, value, metric, floor in ROWS:
        articles, systems = _figures(heads[task], kind, value)
        cells = [_cell(systems.get(name), metric, name in SYSTEMS[:2]) for name in SYSTEMS]
        name = {"auroc_unreliable": "AUROC", "macro_f1": "macro-F1"}.get(metric, metric)
        sys.stdout.write(f"| {test} | {articles:,} | {name} | {floor} | {' | '.join(cells)} |\n")


main(Path(sys.argv[1]))
