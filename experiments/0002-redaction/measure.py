"""What redaction removes from real articles, what stays, and how fast; argument: the data folder."""

import random
import re
import sys
import time
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq

from syto.text.aligned import AlignedText
from syto.text.clean import Cleaner, TextSettings
from syto.text.known_mastheads import KNOWN_MASTHEADS
from syto.text.mastheads import Mastheads
from syto.text.normalise import normalise
from syto.text.redact import mine_mastheads, redact_body

AGENCY = re.compile(r"укр[іи]нформ|ukrinform", re.IGNORECASE)
CYRILLIC = re.compile("[\u0400-\u052f]")
HOSTILE = {
    "spaces": " ",
    "letter": "а",
    "capital": "А",
    "full stops": ".",
    "commas": ", ",
    "dashes": " - ",
    "A. A.": "А. ",
    "a.a": "a.",
    "attributions": "передає Укрінформ, ",
    "labels": "Фото: ",
    "calls": "Читайте також ",
    "quotes": "«",
    "brackets": "(",
    "NULs": "а\0",
    "combining marks": "\u0306",
    "newlines": "\n",
    "at signs": "a@",
    "capitals": "Аб ",
    "mixed scripts": "аa",
    "apostrophes": "а’",
}


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def ukrinform(folder: Path) -> None:
    """The agency's own name before and after, and how much text went with it."""
    texts = pq.read_table(folder / "ukrinform.parquet", columns=["text"])["text"].to_pylist()
    plain, redacting = Cleaner(settings=TextSettings(redact=False)), Cleaner()
    before = [plain.clean("", text).text for text in texts]
    started = time.perf_counter()
    after = [redacting.clean("", text).text for text in texts]
    seconds = time.perf_counter() - started
    named = [sum(bool(AGENCY.search(text)) for text in side) for side in (before, after)]
    lost = 1 - sum(map(len, after)) / sum(map(len, before))
    most = sorted(1 - len(b) / max(1, len(a)) for a, b in zip(before, after, strict=True))
    again = sum(redacting.clean("", text).text != text for text in after)
    share = named[1] / len(texts)
    say(f"ukrinform: {len(texts)} texts, named in {named[0]} before, {named[1]} after ({share:.2%})")
    median, tail = most[len(most) // 2], most[-len(most) // 100]
    say(f"  characters lost: {lost:.2%}; median text {median:.2%}, 99th percentile {tail:.2%}")
    say(f"  changed by a second cleaning: {again}; {len(texts) / seconds:,.0f} articles/s")


def unknown_agency(folder: Path) -> None:
    """The same when the agency is on no list, as a new outlet would be: patterns alone."""
    texts = pq.read_table(folder / "ukrinform.parquet", columns=["text"])["text"].to_pylist()
    others = Mastheads(name for name in KNOWN_MASTHEADS if not AGENCY.search(name))
    left = [AGENCY.findall(redact_body(normalise(AlignedText(text)), others).text) for text in texts]
    before = sum(len(AGENCY.findall(text)) for text in texts)
    texts_left, mentions = sum(map(bool, left)), sum(map(len, left))
    say(f"  not on the list: named in {texts_left} texts ({texts_left / len(texts):.1%})")
    say(f"  not on the list: {mentions} of {before} mentions left ({mentions / before:.1%})")


def newsapi(folder: Path) -> None:
    """Whether titles still name their outlet, with and without mined mastheads."""
    rows = pq.read_table(
        folder / "newsapi_2020.parquet", columns=["domain", "outlet", "title", "description"]
    )
    rows = [row for row in rows.to_pylist() if row["title"]]
    by_domain: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_domain[row["domain"]].append(row["title"])
    started = time.perf_counter()
    mined = mine_mastheads(by_domain)
    say(f"newsapi_2020: {len(rows)} titles of {len(by_domain)} domains; {len(mined)} mastheads mined")
    say(f"  mining: {time.perf_counter() - started:.1f} s")
    sample = rows[::7]
    cleaners = {
        "off": Cleaner(settings=TextSettings(redact=False)),
        "generic": Cleaner(),
        "mined": Cleaner(mined),
    }
    for name, cleaner in cleaners.items():
        started = time.perf_counter()
        titles = [cleaner.clean(row["title"], row["description"] or "").title.text for row in sample]
        say(f"  {name}: {len(sample) / (time.perf_counter() - started):,.0f} rows/s")
        pairs = list(zip(sample, titles, strict=True))
        say(f"    Cyrillic: {outlets_left([pair for pair in pairs if CYRILLIC.search(pair[0]['title'])])}")
        say(f"    Latin: {outlets_left([pair for pair in pairs if not CYRILLIC.search(pair[0]['title'])])}")


def unseen_sources(folder: Path) -> None:
    """Mastheads mined from 70% of the domains, titles of the other 30%: what a new outlet meets."""
    rows = pq.read_table(folder / "newsapi_2020.parquet", columns=["domain", "outlet", "title"]).to_pylist()
    rng = random.Random(20)  # noqa: S311 - a sample, no secret
    domains = sorted({row["domain"] for row in rows})
    held_out = set(rng.sample(domains, len(domains) * 3 // 10))
    by_domain: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["domain"] not in held_out and row["title"]:
            by_domain[row["domain"]].append(row["title"])
    cleaner = Cleaner(mine_mastheads(by_domain))
    sample = rng.sample([row for row in rows if row["domain"] in held_out and row["title"]], 8000)
    pairs = [(row, cleaner.clean(row["title"], "").title.text) for row in sample]
    say("newsapi_2020, domains that nothing was mined from")
    say(f"    Cyrillic: {outlets_left([pair for pair in pairs if CYRILLIC.search(pair[0]['title'])])}")
    say(f"    Latin: {outlets_left([pair for pair in pairs if not CYRILLIC.search(pair[0]['title'])])}")


def outlets_left(pairs: list[tuple[dict[str, str], str]]) -> str:
    """How many cleaned titles still name their outlet or end as the raw one did."""
    named = sum(names_outlet(title, row) for row, title in pairs)
    tails = sum(
        title.endswith(row["title"].rsplit(" - ", 1)[-1]) for row, title in pairs if " - " in row["title"]
    )
    lost = 1 - sum(len(title) for _, title in pairs) / sum(len(row["title"]) for row, _ in pairs)
    n = len(pairs)
    return f"{n} titles; names its outlet {named / n:.2%}; last segment left {tails / n:.2%}; lost {lost:.1%}"


def names_outlet(title: str, row: dict[str, str]) -> bool:
    """Whether the domain's first label or the outlet's name occurs in the title."""
    title = title.lower()
    return any(len(name) > 3 and name.lower() in title for name in (row["outlet"] or "", row["domain"]))


def hostile() -> None:
    """Seconds for texts of five million characters."""
    cleaner = Cleaner()
    for name, piece in HOSTILE.items():
        text = (piece * (5_000_000 // len(piece) + 1))[:5_000_000]
        started = time.perf_counter()
        left = len(cleaner.clean("", text).text)
        say(f"  hostile, {name}: {time.perf_counter() - started:.1f} s, {left} characters left")


if __name__ == "__main__":
    ukrinform(Path(sys.argv[1]))
    unknown_agency(Path(sys.argv[1]))
    newsapi(Path(sys.argv[1]))
    unseen_sources(Path(sys.argv[1]))
    hostile()
