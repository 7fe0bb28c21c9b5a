"""What redaction removes from real articles, what stays, and how fast; argument: the data folder."""

import re
import sys
import time
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq

from syto.text.clean import Cleaner, TextSettings
from syto.text.redact import mine_mastheads

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
    say(f"ukrinform: {len(texts)} texts, named in {named[0]} before, {named[1]} after ({named[1] / len(texts):.2%})")
    say(f"  characters lost: {lost:.2%}; median text {most[len(most) // 2]:.2%}, 99th percentile {most[-51]:.2%}")
    say(f"  changed by a second cleaning: {again}; {len(texts) / seconds:,.0f} articles/s")


def newsapi(folder: Path) -> None:
    """Whether titles still name their outlet, with and without mined mastheads."""
    rows = pq.read_table(folder / "newsapi_2020.parquet", columns=["domain", "outlet", "title", "description"])
    rows = [row for row in rows.to_pylist() if row["title"]]
    by_domain = defaultdict(list)
    for row in rows:
        by_domain[row["domain"]].append(row["title"])
    started = time.perf_counter()
    mined = mine_mastheads(by_domain)
    say(f"newsapi_2020: {len(rows)} titles of {len(by_domain)} domains; {len(mined)} mastheads mined")
    say(f"  mining: {time.perf_counter() - started:.1f} s")
    sample = rows[::7]
    for name, cleaner in (("off", Cleaner(settings=TextSettings(redact=False))), ("generic", Cleaner()), ("mined", Cleaner(mined))):
        started = time.perf_counter()
        cleaned = [cleaner.clean(row["title"], row["description"] or "") for row in sample]
        seconds = time.perf_counter() - started
        for script, wanted in (("Cyrillic", True), ("Latin", False)):
            pairs = [
                (row, clean) for row, clean in zip(sample, cleaned, strict=True)
                if bool(CYRILLIC.search(row["title"])) == wanted
            ]
            named = sum(names_outlet(clean.title.text, row) for row, clean in pairs)
            tail = sum(clean.title.text.endswith(row["title"].rsplit(" - ", 1)[-1]) for row, clean in pairs if " - " in row["title"])
            letters = sum(len(clean.text) for _, clean in pairs)
            say(
                f"  {name:8} {script:8} {len(pairs)} titles; outlet named in {named / len(pairs):.2%}; last segment"
                f" still there in {tail / len(pairs):.2%}; {letters} characters; {len(sample) / seconds:,.0f} rows/s"
            )


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
    newsapi(Path(sys.argv[1]))
    hostile()
