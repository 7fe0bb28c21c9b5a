"""Wrong answers that are worth reading: the furthest off, of many sources and kinds."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syto.corpus.settings import SplitRule
from syto.evaluation.head import HeadAnswers, headline_rows
from syto.evaluation.metrics import Answers
from syto.records import Article

WORTH_READING = 12  # as many as somebody reads
PER_KIND = 2  # of one right label taken for one other
PER_SOURCE = 2  # of one source; articles that name none count one by one


@dataclass(frozen=True, slots=True)
class Mistake:
    """One article that got another answer than its label."""

    article: Article
    right: tuple[str, ...]
    decided: tuple[str, ...]
    label: str  # the one whose probability is furthest off
    stated: float  # that probability


def mistakes(head: HeadAnswers, rules: Mapping[str, SplitRule]) -> tuple[Mistake, ...]:
    """Choose among the articles behind the headline figures, the furthest off first.

    An answer may be right and the label wrong: that is one reason to read them.
    """
    rows = headline_rows(head.articles, rules)
    answers = head.model.rows(rows)
    missed = np.abs(answers.shares - answers.gold) * (answers.gold != answers.decided)  # (articles, labels)
    kinds: Counter[tuple[str, ...]] = Counter()
    sources: Counter[str] = Counter()
    chosen: list[Mistake] = []
    for row in np.argsort(-missed.max(axis=1), kind="stable"):
        if not missed[row].any() or len(chosen) == WORTH_READING:
            break
        found = _mistake(head.articles[rows[row]], answers, int(row), int(missed[row].argmax()))
        kind, source = (*found.right, "", *found.decided), found.article.source or found.article.id
        if kinds[kind] < PER_KIND and sources[source] < PER_SOURCE:
            chosen.append(found)
            kinds[kind] += 1
            sources[source] += 1
    return tuple(chosen)


def _mistake(article: Article, answers: Answers, row: int, label: int) -> Mistake:
    def named(flags: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(name for name, flag in zip(answers.labels, flags, strict=True) if flag)

    if answers.kind != "multi_label":
        label = int(answers.decided[row].argmax())
    return Mistake(
        article=article,
        right=named(answers.gold[row]),
        decided=named(answers.decided[row]),
        label=answers.labels[label],
        stated=float(answers.shares[row, label]),
    )
