"""No source and no label drowns out the others: a seeded sample of each."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from syto.corpus.drops import Placed, Reason, Sifted, sift

Caps = Mapping[str, int | None]  # data set → most articles of a group; None: all


def cap_sources(placed: Sequence[Placed], caps: Caps, rng: np.random.Generator) -> Sifted:
    """Keep at most `caps[dataset]` articles of a known source in a data set and split."""
    return _cap(placed, lambda each: each.article.source, caps, "over_source_cap", rng)


def cap_labels(placed: Sequence[Placed], caps: Caps, rng: np.random.Generator) -> Sifted:
    """Keep at most `caps[dataset]` articles with the same labels in a data set and split."""
    return _cap(placed, lambda each: repr(sorted(each.article.labels.items())), caps, "over_label_cap", rng)


def _cap(
    placed: Sequence[Placed],
    group_of: Callable[[Placed], str],
    caps: Caps,
    reason: Reason,
    rng: np.random.Generator,
) -> Sifted:
    groups: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for each in placed:
        if group := group_of(each):
            groups[each.article.dataset, group, each.split].append(each.article.id)
    over: set[str] = set()
    for (dataset, _, _), ids in groups.items():
        cap = caps[dataset]
        if cap is not None and len(ids) > cap:
            kept = set(rng.choice(len(ids), cap, replace=False).tolist())
            over.update(each for position, each in enumerate(ids) if position not in kept)
    return sift(placed, lambda each: reason if each.article.id in over else None)
