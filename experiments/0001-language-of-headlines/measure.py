"""Accuracy of `detect_language` and of py3langid restricted to uk, ru, en; argument: the data folder."""

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.parquet as pq
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from syto.text.language import detect_language

Rows = list[tuple[str, str, str]]  # truth, group, text

# What each feed of viina publishes in; unian is unian.ua (its Russian edition is unian.net).
UKRAINIAN_FEEDS = frozenset(
    {"24tvua", "espreso", "interfaxua", "forbesua", "militarnyy", "nv", "pravdaua", "unian"}
)
RUSSIAN_FEEDS = frozenset({"ria", "ntv", "ng", "kp", "meduza", "mz", "liga"})
LANGUAGE_PATHS = {"ukr": "uk", "ua": "uk", "uk": "uk", "ru": "ru", "rus": "ru"}


def viina_truth(feed: str, url: str) -> str:
    """The language path of the url if it has one, else the language of the feed; empty: unknown."""
    for part in urlsplit(url).path.split("/")[1:2]:
        if part in LANGUAGE_PATHS:
            return LANGUAGE_PATHS[part]
    return "uk" if feed in UKRAINIAN_FEEDS else "ru" if feed in RUSSIAN_FEEDS else ""


def viina(folder: Path) -> Rows:
    """Headlines of one feed and one url."""
    rows = []
    for row in pq.read_table(folder / "viina.parquet").to_pylist():
        joined = "|" in row["source_urls"] or "|" in row["sources_matching"] or "||" in row["text"]
        truth = "" if joined else viina_truth(row["sources_matching"], row["source_urls"])
        if truth:
            rows.append((truth, f"viina {truth}", row["text"]))
    return rows


def sib200(folder: Path, splits: set[str]) -> Rows:
    """Sentences of SIB-200; train counts as development, nothing is fitted on it."""
    table = pq.read_table(folder / "sib200.parquet").to_pylist()
    return [(row["lang"], f"sib200 {row['lang']}", row["text"]) for row in table if row["split"] in splits]


def first_words(rows: Rows, count: int) -> Rows:
    """The same rows, cut short."""
    return [(truth, group, " ".join(text.split()[:count])) for truth, group, text in rows]


def measure(
    rows: Rows, detect: Callable[[str], str]
) -> tuple[dict[str, str], float, Counter[tuple[str, str]]]:
    """Accuracy per group, texts a second, and the confusions."""
    right, total, confusions = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    started = time.perf_counter()
    answers = [detect(text) for _, _, text in rows]
    seconds = time.perf_counter() - started
    for (truth, group, _), answer in zip(rows, answers, strict=True):
        total[group] += 1
        right[group] += truth == answer
        if truth != answer:
            confusions[truth, answer] += 1
    accuracy = {group: f"{right[group]}/{n} = {right[group] / n:.4f}" for group, n in total.items()}
    return accuracy, len(rows) / seconds, confusions


def main(folder: Path) -> None:
    """Print both systems on each set."""
    restricted = LanguageIdentifier.from_model_file(MODEL_FILE)
    restricted.set_languages(["uk", "ru", "en"])
    sets = {
        "viina": viina(folder),
        "viina, 5 words": first_words(viina(folder), 5),
        "viina, 3 words": first_words(viina(folder), 3),
        "sib200 train+dev": sib200(folder, {"train", "dev"}),
        "sib200 test": sib200(folder, {"test"}),
    }
    detect_language("Перший виклик завантажує модель і не рахується у швидкості: the model")
    detect_language("Пожар на складах")
    for name, rows in sets.items():
        for system, detect in (("syto", detect_language), ("py3langid", lambda t: restricted.classify(t)[0])):
            accuracy, speed, confusions = measure(rows, detect)
            sys.stdout.write(f"{name:17} {system:10} {accuracy} {speed:,.0f}/s {dict(confusions)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
