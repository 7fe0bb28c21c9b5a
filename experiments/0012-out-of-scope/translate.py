"""Translate Ukrainian documents of other genres, and news beside them, into Russian, and short news back, with Apertium.

Usage: python translate.py DATA_FOLDER OUTPUT.parquet   (needs the packages apertium and apertium-rus-ukr)
"""

import subprocess
import sys
from pathlib import Path

import pandas as pd

DRAWN = {
    "ansvar-ukrainian-law": 1200,
    "eltec-ukr": 700,
    "webdoky-mdn-uk": 300,
    "freecodecamp-uk": 400,
    "unlp-2024-zno": 300,
    "ukrinform": 700,
    "tsn-telegram-highbrow": 700,
}
FOLDER = "/usr/share/apertium/apertium-rus-ukr"
NEWS = ("newsapi_2020", "newsapi_2020_general", "newsapi_2023", "trending_2022", "telegram_topics_llm")
NEWS_DRAWN = 4500  # short Russian news of all kinds of outlets, which in Ukrainian hardly exists


def steps(pair: str) -> str:
    """Return the mode file's steps, with the first reading of each word in place of the statistical tagger."""
    return " | ".join(
        [
            f"lt-proc -w {FOLDER}/{pair}.automorf.bin",
            f"cg-proc -w -1 -n {FOLDER}/{pair}.rlx.bin",
            "apertium-pretransfer",
            f"lt-proc -b {FOLDER}/{pair}.autobil.bin",
            f"lrx-proc -m {FOLDER}/{pair}.autolex.bin",
            f"apertium-transfer -b {FOLDER}/apertium-rus-ukr.{pair}.t1x {FOLDER}/{pair}.t1x.bin",
            f"apertium-interchunk {FOLDER}/apertium-rus-ukr.{pair}.t2x {FOLDER}/{pair}.t2x.bin",
            f"apertium-postchunk {FOLDER}/apertium-rus-ukr.{pair}.t3x {FOLDER}/{pair}.t3x.bin",
            f"lt-proc -n {FOLDER}/{pair}.autogen.bin",
            f"lt-proc -p {FOLDER}/{pair}.autopgen.bin",
        ]
    )


def translated(texts: list[str], pair: str) -> list[str]:
    """Return the texts in the other language; a line that only says where a text ends goes through untouched."""
    joined = "\n\n@@@@\n\n".join(text[:1500].replace("@", " ") for text in texts)
    command = f"apertium-destxt | {steps(pair)} | apertium-retxt"
    done = subprocess.run(["bash", "-c", command], input=joined, capture_output=True, text=True, check=True)
    found = [text.strip() for text in done.stdout.split("@@@@")]
    if len(found) != len(texts):
        raise RuntimeError(f"{pair}: {len(texts)} texts went in, {len(found)} came out")
    return found


def main(data: Path, output: Path) -> None:
    corpus = pd.read_parquet(data / "corpus_uk.parquet")
    corpus = corpus[corpus["text"].str.len() > 80]
    frames = []
    for source, count in DRAWN.items():
        rows = corpus[corpus["source"] == source].sample(count, random_state=20)
        russian = translated(rows["text"].tolist(), "ukr-rus")
        frames.append(rows[["source", "genre"]].assign(text=russian, language="ru"))
    train = pd.read_parquet("data/prepared/news/train.parquet")
    rows = train[(train["language"] == "ru") & train["dataset"].isin(NEWS)].sample(
        NEWS_DRAWN, random_state=20
    )
    ukrainian = translated(rows["clean"].tolist(), "rus-ukr")
    frames.append(
        pd.DataFrame({"source": rows["dataset"], "genre": "news", "text": ukrainian, "language": "uk"})
    )
    pd.concat(frames).to_parquet(output)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
