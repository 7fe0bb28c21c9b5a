"""Measure checks of what is news side by side: false alarms on test news, and what they catch.

Usage: python measure.py PREPARED_FOLDER DATA_FOLDER CHECK.npz [CHECK.npz …]
"""

import csv
import importlib
import re
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from ruamel.yaml import YAML

from syto.corpus.prepared import read_split
from syto.tables.formats import open_table
from syto.text.clean import Cleaner
from syto.text.language import detect_language
from syto.text.scope import LENGTHS, NewsScope, read_scope

HERE = Path(__file__).parent
LANGUAGES = ("uk", "ru", "en")
MODULES = ("asyncio", "email", "json", "sqlite3", "unittest", "xml.dom", "logging", "http")  # never fitted on
Texts = Mapping[str, list[tuple[str, str]]]  # row of the table → language and text


def test_news(folder: Path) -> Texts:
    rows = defaultdict(list)
    for article in read_split(folder, "test", ()):
        name, text = article.language, article.clean
        low = (0, *LENGTHS)[bisect_right(LENGTHS, len(text))]
        for row, shape in (
            (f"{name}, {low} characters and more", text),
            (f"{name}, all", text),
            (f"{name}, a line a sentence", re.sub(r"(?<=[.!?]) ", "\n", text)),
            (f"{name}, first 8 words", " ".join(text.split()[:8])),
            (f"{name}, {article.dataset}", text),
        ):
            rows[row].append((name, shape))
    return dict(sorted(rows.items()))


def posts(data: Path) -> Texts:
    """Telegram posts of a set that is never fitted on."""
    rows = defaultdict(list)
    clean = Cleaner()
    for row in open_table(data / "unlp2025.parquet").rows():
        text = clean.clean("", str(row.values["content"])).text
        rows[f"posts of unlp2025, {detect_language(text)}"].append((detect_language(text), text))
    return {name: texts for name, texts in rows.items() if name[-2:] in LANGUAGES}


def statutes(data: Path) -> Texts:
    """Every twentieth statute; a check has been fitted on one in seven of all (news-1) or so (news-2)."""
    rows = [r.values for r in open_table(data / "corpus_uk.parquet").rows() if r.values["genre"] == "law"][
        ::20
    ]
    clean = Cleaner()
    return {"uk, statutes": [("uk", clean.clean("", str(row["text"])[:3000]).text) for row in rows]}


def sample() -> Texts:
    with (HERE.parents[1] / "data" / "sample" / "articles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [f"{row['title']}\n{row['text']}" for row in rows]
    return {
        "invented articles": [(detect_language(text), text) for text in texts],
        "their headlines": [
            (detect_language(text), row["title"]) for text, row in zip(texts, rows, strict=True)
        ],
    }


def written() -> Texts:
    documents = YAML(typ="safe").load((HERE / "documents.yaml").read_text("utf-8"))
    clean = Cleaner()
    return {
        f"{language}, {kind}": [(language, clean.clean("", text).text) for text in texts]
        for language, kinds in documents.items()
        for kind, texts in kinds.items()
    }


def code() -> Texts:
    clean = Cleaner()
    paths = [p for m in MODULES for p in Path(str(importlib.import_module(m).__file__)).parent.glob("*.py")]
    texts = [clean.clean("", path.read_text("utf-8")[:3000]).text for path in sorted(set(paths))]
    return {"code of the standard library": [("en", text) for text in texts if len(text) > LENGTHS[1]]}


def alarms(scope: NewsScope, texts: Iterable[tuple[str, str]]) -> int:
    return sum(not scope.holds(text, language) for language, text in texts)


def main(folder: Path, data: Path, paths: list[Path]) -> None:
    scopes = [read_scope(path) for path in paths]
    for title, rows in (
        ("called no news, of news", {**test_news(folder), **posts(data), **sample()}),
        (
            "called no news, of other documents (`news`: should be 0)",
            {**written(), **statutes(data), **code()},
        ),
    ):
        print(f"\n| {title} | texts | {' | '.join(path.stem for path in paths)} |")
        print("|---" * (2 + len(paths)) + "|")
        for name, texts in rows.items():
            found = [alarms(scope, texts) for scope in scopes]
            cells = [f"{n} ({n / len(texts):.4f})" if n else "0" for n in found]
            print(f"| {name} | {len(texts):,} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(each) for each in sys.argv[3:]])
