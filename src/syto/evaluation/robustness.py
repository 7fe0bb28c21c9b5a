"""How often an answer changes when a text is disguised, garbled or dressed up."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from sklearn.metrics import f1_score

from syto.evaluation.perturbations import Perturbation
from syto.evaluation.proportions import proportion
from syto.evaluation.results import RobustnessResult
from syto.records import Article, HeadPrediction, Prediction

MOVED = 0.1  # of a probability, from which on a reader would see it
Predict = Callable[[Sequence[Article]], Sequence[Prediction]]


def drawn(articles: Sequence[Article], per_language: int, rng: np.random.Generator) -> list[Article]:
    """Draw articles of each language."""
    found: list[Article] = []
    for language in sorted({article.language for article in articles}):
        of_language = [article for article in articles if article.language == language]
        chosen = rng.permutation(len(of_language))[:per_language]
        found += [of_language[place] for place in sorted(chosen)]
    return found


def robustness(
    perturbation: Perturbation,
    articles: Sequence[Article],
    before: Sequence[Prediction],
    predict: Predict,
    tasks: Sequence[str],
    seed: int,
) -> list[RobustnessResult]:
    """Perturb the articles and compare the answers with those of `before`, by task and language."""
    rng = np.random.default_rng(seed)
    rows = [row for row, article in enumerate(articles) if article.language in perturbation.languages]
    after = predict([_perturbed(articles[row], perturbation, rng) for row in rows])
    results = []
    for language in sorted({articles[row].language for row in rows}):
        for task in tasks:
            pairs = [
                (articles[row], before[row], changed)
                for row, changed in zip(rows, after, strict=True)
                if articles[row].language == language and before[row].heads[task].labels
            ]
            if pairs:
                results.append(_compared(perturbation, language, task, pairs))
    return results


def without_language(articles: Sequence[Article]) -> list[Article]:
    """Return the articles as a user's file has them: of a language that is not known yet."""
    return [replace(article, language="") for article in articles]


def _perturbed(article: Article, perturbation: Perturbation, rng: np.random.Generator) -> Article:
    title, text = (
        perturbation.perturb(part, article.language, rng) if part else ""
        for part in (article.title, article.text)
    )
    return replace(article, title=title, text=text, language="")


def _compared(
    perturbation: Perturbation,
    language: str,
    task: str,
    pairs: Sequence[tuple[Article, Prediction, Prediction]],
) -> RobustnessResult:
    answers = [
        (article.labels.get(task), before.heads[task].labels, after.heads[task].labels if after.heads else ())
        for article, before, after in pairs
    ]
    flipped = sum(before != after for _, before, after in answers)
    labelled = [answer for answer in answers if answer[0]]
    return RobustnessResult(
        perturbation=perturbation.name,
        rate=perturbation.rate,
        language=language,
        task=task,
        articles=len(answers),
        flipped=proportion(flipped, len(answers)),
        moved=float(np.mean([_moved(one.heads[task], two.heads.get(task)) for _, one, two in pairs])),
        out_of_scope=sum(not after for _, _, after in answers),
        labelled=len(labelled),
        macro_f1_before=macro_f1([(gold, before) for gold, before, _ in labelled]),
        macro_f1=macro_f1([(gold, after) for gold, _, after in labelled]),
    )


def _moved(before: HeadPrediction, after: HeadPrediction | None) -> bool:
    """Tell whether a probability changed by 0.1 or more, or is no longer given."""
    if after is None or not after.probabilities:
        return True
    return any(
        abs(share - after.probabilities[label]) >= MOVED for label, share in before.probabilities.items()
    )


def macro_f1(answers: Sequence[tuple[tuple[str, ...] | None, tuple[str, ...]]]) -> float | None:
    """Return macro-F1 over the labels that are right somewhere; None without labelled articles."""
    if not answers:
        return None
    labels = sorted({label for gold, _ in answers for label in gold or ()})
    gold, told = (
        np.array([[label in (answer or ()) for label in labels] for answer in column])
        for column in zip(*answers, strict=True)
    )
    return float(np.mean([f1_score(*label, zero_division=0) for label in zip(gold.T, told.T, strict=True)]))
