"""Draw ordinary articles and write the vectors of them and of the cases: usage: vectors.py SHARED OUT."""

import sys
from pathlib import Path

import numpy as np
import polars as pl

from syto.inference.backends import choose_backend
from syto.inference.loaded import find_bundle
from syto.inference.predictor import Predictor
from syto.sources.registry import Registry

LANGUAGES = ("uk", "ru", "en")
EACH = 1667  # articles a language and half
PER_SOURCE = 60  # Ukrinform, the one agency with many Ukrainian articles, is not held to it


def main(shared: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    bundle = find_bundle()
    model = Predictor(bundle, choose_backend(bundle, meanings=True), passages=0)
    cases = pl.read_parquet(shared / "voxcheck_cases.parquet")
    for language in LANGUAGES:
        for part in ("case", "fake", "narrative"):
            save(out / f"{part}_{language}.npz", model, [("", text) for text in cases[f"{part}_{language}"]])
    for half in ("calibration", "test"):
        articles = ordinary(shared, half)
        articles.write_parquet(out / f"ordinary_{half}.parquet")
        texts = list(zip(articles["title"], articles["text"], strict=True))
        save(out / f"ordinary_{half}.npz", model, texts)


def save(path: Path, predictor: Predictor, texts: list[tuple[str, str]]) -> None:
    """Write what all windows mean, and to which text each belongs."""
    found = [
        each for start in range(0, len(texts), 256) for each in predictor.meanings(texts[start : start + 256])
    ]
    owners = np.repeat(np.arange(len(found)), list(map(len, found)))
    np.savez(path, vectors=np.concatenate(found), owners=owners)
    print(path.name, len(owners), flush=True)


def ordinary(shared: Path, half: str) -> pl.DataFrame:
    """Return articles of sources that nobody rates unreliable; no source stands in both halves."""
    telegram = pl.read_parquet(shared / "telegram_2019.parquet").select(
        "url", "domain", "language", "title", "text"
    )
    heads = [
        pl.read_parquet(shared / f"newsapi_{year}.parquet").select(
            "url", "domain", pl.col("lang").alias("language"), "title", pl.col("description").alias("text")
        )
        for year in (2020, 2023)
    ]
    agency = pl.read_parquet(shared / "ukrinform.parquet").sort("id")
    cut = len(agency) // 2
    agency = (agency[:cut] if half == "calibration" else agency[cut:]).select(
        "url",
        pl.lit("ukrinform.ua").alias("domain"),
        pl.lit("uk").alias("language"),
        pl.lit("").alias("title"),
        "text",
    )
    others = pl.concat([telegram, *heads]).with_columns(pl.col("title", "text").fill_null(""))
    rated = {source for source, rating in Registry.shipped(()).ratings.items() if rating.rating != "reliable"}
    others = others.filter(
        ~pl.col("domain").is_in(list(rated))
        & (pl.col("text").str.len_chars() + pl.col("title").str.len_chars() > 60)
    ).filter(pl.col("domain").map_elements(half_of, return_dtype=pl.String) == half)
    others = others.sample(fraction=1, shuffle=True, seed=0)
    others = others.filter(pl.int_range(pl.len()).over("domain", "language") < PER_SOURCE)
    drawn = []
    for language in LANGUAGES:
        found = others.filter(pl.col("language") == language).head(EACH)
        drawn += [found, agency.sample(EACH - len(found), seed=0)] if language == "uk" else [found]
    return pl.concat(drawn)


def half_of(domain: str) -> str:
    return "calibration" if sum(domain.encode()) % 2 else "test"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
