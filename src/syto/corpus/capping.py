"""No source drowns out the others: a seeded sample of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from syto.corpus.drops import Placed, Sifted, sift


def cap_sources(placed: Sequence[Placed], caps: Mapping[str, int | None], rng: np.random.Generator) -> Sifted:
    """Keep at most `caps[dataset]` articles of a known source in a data set and split."""
    groups: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for article, split in placed:
        if article.source:
            groups[article.dataset, article.source, split].append(article.id)
    over: set[str] = set()
    for (dataset, _, _), ids in groups.items():
        cap = caps[dataset]
        if cap is not None and len(ids) > cap:
            kept = set(rng.choice(len(ids), cap, replace=False).tolist())
            over.update(each for position, each in enumerate(ids) if position not in kept)
    return sift(placed, lambda each: "over_source_cap" if each.article.id in over else None)
