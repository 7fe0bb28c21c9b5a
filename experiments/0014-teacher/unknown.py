"""Sub-words that a cut vocabulary lacks on texts of outlets it was not counted on: unknown.py ENCODER SHARED.

The cut is made anew: what the other files use three times or more is kept, and `telegram_2019` is read with it.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl
from tokenizers import Tokenizer

COUNTED = {
    "corpus_uk": ["text"], "corpus_ru": ["text"], "corpus_en": ["text"], "ukrinform": ["text"],
    "newsapi_2020": ["title", "description"], "newsapi_2023": ["title", "description"],
    "trending_2022": ["title", "snippet"], "viina": ["text"], "unlp2025": ["content"],
}  # fmt: skip
LEAST, LONGEST = 3, 5_000


def main(encoder: Path, shared: Path) -> None:
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_truncation()
    counts = np.zeros(tokenizer.get_vocab_size(), np.int64)
    for name, columns in COUNTED.items():
        table = pl.read_parquet(shared / f"{name}.parquet")
        for column in columns:
            for ids in read(tokenizer, table[column]):
                np.add.at(counts, ids, 1)
    kept = counts >= LEAST
    print(
        f"kept {kept.sum():,} of {len(kept):,}\n\n| texts | sub-words | unknown | texts with one |\n|---|---|---|---|"
    )
    unseen = pl.read_parquet(shared / "telegram_2019.parquet")
    for language in ("uk", "ru", "en"):
        lost = [~kept[ids] for ids in read(tokenizer, unseen.filter(pl.col("language") == language)["text"])]
        every = np.concatenate(lost)
        touched = np.mean([each.any() for each in lost])
        print(f"| {language} | {len(every):,} | {every.mean():.4%} | {touched:.1%} |", flush=True)


def read(tokenizer: Tokenizer, texts: pl.Series) -> list[np.ndarray]:
    chosen = [text[:LONGEST] for text in texts.drop_nulls().head(20_000).to_list()]
    return [np.array(each.ids, np.int64) for each in tokenizer.encode_batch(chosen, add_special_tokens=False)]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
