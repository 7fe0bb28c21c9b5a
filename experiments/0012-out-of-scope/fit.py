"""Fit the check that tells news from other documents, and measure it.

Usage: python fit.py DATA_FOLDER TRANSLATED.parquet OUTPUT.npz   (TRANSLATED.parquet is what translate.py writes)
"""

import re
import sys
import sysconfig
import time
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import yaml
from made import MAKERS, PARTS, blended, excerpt, shuffled
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from syto.text.clean import Cleaner
from syto.text.language import detect_language
from syto.text.scope import LENGTHS, NewsScope, ngram_buckets

HERE = Path(__file__).parent
BUCKETS = 1 << 17
STRENGTH = 30.0  # of the logistic regression's C
FALSE_ALARMS = (0.001, 0.003, 0.003)  # allowed on validation news, a length; a headline says little
NEWS_CORPORA = {  # not those that test articles are taken from: Ukrainska Pravda, Ukrinform
    "uk": {
        "tsn-telegram-highbrow": 2500,
        "ud-ukrainian-parlamint": 900,
        "ukrainian-religious": 900,
        "eltec-ukr": 1063,
        "ua-gec": 1500,
    },  # speeches, church, novels, essays: no alarm wanted
    "ru": {
        "1tv-ru-news": 2000,
        "telegram-news-ru-nktkln": 3000,
        "moldova-news-ugthesis": 1500,
        "nerel-wikinews-ru": 500,
        "segodnya-ua-2017": 250,
    },
    "en": {"nltk-news-en": 2000, "enwiki-2015-wikivisual": 1200, "front-lines-wikipedia-en": 100},
}
OTHER_CORPORA = {"ansvar-ukrainian-law": ("statute", 2500), "webdoky-mdn-uk": ("manual", 550), "freecodecamp-uk": ("manual", 1200)}  # fmt: skip
EMOJI = "❗ ⚡️ 🔥 💥 😡 🤡 ‼️ 🇺🇦 👇 ➡️ ▪️ 😂 👍 🙏 🦉 💪 📷 🌪 1️⃣ 🎻".split()  # noqa: SIM905
MADE = 700  # documents of each kind and language
EXCERPTS = 150  # draws from the few written or quoted passages
LEAST = 150  # validation texts that a limit needs; with fewer it is the highest of the language

Row = tuple[str, str, str]  # kind, language, text


def is_test(name: str) -> bool:
    """Tell whether a file, package or document is kept for measuring: one in four, by its name."""
    return zlib.crc32(name.encode()) % 4 == 0


def news_of(prepared: Path, split: str, limit: int | None, random: Random) -> Iterator[Row]:
    frame = pd.read_parquet(prepared / f"{split}.parquet")
    for language, rows in frame.groupby("language"):
        texts = rows["clean"].tolist()
        yield from (
            ("news", str(language), text)
            for text in random.sample(texts, min(limit or len(texts), len(texts)))
        )


def corpora(data: Path, by_machine: Path) -> Iterator[Row]:
    """Yield the unlabelled documents: news, and other genres in Ukrainian and, translated, in Russian."""
    for language, wanted in NEWS_CORPORA.items():
        frame = pd.read_parquet(data / f"corpus_{language}.parquet")
        for source, count in wanted.items():
            texts = frame.loc[frame["source"] == source, "text"]
            yield from (
                ("news", language, text) for text in texts.sample(min(count, len(texts)), random_state=20)
            )
    ukrainian = pd.read_parquet(data / "corpus_uk.parquet")
    translated = pd.read_parquet(by_machine)
    for source, (kind, count) in OTHER_CORPORA.items():
        texts = ukrainian.loc[ukrainian["source"] == source, "text"]
        yield from ((kind, "uk", text) for text in texts.sample(min(count, len(texts)), random_state=20))
        yield from ((kind, "ru", text) for text in translated.loc[translated["source"] == source, "text"])
    machine = translated[
        translated["genre"].isin(["news", "novels"])
    ]  # so that a translator's traces tell nothing
    yield from (
        ("news", language, text) for language, text in zip(machine["language"], machine["text"], strict=True)
    )


def code_and_manuals(random: Random) -> Iterator[tuple[str, Row]]:
    """Yield (package, row) of source files, manuals and licences that lie about on a machine with Python and C."""
    wanted = {"code": (".py", ".js", ".ts", ".c", ".h", ".cpp", ".css", ".html", ".json", ".sh", ".sql", ".xml", ".yaml", ".toml", ".rs", ".go", ".java"), "manual": (".md", ".rst", ".txt"), "licence": ()}  # fmt: skip
    roots = [
        Path(sysconfig.get_paths()["purelib"]),
        Path("/usr/include"),
        Path("/usr/share/doc"),
        Path("/usr/share/common-licenses"),
        Path("/usr/share/vim"),
        Path("/usr/lib/node_modules"),
    ]
    found: dict[tuple[str, str], list[Path]] = {}
    for root in roots:
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            if not path.is_file() or path.is_symlink() or path.stat().st_size > 400_000:
                continue
            package = path.relative_to(root).parts[0]
            licence = (
                re.match(r"(?i)(licen[cs]e|copying|copyright)", path.name) or root.name == "common-licenses"
            )
            kind = (
                "licence"
                if licence
                else next((k for k, endings in wanted.items() if path.suffix in endings), "")
            )
            if kind:
                found.setdefault((kind, package), []).append(path)
    for (kind, package), paths in found.items():
        for path in random.sample(paths, min(12, len(paths))):
            text = path.read_text("utf-8", "ignore").strip()
            start = random.choice([0, random.randrange(max(len(text) - 600, 1))])
            if len(text[start:]) > 60:
                yield package, (kind, "en", text[start : start + 3000])


def made(random: Random, news: list[Row]) -> Iterator[Row]:
    for language in ("uk", "ru", "en"):
        for kind, maker in MAKERS.items():
            yield from (
                (kind, language, maker(random, language))
                for _ in range(MADE * 3 if kind == "recipe" else MADE)
            )
        texts = [text for _, of, text in news if of == language]
        for garble in (shuffled, blended):
            yield from (
                ("gibberish", language, garble(random, text)) for text in random.sample(texts, MADE // 2)
            )
        yield from (("news", language, random.choice(PARTS[language]["news"])) for _ in range(EXCERPTS))
        yield from (
            ("recipe", language, random.choice(PARTS[language]["recipes"])) for _ in range(2 * EXCERPTS)
        )
        for kind in ("prose", "verse"):
            count = EXCERPTS if kind in PARTS[language] else 0
            yield from (("news", language, excerpt(random, language, kind)) for _ in range(count))


def varied(random: Random, row: Row, others: list[str]) -> Row:
    """Cut a text anywhere, set sentences on lines of their own, or put several headlines into a digest."""
    kind, language, text = row
    if kind == "news" and random.random() < 0.05 and others:
        mark = random.choice(["▪️", "• ", "— ", "🔺", "", "- ", "1. "])
        return (
            kind,
            language,
            "\n".join(
                mark + each[:150].split("\n")[0] for each in random.sample(others, random.randint(2, 6))
            ),
        )
    if random.random() < 0.5:
        longest = int(60 * (2000 / 60) ** random.random())
        text = (
            text[:longest]
            if random.random() < 0.7
            else text[(at := random.randrange(max(len(text) - longest, 1))) : at + longest]
        )
    if kind == "news" and random.random() < 0.25:
        text = as_post(random, text)
    draw = random.random()
    if draw < 0.25:
        text = re.sub(r"(?<=[.!?]) ", lambda _: "\n" if random.random() < 0.6 else " ", text)
    elif draw < 0.5:
        text = text.replace("\n", " ")
    return kind, language, text


def as_post(random: Random, text: str) -> str:
    """Break a text as messengers do: emoji, links and names on lines of their own, hashtags below, some words shouted."""
    words = text.split(" ")
    for _ in range(random.randint(1, 1 + len(words) // 12)):
        place = random.randrange(len(words))
        words[place] = random.choice(
            [
                f"{words[place]}\n",
                f"\n{words[place]}\n",
                f"{words[place]}\n{random.choice(EMOJI)}\n",
                f"{random.choice(EMOJI)}\n{words[place]}",
                words[place].upper() + "!!",
            ]
        )
    tags = " ".join("#" + random.choice(words).strip('\n.,!?"«»') for _ in range(random.choice([0, 0, 1, 3])))
    return f"{random.choice(['', random.choice(EMOJI) + chr(10)])}{' '.join(words)}\n{tags}".strip()


def matrix(texts: Iterable[str]) -> csr_matrix:
    """Return (texts, buckets): counts over the root of a text's runs, as the check divides them."""
    data, columns, starts = [], [], [0]
    for text in texts:
        found, counts = np.unique(ngram_buckets(text, BUCKETS), return_counts=True)
        data.append((counts / np.sqrt(counts.sum())).astype(np.float32))
        columns.append(found.astype(np.int32))
        starts.append(starts[-1] + len(found))
    return csr_matrix(
        (np.concatenate(data), np.concatenate(columns), starts), shape=(len(starts) - 1, BUCKETS)
    )


def fitted(rows: list[Row], validation: list[Row]) -> NewsScope:
    other = np.array([kind != "news" for kind, _, _ in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=150, class_weight="balanced")
    model.fit(matrix(text for _, _, text in rows), other)
    scale = float(np.abs(model.coef_).max()) / 127
    # Few runs weigh so much that a step may follow the bulk instead: what is beyond it is cut.
    scale = min(scale, float(np.quantile(np.abs(model.coef_), 0.9999)) / 127)
    table = np.clip(np.round(model.coef_[0] / scale), -127, 127).astype(np.int8)
    scope = NewsScope(table, scale, {})
    return NewsScope(
        table, scale, {language: limits(scope, language, validation) for language in ("uk", "ru", "en")}
    )


def limits(scope: NewsScope, language: str, validation: list[Row]) -> tuple[float, ...]:
    """Return, a length, the strangeness that no more than the allowed share of news exceeds."""
    by_length: list[list[float]] = [[] for _ in range(len(LENGTHS) + 1)]
    for _, of, text in validation:
        if of == language:
            by_length[bisect_right(LENGTHS, len(text))].append(scope.strangeness(text))
    found = [
        float(np.quantile(some, 1 - allowed)) if len(some) >= LEAST else None
        for some, allowed in zip(by_length, FALSE_ALARMS, strict=True)
    ]
    print(f"validation {language}: {[len(some) for some in by_length]}, limits {found}")
    highest = max(each for each in found if each is not None)
    return tuple(highest if each is None else each for each in found)


def cleaned(rows: Iterable[Row]) -> list[Row]:
    cleaner = Cleaner()
    return [(kind, language, cleaner.clean("", text[:3000]).text) for kind, language, text in rows]


def drawn(data: Path, by_machine: Path) -> tuple[list[Row], list[Row], list[Row]]:
    """Return rows to fit on, validation news, and rows to measure on."""
    random = Random(20)  # noqa: S311 - no secret
    prepared = Path("data/prepared/news")
    news = list(news_of(prepared, "train", 5000, random))
    unlabelled = list(corpora(data, by_machine))
    files = list(code_and_manuals(random))
    train = (
        news
        + [row for row in unlabelled if not is_test(row[2][:60])]
        + [row for name, row in files if not is_test(name)]
    )
    test = [row for row in unlabelled if is_test(row[2][:60])] + [row for name, row in files if is_test(name)]
    train += made(random, news)
    by_language = {
        language: [t for k, of, t in train if k == "news" and of == language]
        for language in ("uk", "ru", "en")
    }
    train = [varied(random, row, by_language[row[1]]) for row in cleaned(train)]
    validation = list(news_of(prepared, "validation", None, random))
    encyclopedia = set(pd.read_parquet(data / "corpus_en.parquet").query("genre == 'encyclopedia'")["text"])
    validation += cleaned(row for row in test if row[0] == "news" and row[2] not in encyclopedia)
    validation += [varied(random, row, []) for row in validation]
    validation += [
        ("news", language, " ".join(text.split()[: random.randint(5, 12)]))
        for _, language, text in validation
    ]
    return train, validation, [row for row in cleaned(test) if row[0] != "news"]


def false_alarms(scope: NewsScope, test: pd.DataFrame) -> None:
    print(
        "\n| news | n | "
        + " | ".join(f"{low}+" for low in (0, *LENGTHS))
        + " | all | sentences on lines | first 8 words |"
    )
    for language, rows in test.groupby("language"):
        texts = rows["clean"].tolist()
        parts = []
        for place in range(len(LENGTHS) + 1):
            some = [text for text in texts if bisect_right(LENGTHS, len(text)) == place]
            parts.append(f"{share(scope, some, language):.4f} ({len(some)})")
        lines = [re.sub(r"(?<=[.!?]) ", "\n", text) for text in texts]
        heads = [" ".join(text.split()[:8]) for text in texts]
        print(
            f"| {language} | {len(texts)} | {' | '.join(parts)} | {share(scope, texts, language):.4f} | {share(scope, lines, language):.4f} | {share(scope, heads, language):.4f} |"
        )
    for (dataset, language), rows in test.groupby(["dataset", "language"]):
        print(f"{dataset} {language}: {share(scope, rows['clean'].tolist(), language):.4f} of {len(rows)}")


def share(scope: NewsScope, texts: list[str], language: str) -> float:
    return sum(not scope.holds(text, language) for text in texts) / max(len(texts), 1)


def caught(scope: NewsScope, rows: list[Row], title: str) -> None:
    print(f"\n{title}")
    groups: dict[tuple[str, str], list[str]] = {}
    for kind, language, text in rows:
        groups.setdefault((kind, language), []).append(text)
    for (kind, language), texts in sorted(groups.items()):
        by_language = [
            not scope.holds(text, detect_language(text)) or detect_language(text) not in ("uk", "ru", "en")
            for text in texts
        ]
        print(
            f"{kind:12} {language}: check {share(scope, texts, language):.3f}, with language {sum(by_language) / len(texts):.3f} of {len(texts)}"
        )


def written() -> list[Row]:
    documents = yaml.safe_load((HERE / "documents.yaml").read_text("utf-8"))
    return [
        (kind, language, text)
        for language, kinds in documents.items()
        for kind, texts in kinds.items()
        for text in texts
    ]


def main(data: Path, by_machine: Path, output: Path) -> None:
    train, validation, test = drawn(data, by_machine)
    kinds = pd.DataFrame(train, columns=["kind", "language", "text"]).groupby(["language", "kind"]).size()
    print(kinds.to_string())
    start = time.time()
    scope = fitted(train, validation)
    print(f"fitted in {time.time() - start:.0f} s")
    output.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        output,
        table=scope.table,
        scale=scope.scale,
        languages=list(scope.limits),
        limits=list(scope.limits.values()),
    )
    print(f"{output}: {output.stat().st_size} bytes, limits {scope.limits}")
    false_alarms(scope, pd.read_parquet("data/prepared/news/test.parquet"))
    caught(scope, test, "kept back")
    sample = pd.read_csv("data/sample/articles.csv").fillna("")
    caught(
        scope,
        [("news", detect_language(row.text), f"{row.title}\n{row.text}") for row in sample.itertuples()],
        "the invented sample (should be 0)",
    )
    headlines = [("headline", detect_language(row.text), row.title) for row in sample.itertuples()]
    caught(scope, headlines, "its headlines (should be 0)")
    caught(scope, cleaned(written()), "written for measuring (`news` should be 0)")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
