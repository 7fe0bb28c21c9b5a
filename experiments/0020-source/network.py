"""For each text of telegram_2019 (ru, uk): which outlets it links to and shares ten-word runs with.

usage: network.py SHARED OUTPUT     one row a text: url, source, language, links, copies
"""

import argparse
import zlib
from pathlib import Path

import numpy as np
import polars as pl

from syto.corpus.shingles import exact_key
from syto.sources.registry import Registry

RUN = 10  # words
SHARED = 5  # runs that two texts have in common before one is called a copy
EVERYWHERE = 12  # domains: a run that more have is a formula, not a copy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    registry = Registry.consulted()
    texts = pl.read_parquet(given.shared / "telegram_2019.parquet").filter(pl.col("language") != "en")
    texts = texts.with_row_index("row", offset=0).with_columns(
        source=pl.col("domain").map_elements(registry.canonical, return_dtype=pl.String)
    )
    names = {url: registry.canonical(url) for url in texts["links"].explode().drop_nulls().unique()}
    links = [
        sorted({names[url] for url in found} - {source})
        for found, source in zip(texts["links"].to_list(), texts["source"], strict=True)
    ]
    copies = _copies(texts)
    texts.select("url", "source", "language", "published").with_columns(
        links=pl.Series(links, dtype=pl.List(pl.String)),
        copies=pl.Series([copies.get(row, []) for row in range(len(texts))], dtype=pl.List(pl.String)),
    ).write_parquet(given.output)


def _copies(texts: pl.DataFrame) -> dict[int, list[str]]:
    """Return row → the other sources that a text shares at least SHARED runs of words with."""
    runs = [_runs(text) for text in texts["text"]]
    table = pl.DataFrame(
        {
            "run": np.concatenate(runs),
            "row": np.repeat(np.arange(len(runs), dtype=np.uint32), [len(each) for each in runs]),
        }
    ).join(texts.select("row", "source"), on="row")
    spread = table.group_by("run").agg(pl.col("source").n_unique().alias("in"))
    table = table.join(spread.filter(pl.col("in").is_between(2, EVERYWHERE)), on="run").select(
        "run", "row", "source"
    )
    pairs = table.join(table.select("run", other="row", of="source"), on="run").filter(
        pl.col("source") != pl.col("of")
    )
    shared = pairs.group_by("row", "other", "of").len().filter(pl.col("len") >= SHARED)
    return dict(shared.group_by("row").agg(pl.col("of").unique().sort()).iter_rows())


def _runs(text: str) -> np.ndarray:
    words = exact_key(text).split()
    hashes = {zlib.crc32(" ".join(words[i : i + RUN]).encode()) for i in range(len(words) - RUN + 1)}
    return np.fromiter(hashes, dtype=np.uint32, count=len(hashes))


if __name__ == "__main__":
    main()
