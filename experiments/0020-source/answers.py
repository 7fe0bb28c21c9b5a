"""Score texts of rated outlets that the shipped bundle has no label of: at most 60 of an outlet, file and language.

usage: answers.py SHARED OUTPUT     SHARED holds telegram_2019.parquet and the headline files
"""

import argparse
import csv
from pathlib import Path

import pandas as pd

import syto
from syto.records import Article
from syto.sources.registry import Registry

EACH = 60
LEAST = 3
FILES = {
    "telegram_2019": ("text", ("ru", "uk")),
    "newsapi_2020": ("description", ("ru",)),
    "trending_2022": ("snippet", ("ru",)),
    "newsapi_2023": ("description", ("ru",)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    registry = Registry.consulted()
    taught = _taught(registry)
    rows = pd.concat(_rows(given.shared, name, *of, registry) for name, of in FILES.items())
    rows = rows[~rows.source.isin(taught)]
    model = syto.load(passages=0)
    said = []
    for start in range(0, len(rows), 500):
        part = rows.iloc[start : start + 500]
        said += model.predictor.predict(
            [Article(str(row), each.text, each.title) for row, each in enumerate(part.itertuples())]
        )
        print(len(said), len(rows), flush=True)
    heads = [each.heads.get("reliability") for each in said]
    rows["found"] = [each.language for each in said]
    rows["logit"] = [-float(head.logits.mean()) if head and len(head.logits) else None for head in heads]
    rows["p"] = [head.probabilities.get("unreliable") if head else None for head in heads]
    rows.drop(columns=["text", "title"]).to_parquet(given.output)


def _taught(registry: Registry) -> set[str]:
    """Return the outlets whose label the bundle was trained on."""
    held, *labelled = (
        {registry.canonical(row["source"]) for row in csv.DictReader(path.read_text("utf-8").splitlines())}
        for path in (Path(f"data/sources/{name}.csv") for name in ("held_out", "ratings", "ratings_en"))
    )
    return set().union(*labelled) - held


def _rows(shared: Path, name: str, text: str, languages: tuple[str, ...], registry: Registry) -> pd.DataFrame:
    table = pd.read_parquet(shared / f"{name}.parquet")
    column = "language" if "language" in table else "lang"
    if column in table:
        table = table[table[column].isin(languages)]
    rated = {url: (registry.canonical(url), registry.rate(url)) for url in table.domain.unique()}
    table["source"] = table.domain.map(lambda domain: rated[domain][0])
    table["rating"] = table.domain.map(lambda domain: getattr(rated[domain][1], "rating", ""))
    table["by_hand"] = table.source.isin(registry.ratings)
    table = table[table.rating.isin(("reliable", "unreliable"))]
    keys = ["source", column] if column in table else ["source"]
    chosen = table.sample(frac=1, random_state=0).groupby(keys).head(EACH)
    chosen = chosen[chosen.groupby(keys).url.transform("size") >= LEAST]
    found = pd.DataFrame({key: chosen[key] for key in ("url", "source", "rating", "by_hand")})
    return found.assign(
        file=name,
        title="" if name == "telegram_2019" else chosen.title.fillna(""),
        text=chosen[text].fillna(""),
    )


if __name__ == "__main__":
    main()
