"""Draw the Ukrainian texts to be labelled by topic. Usage: sample.py DATA_FOLDER [OUTPUT_FOLDER]"""

import hashlib
import re
import sys
from pathlib import Path

import pandas as pd

SEED = 20
VIINA, UNLP = 100, 300
UKRAINIAN, FOREIGN = re.compile("[іїєґ]", re.I), re.compile("[ыэъё]", re.I)


def shingles(text: str) -> frozenset[str]:
    """All runs of five letters or digits, for telling near-duplicates."""
    letters = re.sub(r"[\W_]+", "", text.lower())
    return frozenset(letters[i : i + 5] for i in range(max(1, len(letters) - 4)))


def distinct(frame: pd.DataFrame, limit: float = 0.4) -> pd.DataFrame:
    """Keep the first of every group of texts with a Jaccard similarity of at least `limit`."""
    kept: list[tuple[int, frozenset[str]]] = []
    for index, text in frame["text"].items():
        mine = shingles(text)
        if all(len(mine & other) < limit * len(mine | other) for _, other in kept):
            kept.append((index, mine))
    return frame.loc[[index for index, _ in kept]]


def ukrainian(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts with Ukrainian letters and without Russian ones, each once, in random order."""
    text = frame["text"]
    keep = text.str.contains(UKRAINIAN) & ~text.str.contains(FOREIGN)
    return frame[keep].drop_duplicates("text").sample(frac=1, random_state=SEED)


def main() -> None:
    """Write the numbered texts."""
    data = Path(sys.argv[1])
    output = Path(sys.argv[2] if len(sys.argv) > 2 else "data/prepared/annotated")
    output.mkdir(parents=True, exist_ok=True)

    viina = ukrainian(pd.read_parquet(data / "viina.parquet"))
    # A row may join several headlines of one event, some of them Russian without a telling letter.
    parts = viina["text"].str.split("||", regex=False)
    viina = viina[[all(UKRAINIAN.search(part) for part in row) for row in parts]]
    viina["outlet"] = viina["sources_matching"].str.split(r"[,; ]").str[0]
    viina["year"] = viina["date"] // 10000
    viina = distinct(viina.head(1500))
    # Take outlets and years in turn: the first text of each pair, then the second, and so on.
    turn = viina.groupby(["outlet", "year"]).cumcount()
    viina = viina.assign(turn=turn).sort_values("turn", kind="stable").head(VIINA)

    unlp = pd.read_parquet(data / "unlp2025.parquet").rename(columns={"content": "text"})
    unlp = ukrainian(unlp[unlp["text"].str.len().between(40, 600)])
    unlp = distinct(unlp).head(UNLP)

    both = pd.concat([viina.assign(dataset="viina"), unlp.assign(dataset="unlp2025")])
    both = both.assign(
        number=range(1, len(both) + 1),
        sha256=[hashlib.sha256(text.encode("utf-8")).hexdigest() for text in both["text"]],
    )
    both["flat"] = both["text"].str.replace(r"\s+", " ", regex=True).str.strip()
    both[["number", "dataset", "sha256", "flat"]].to_csv(output / "texts.tsv", sep="\t", index=False)
    outlets, years = viina["outlet"].nunique(), viina["year"].value_counts().sort_index().to_dict()
    sys.stdout.write(f"{both['dataset'].value_counts().to_dict()}, viina: {outlets} outlets, {years}\n")


if __name__ == "__main__":
    main()
