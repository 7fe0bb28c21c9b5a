"""Whether a new batch looks like an old one: shares beside each other, and a classifier old against new.

The classifier is a two-sample test: Lopez-Paz and Oquab, Revisiting Classifier Two-Sample Tests, 2017. It is
fitted and judged within one language, on as many articles of each side, so that neither decides.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from syto.corpus.shares import total_variation
from syto.evaluation.bootstrap import DRAWS, LEVEL, estimate, resample
from syto.evaluation.metrics import auroc
from syto.evaluation.results import Estimate, Record
from syto.evaluation.telling_words import telling_words

SHARES = ("language", "out_of_scope", "topic", "source")  # those that are shown first, in this order
LEAST = 100  # articles of a language on each side, from which a classifier is fitted
FOLDS = 5
KEPT = 40  # kinds of a share that are kept by name, the largest
OTHERS = "(others)"
_SHUFFLES = 200  # for what chance alone makes of shares
_STRENGTH = 0.01  # inverse regularisation: few articles for as many dimensions
By = Literal["source", "article"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is compared of one article."""

    kinds: Mapping[str, str]  # `language` → `uk`; what is not known has no key
    text: str = ""  # its beginning, cleaned
    meaning: NDArray[np.float32] | None = None  # (hidden,); None: out of scope, or not read

    @property
    def source(self) -> str:
        """Its source; empty when unknown."""
        return self.kinds.get("source", "")


class ShareShift(Record):
    """Counts of one kind on both sides."""

    name: str  # `language`
    old: Mapping[str, int]
    new: Mapping[str, int]
    unseen: float  # share of the new batch in kinds that the old one does not have
    distance: float  # total variation, 0…1
    chance: float  # what two draws from one batch stay under in 95 of 100 cases

    @property
    def beyond_chance(self) -> bool:
        """Tell whether the sides differ by more than two draws from one batch do."""
        return self.distance > self.chance

    def share(self, side: Literal["old", "new"], kind: str) -> float:
        """Return the share of a kind on one side."""
        counts = self.old if side == "old" else self.new
        return counts.get(kind, 0) / max(sum(counts.values()), 1)

    @property
    def moved(self) -> tuple[str, ...]:
        """The kinds, those whose share changed most first."""
        kinds = sorted({*self.old, *self.new})
        return tuple(sorted(kinds, key=lambda kind: -abs(self.share("new", kind) - self.share("old", kind))))


class Telling(Record):
    """How well articles in one language can be told to be of the old batch or the new."""

    language: str
    articles: int  # of each side
    folds_by: By  # articles of one source are together, or each is alone
    auroc: Estimate  # 0.5: not at all
    words_old: tuple[str, ...]  # those that speak most for the old batch
    words_new: tuple[str, ...]


class BatchFacts(Record):
    """One side."""

    name: str
    rows: int
    drawn: int  # rows that were read
    errors: int  # drawn rows that could not be


class Drift(Record):
    """All that is said of two batches."""

    old: BatchFacts
    new: BatchFacts
    model: str
    seed: int
    shares: tuple[ShareShift, ...]
    told: tuple[Telling, ...]
    texts: bool = True  # False: a side came without, so that shares alone are compared


def shifts(
    old: Sequence[Sighting], new: Sequence[Sighting], rng: np.random.Generator
) -> tuple[ShareShift, ...]:
    """Set the shares of each kind that both sides know beside each other."""
    known = [{name for sighting in side for name in sighting.kinds} for side in (old, new)]
    both = known[0] & known[1]
    names = [*(name for name in SHARES if name in both), *sorted(both - {*SHARES})]
    return tuple(_shift(name, _counts(name, old), _counts(name, new), rng) for name in names)


def _counts(name: str, side: Sequence[Sighting]) -> Counter[str]:
    return Counter(each.kinds[name] for each in side if name in each.kinds)


def _shift(name: str, old: Counter[str], new: Counter[str], rng: np.random.Generator) -> ShareShift:
    kept = {kind for counts in (old, new) for kind, _ in counts.most_common(KEPT)}
    return ShareShift(
        name=name,
        old=_largest(old, kept),
        new=_largest(new, kept),
        unseen=sum(count for kind, count in new.items() if kind not in old) / new.total(),
        distance=total_variation(old, new),
        chance=_chance(old, new, rng),
    )


def _largest(counts: Counter[str], kept: set[str]) -> dict[str, int]:
    found = {kind: count for kind, count in counts.most_common() if kind in kept}
    rest = counts.total() - sum(found.values())
    return {**found, OTHERS: rest} if rest else found


def _chance(old: Counter[str], new: Counter[str], rng: np.random.Generator) -> float:
    """Return the distance that all articles, dealt anew to two sides, stay under 95 times in 100."""
    both = np.array([old[kind] + new[kind] for kind in sorted({*old, *new})])
    dealt = rng.multivariate_hypergeometric(both, old.total(), size=_SHUFFLES, method="marginals")
    apart = np.abs(dealt / old.total() - (both - dealt) / new.total()).sum(1) / 2
    return float(np.quantile(apart, LEVEL))


def tell_apart(
    old: Sequence[Sighting], new: Sequence[Sighting], rng: np.random.Generator
) -> Iterator[Telling]:
    """Yield one figure for each language that has enough articles in scope on both sides."""
    sides = [_by_language(old), _by_language(new)]
    for language in sorted(sides[0].keys() & sides[1].keys()):
        count = min(len(side[language]) for side in sides)
        if count >= LEAST:
            chosen = [side[language][row] for side in sides for row in _draw(side[language], count, rng)]
            yield _telling(language, chosen, rng)


def _by_language(side: Sequence[Sighting]) -> dict[str, list[Sighting]]:
    """Sort articles by language; of those with the same text, one counts."""
    found: dict[str, dict[str, Sighting]] = {}
    for each in side:
        if each.meaning is not None:
            found.setdefault(each.kinds["language"], {})[each.text] = each
    return {language: list(texts.values()) for language, texts in found.items()}


def _draw(side: Sequence[Sighting], count: int, rng: np.random.Generator) -> list[int]:
    return [int(row) for row in rng.choice(len(side), count, replace=False)]


def _telling(language: str, chosen: Sequence[Sighting], rng: np.random.Generator) -> Telling:
    """Tell the second half of the articles from the first."""
    is_new = np.arange(len(chosen)) >= len(chosen) // 2
    by, folds = _folds([each.source for each in chosen], is_new, int(rng.integers(1 << 31)))
    meanings = np.stack([each.meaning for each in chosen if each.meaning is not None])
    scores = np.empty(len(chosen))
    for fitted, held_out in folds:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=_STRENGTH, class_weight="balanced"))
        model.fit(meanings[fitted], is_new[fitted])
        scores[held_out] = model.decision_function(meanings[held_out])
    sources = [each.source if by == "source" else "" for each in chosen]
    words_old, words_new = telling_words([each.text for each in chosen], is_new, sources)
    return Telling(
        language=language,
        articles=len(chosen) // 2,
        folds_by=by,
        auroc=_widened(estimate(auroc(is_new, scores), resample(sources, DRAWS, rng))),
        words_old=words_old,
        words_new=words_new,
    )


def _widened(found: Estimate) -> Estimate:
    """Widen an interval by what the folds share of each other's articles, which a bootstrap does not see.

    Nadeau and Bengio, Inference for the Generalization Error, 2003: the variance of the mean over k folds
    grows from 1/k to 1/k + 1/(k - 1).
    """
    if found.value is None or found.low is None or found.high is None:
        return found
    factor = (1 + FOLDS / (FOLDS - 1)) ** 0.5
    low = found.value - factor * (found.value - found.low)
    high = found.value + factor * (found.high - found.value)
    return Estimate(value=found.value, low=max(low, 0.0), high=min(high, 1.0))


Fold = tuple[NDArray[np.int_], NDArray[np.int_]]  # rows that are fitted, rows that are judged


def _folds(sources: Sequence[str], is_new: NDArray[np.bool_], seed: int) -> tuple[By, list[Fold]]:
    """Keep the articles of a source together, unless a side has too few sources for that."""
    rows = [f"row {row}" for row in range(len(sources))]
    groups = [source or row for source, row in zip(sources, rows, strict=True)]
    spread = min(len({group for group, new in zip(groups, is_new, strict=True) if new == side})
                 for side in (False, True))  # fmt: skip
    if spread >= FOLDS:
        folds = _split(groups, is_new, seed)
        if all(len(np.unique(is_new[fitted])) > 1 for fitted, _ in folds):
            return ("source" if any(sources) else "article"), folds
    return "article", _split(rows, is_new, seed)


def _split(groups: Sequence[str], is_new: NDArray[np.bool_], seed: int) -> list[Fold]:
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    return list(folds.split(np.zeros(len(groups)), is_new, groups))
