"""Whether `syto drift` tells batches that differ, and does not tell two halves of one file.

python experiments/0021-drift/measure.py ../shared/data [halves] [pairs] [limits]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd

from syto.corpus.columns import ColumnMap
from syto.corpus.shares import total_variation
from syto.evaluation.drift import shifts, tell_apart
from syto.inference.backends import choose_backend
from syto.inference.loaded import find_bundle
from syto.inference.predictor import Predictor
from syto.records import Article
from syto.report.drift_wording import is_told, moves
from syto.stages.drift import draw_batch, open_sides, read

SEEDS = range(20)
DRAWN = 6000  # of a file, for two halves: as many a side as the verb reads


def pair(name: str, old: Path, new: Path, *options: str) -> None:
    """Run the verb and print a row for each language that was told, with seconds and memory."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as output:
        command = [sys.executable, "-m", "syto", "drift", str(old), str(new), "--json", *options]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        _, _, used = os.wait4(process.pid, 0)
        output.seek(0)
        found = json.loads(output.read())
    seconds = f"{time.monotonic() - start:.0f} ({used.ru_utime + used.ru_stime:.0f})"
    cost = f"{seconds} | {used.ru_maxrss / 1024:.0f}"
    apart = "; ".join(
        f"{each['name']} {each['distance']:.2f} ({each['chance']:.2f})" for each in found["shares"]
    )
    for each in found["told"] or [None]:
        figures = "– | – | – | –"
        if each:
            auroc = each["auroc"]
            figures = (
                f"{each['language']} | {each['articles']:,} | {each['folds_by']} | "
                f"{auroc['value']:.3f} ({auroc['low']:.3f}–{auroc['high']:.3f})"
            )
        print(f"| {name} | {figures} | {apart} | {cost} |", flush=True)
        if each:
            print(
                f"<!-- {each['language']} NEW: {', '.join(each['words_new'])} OLD: {', '.join(each['words_old'])} -->"
            )


def halves(file: Path) -> None:
    """Deal what was drawn from one file to two sides, again and again."""
    bundle = find_bundle()
    with ExitStack() as stack:
        [side] = open_sides([str(file)], ColumnMap(), stack)
        [seen] = read(bundle, [draw_batch(file.stem, side, DRAWN, np.random.default_rng(0))])
    values: dict[str, list[tuple[float, int]]] = {}
    covered, told, moved = 0, 0, 0
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(seen))
        first, second = ([seen[row] for row in part] for part in np.array_split(order, 2))
        moved += sum(bool(moves(shift)) for shift in shifts(first, second, rng))
        for each in tell_apart(first, second, rng):
            value, low, high = each.auroc.value, each.auroc.low, each.auroc.high
            if value is None or low is None or high is None:
                continue
            values.setdefault(each.language, []).append((value, each.articles))
            covered += low <= 0.5 <= high
            told += is_told(each)
    rows = {name: [value for value, _ in found] for name, found in values.items()}
    rows["all, by articles"] = [
        float(np.average([value for value, _ in found], weights=[count for _, count in found]))
        for found in zip(*values.values(), strict=True)
    ]
    for name, found in rows.items():
        inside = sum(0.47 <= value <= 0.53 for value in found)
        count = min(number for _, number in values[name]) if name in values else ""
        print(
            f"| {file.stem} | {name} | {count} | {np.mean(found):.3f} | {np.std(found):.3f} | "
            f"{min(found):.3f}–{max(found):.3f} | {inside} of {len(found)} |"
        )
    count = sum(map(len, values.values()))
    print(
        f"{file.stem}: interval holds 0.5 in {covered} of {count}; told {told}; shares said to move {moved}\n",
        flush=True,
    )


HALVES = (
    "file | language | articles a side, least | AUC, mean | deviation | least and most | within 0.47–0.53"
)
PAIRS = "OLD, NEW | language | articles a side | folds by | AUC | total variation (chance) | seconds (of CPU) | MB"
NAMES = ("newsapi_2020", "newsapi_2023", "telegram_2019", "trending_2022", "ukrinform")


def head(columns: str) -> None:
    """Begin a table."""
    print(f"| {columns} |\n|{'---|' * len(columns.split(' | '))}")


def all_halves(files: Sequence[Path]) -> None:
    """Measure halves of one file each."""
    head(HALVES)
    for file in files:
        halves(file)


def all_pairs(files: Mapping[str, Path]) -> None:
    """Measure files that differ, alike in form where that can be."""
    head(PAIRS)
    first, titles = files["newsapi_2020"], ("--text-column", "title")
    pair("newsapi_2020, telegram_2019", first, files["telegram_2019"])
    pair("newsapi_2020, telegram_2019, titles", first, files["telegram_2019"], *titles)
    pair("newsapi_2020, newsapi_2023, titles", first, files["newsapi_2023"], *titles)
    with tempfile.TemporaryDirectory() as folder:
        ukrainian = Path(folder) / "telegram_2019_uk.parquet"
        articles = pd.read_parquet(files["telegram_2019"])
        articles[articles["language" if "language" in articles else "lang"] == "uk"].to_parquet(ukrainian)
        pair("telegram_2019 (uk), ukrinform", ukrainian, files["ukrinform"])
    pair("trending_2022, ukrinform", files["trending_2022"], files["ukrinform"])


LIMITS = "file | out of scope | unsure of the topic | topics, total variation from validation"
MIXED = (
    "newsapi_2020",
    "newsapi_2023",
    "telegram_2019",
    "corpus_uk",
    "corpus_ru",
)  # split by language or genre
WHOLE = ("ukrinform", "trending_2022", "viina", "lenta_sample", "unlp2025", "telegram_topics_llm")
READ_OF_EACH, CHARACTERS = 250, 3000  # articles, of a text


def batches(data: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield files, and the languages or genres of those that hold several."""
    for name in WHOLE:
        yield name, pd.read_parquet(data / f"{name}.parquet")
    for name in MIXED:
        table = pd.read_parquet(data / f"{name}.parquet")
        part = next(each for each in ("genre", "lang", "language") if each in table)
        yield from ((f"{name} {key}", rows) for key, rows in table.groupby(part) if len(rows) > READ_OF_EACH)


def limits(data: Path) -> None:
    """Score a few articles of each batch whole, and say how far off it is by what `score` goes by."""
    bundle = find_bundle()
    predictor = Predictor(bundle, choose_backend(bundle), passages=0)
    expected = bundle.manifest.training["labels"]["validation"]["topic"]
    head(LIMITS)
    for name, table in batches(data):
        drawn = table.sample(min(READ_OF_EACH, len(table)), random_state=0).fillna("")
        text = next((each for each in ("text", "content", "description") if each in drawn), None)
        texts = drawn[text].astype(str) if text else [""] * len(drawn)
        titles = drawn["title"].astype(str) if "title" in drawn else [""] * len(drawn)
        articles = [Article("", text[:CHARACTERS], title) for text, title in zip(texts, titles, strict=True)]
        heads = [each.heads["topic"] for each in predictor.predict(articles) if not each.error]
        counts = Counter(each.status for each in heads)
        found = Counter(each.labels[0] for each in heads if each.labels)
        out = counts["out_of_scope"]
        unsure = counts["unsure"] / max(len(heads) - out, 1)
        print(f"| {name} | {out / len(heads):.2f} | {unsure:.2f} | {total_variation(expected, found):.2f} |")


def main() -> None:
    """Measure what is asked for, else all."""
    data, parts = Path(sys.argv[1]), sys.argv[2:] or ["halves", "pairs", "limits"]
    files = {name: data / f"{name}.parquet" for name in NAMES}
    if "halves" in parts:
        all_halves([files["newsapi_2023"], files["telegram_2019"]])
    if "pairs" in parts:
        all_pairs(files)
    if "limits" in parts:
        limits(data)


if __name__ == "__main__":
    main()
