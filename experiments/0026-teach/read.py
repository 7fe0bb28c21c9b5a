"""Read the labelled texts once: vectors, and what the shipped model says. Usage: read.py untaught|shipped|scored

Untaught: multilingual-e5-small as it came, which learnt no topic of ours. Shipped: the bundle's own vectors.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import syto

PREPARED, WORK = Path("data/prepared/news"), Path("data/prepared/teach")
ENCODER = Path("data/prepared/e5-small")
PARTS = ("train", "validation", "test")
LENGTH, AT_ONCE = 64, 32  # tokens of a text, texts
SETS = {  # name: (data sets, parts, vectors, rows of a source, rows)
    "feeds": (("newsapi_2020", "newsapi_2020_general"), PARTS[:1], "untaught", 60, 4_000),
    "read": (("read_", "held_"), PARTS, "untaught", 150, 4_000),
    "sites": (("telegram_2019",), PARTS, "untaught", 100, 3_000),
    "unseen": (("read_", "held_"), PARTS[1:], "shipped", 150, 4_000),
}


def labelled(name: str) -> pd.DataFrame:
    """Return the texts of a set that have one topic, one of a story, no more of a source than its share."""
    datasets, parts, _, of_a_source, size = SETS[name]
    rows = pd.concat(pd.read_parquet(PREPARED / f"{part}.parquet") for part in parts)
    whole = rows.dataset.isin(datasets)
    begins = rows.dataset.str.startswith(tuple(each for each in datasets if each.endswith("_")))
    rows = rows[(whole | begins) & rows.label_topic.notna()]
    rows = rows[rows.label_topic.map(len) == 1].assign(topic=lambda own: own.label_topic.str[0])
    rows = rows.sample(frac=1, random_state=20).drop_duplicates("story").drop_duplicates("clean")
    rows = rows.groupby("source", sort=False).head(of_a_source).head(size).reset_index(drop=True)
    return rows[["title", "text", "clean", "url", "source", "language", "topic"]].fillna("")


def untaught(texts: list[str]) -> Iterator[NDArray[np.float32]]:
    """Yield vectors of the encoder as it came: the mean of the last layer, as its authors take it."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.set_num_threads(1)
    tokenizer, encoder = AutoTokenizer.from_pretrained(ENCODER), AutoModel.from_pretrained(ENCODER).eval()
    for start in range(0, len(texts), AT_ONCE):
        own = [f"query: {text}" for text in texts[start : start + AT_ONCE]]
        batch = tokenizer(own, truncation=True, max_length=LENGTH, padding=True, return_tensors="pt")
        with torch.inference_mode():
            hidden = encoder(**batch).last_hidden_state  # (texts, tokens, hidden)
        mask = batch["attention_mask"].unsqueeze(-1)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        yield torch.nn.functional.normalize(mean).numpy()


def shipped(texts: list[str]) -> Iterator[NDArray[np.float32]]:
    model = syto.load(threads=1)
    for start in range(0, len(texts), AT_ONCE):
        yield model.vectors(texts[start : start + AT_ONCE])


def ordered(texts: list[str], kind: str) -> NDArray[np.float32]:
    """Read short ones together, which costs least; return them in their order."""
    order = np.argsort([len(text) for text in texts], kind="stable")
    read = {"untaught": untaught, "shipped": shipped}[kind]([texts[place] for place in order])
    vectors, began = [], time.monotonic()
    for number, batch in enumerate(read):
        vectors.append(batch)
        if number % 20 == 0:
            print(f"{(number + 1) * AT_ONCE} of {len(texts)}, {time.monotonic() - began:.0f} s", flush=True)
    return np.concatenate(vectors)[np.argsort(order)]


def scored(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the shipped model says of each row, for itself."""
    model = syto.load(passages=0, threads=1)
    own = rows[["title", "text", "url", "source"]].rename(columns={"source": "outlet"})
    return model.score(own, pooling=False)


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    [kind] = sys.argv[1:]
    for name, (*_, vectors, _, _) in SETS.items():
        rows = labelled(name)
        print(name, len(rows), rows.source.nunique(), dict(rows.topic.value_counts()), flush=True)
        if kind == "scored":
            scored(rows).to_parquet(WORK / f"{name}.scored.parquet")
            rows.to_parquet(WORK / f"{name}.parquet")
        elif kind == vectors:
            np.save(WORK / f"{name}.npy", ordered(list(rows.clean), kind))


if __name__ == "__main__":
    main()
