"""Put the table of figures into the files that show it, between their marks `<!-- figures -->` and `<!-- end -->`.

usage: table.py NAME=results.json … -- FILE.md …        such as before=old/results.json pupil=runs/…/results.json
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

# test, task, kind of slice, its value (None: the whole), metric, floor of ../shared/data/README.md
ROWS = (
    ("Ukrinform, newest articles of each section, 6 sections", "topic", "dataset", "ukrinform", "macro_f1", "0.883"),
    ("Ukrainska Pravda, articles of 2019, read one by one", "topic", "dataset", "read_pravda", "accuracy", "–"),
    ("Headlines of held-out outlets of 2020, read one by one", "topic", "dataset", "held_2020", "accuracy", "–"),
    ("… of 2022", "topic", "dataset", "held_2022", "accuracy", "–"),
    ("… of 2023", "topic", "dataset", "held_2023", "accuracy", "–"),
    ("War headlines of unseen outlets (`viina`), share called conflict", "topic", "dataset", "viina", "accuracy", "–"),
    ("Russian headlines, unseen sources, 4 topics", "topic", "dataset_language", "newsapi_2020 · ru", "macro_f1", "0.759"),
    ("English headlines, unseen sources, 4 topics", "topic", "dataset_language", "newsapi_2020 · en", "macro_f1", "–"),
    ("Full Russian texts, unseen outlets, folders of addresses", "topic", "dataset_language", "telegram_2019 · ru", "accuracy", "–"),
    ("Full English texts, unseen outlets, folders of addresses", "topic", "dataset_language", "telegram_2019 · en", "accuracy", "–"),
    ("Lenta, full Russian articles, rubrics mapped to 7 topics", "topic", "dataset", "lenta_sample", "macro_f1", "–"),
    ("All topics, all tests together", "topic", None, None, "macro_f1", "–"),
    ("Reliable against unreliable, Russian, full texts of unseen outlets", "reliability", "dataset_language", "telegram_2019 · ru", "auroc_unreliable", "0.709"),
    ("… Russian, all tests", "reliability", "language", "ru", "auroc_unreliable", "0.684"),
    ("… English, all tests", "reliability", "language", "en", "auroc_unreliable", "–"),
)  # fmt: skip
NAMES = {"auroc_unreliable": "AUROC", "macro_f1": "macro-F1"}
Json = dict[str, Any]


def part(results: Json, task: str, kind: str | None, value: str | None) -> tuple[int, Json]:
    """Return the number of articles and the metrics of each system."""
    head = next(head for head in results["heads"] if head["task"] == task)
    if kind is None:
        return head["articles"], {system["system"]: system["metrics"] for system in head["systems"]}
    found = [each for each in head["slices"] if (each["kind"], each["value"]) == (kind, value)]
    return (found[0]["articles"], found[0]["systems"]) if found else (0, {})


def cell(systems: Json, system: str, metric: str, interval: bool) -> str:
    estimate = (systems.get(system) or {}).get(metric)
    if not estimate or estimate["value"] is None:
        return "–"
    bounds = (
        f" ({estimate['low']:.3f}–{estimate['high']:.3f})" if interval and estimate["low"] is not None else ""
    )
    return f"{estimate['value']:.3f}{bounds}"


def table(columns: dict[str, Json]) -> str:
    last = list(columns)[-1]
    lines = [
        f"| test | articles | metric | floor | {' | '.join(columns)} | tfidf |",
        "|" + "---|" * (len(columns) + 5),
    ]
    for test, task, kind, value, metric, floor in ROWS:
        articles, systems = part(columns[last], task, kind, value)
        cells = [
            cell(part(results, task, kind, value)[1], "transformer", metric, name == last)
            for name, results in columns.items()
        ]
        baseline = cell(systems, "tfidf", metric, False)
        lines.append(
            f"| {test} | {articles:,} | {NAMES.get(metric, metric)} | {floor} | {' | '.join(cells)} | {baseline} |"
        )
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    place = arguments.index("--") if "--" in arguments else len(arguments)
    paths = dict(each.split("=", 1) for each in arguments[:place])
    made = table({name: json.loads(Path(path).read_text(encoding="utf-8")) for name, path in paths.items()})
    sys.stdout.write(made + "\n")
    for name in arguments[place + 1 :]:
        text = Path(name).read_text(encoding="utf-8")
        marked = re.sub(r"(<!-- figures -->\n).*?(<!-- end -->)", rf"\1{made}\n\2", text, flags=re.DOTALL)
        Path(name).write_text(marked, encoding="utf-8")


main(sys.argv[1:])
