"""How often an answer is turned by someone who may change words and ask the model, but not look inside it.

A greedy search after TextFooler (Jin et al., AAAI 2020) on a budget of queries, as BODEGA measures it
(Przybyła et al., 2023): ask which words the decided label hangs on by leaving each out, then try other
spellings or other words in their places, best words first, until another label is decided. Leaving a word out
only asks; success is another answer to a text with all its words.

An answer that is withheld is no success: whoever wants a text read as something else has gained nothing, and
the search goes on. An attacker who wants to be believed goes on until another answer is called sure, too.
"""

import zlib
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from syto.evaluation.proportions import proportion
from syto.evaluation.results import AttackResult
from syto.evaluation.robustness import Predict, macro_f1, without_language
from syto.evaluation.substitutes import Candidates, Text
from syto.records import Article, HeadPrediction, Prediction

BUDGET = 100  # queries an article and task, besides the one for the text as it stands
_RANKING = 0.4  # share of the budget that may go into leaving words out
_CHANGED = 0.2  # share of the words that may be changed; of very short texts one word


@dataclass(frozen=True, slots=True)
class Attacked:
    """What became of one article under one kind of attack on one task."""

    kind: str
    task: str
    article: Article
    before: tuple[str, ...]
    after: tuple[str, ...]  # as before unless the attack succeeded
    queries: int
    changed: float  # share of the words


@dataclass(frozen=True, slots=True)
class _Target:
    """One answer that is to be turned."""

    kind: str
    task: str
    article: Article
    before: HeadPrediction
    sure: bool  # only an answer that is called sure will do

    @property
    def first_share(self) -> float:
        """Return what is to be lowered as it is before anything is changed."""
        return self._share(self.before)

    def share(self, answer: Prediction) -> float:
        """Return what is to be lowered; more than 1, so never wanted, where the answer is withheld."""
        return self._share(answer.heads[self.task]) if self._answered(answer) else 2.0

    def turned(self, answer: Prediction) -> bool:
        """Tell whether other labels are decided."""
        if not self._answered(answer):
            return False
        head = answer.heads[self.task]
        return head.labels != self.before.labels and (head.status == "sure" or not self.sure)

    def ended(self, after: tuple[str, ...], queries: int, changed: float) -> Attacked:
        """Record how the attack ended."""
        return Attacked(self.kind, self.task, self.article, self.before.labels, after, queries, changed)

    def _share(self, head: HeadPrediction) -> float:
        if self.sure:  # of all labels but the likeliest other one
            return 1 - max(
                share for label, share in head.probabilities.items() if label not in self.before.labels
            )
        return float(np.mean([head.probabilities[label] for label in self.before.labels]))

    def _answered(self, answer: Prediction) -> bool:
        return self.task in answer.heads and answer.heads[self.task].status != "out_of_scope"


_Run = Generator[list[Article], list[Prediction], Attacked]  # asks for answers until it is done


def attacked(
    articles: Sequence[Article],
    predict: Predict,
    kinds: Mapping[str, Candidates],
    tasks: Sequence[str],
    seed: int,
    budget: int = BUDGET,
    *,
    sure: bool = False,
) -> list[Attacked]:
    """Attack every answer to these articles in every way, all in step: a call of `predict` serves all.

    With `sure`, an attack goes on until another answer is called sure.
    """
    before = predict(without_language(articles))
    runs = [
        _attack(_Target(kind, task, article, told.heads[task], sure), candidates, budget, _rng(seed, article))
        for article, told in zip(articles, before, strict=True)
        for task in tasks
        if task in told.heads and told.heads[task].labels
        for kind, candidates in kinds.items()
    ]
    return _in_step(runs, predict)


def attack_results(
    found: Iterable[Attacked], defended: bool, budget: int = BUDGET, *, sure: bool = False
) -> list[AttackResult]:
    """Count the successes by kind, language and task."""

    def group(each: Attacked) -> tuple[str, str, str]:
        return each.kind, each.article.language, each.task

    return [
        _counted(list(runs), defended, sure, budget)
        for _, runs in groupby(sorted(found, key=group), key=group)
    ]


def _attack(target: _Target, candidates: Candidates, budget: int, rng: np.random.Generator) -> _Run:
    text = Text.of(target.article)
    places = text.places
    asked = rng.permutation(places)[: int(_RANKING * budget)].tolist()
    answers = yield [text.replaced(place, "").article for place in asked]
    shares = [target.share(answer) for answer in answers]
    queries, changed, lowest = len(asked), 0, target.first_share
    for place in (asked[row] for row in np.argsort(shares, kind="stable")):
        tried = [text.replaced(place, token) for token in candidates(text.word(place), rng)]
        tried = tried[: budget - queries]
        answers = yield [each.article for each in tried]
        queries += len(tried)
        turned = next(filter(target.turned, answers), None)
        if turned:
            return target.ended(turned.heads[target.task].labels, queries, (changed + 1) / len(places))
        shares = [target.share(answer) for answer in answers]
        if tried and min(shares) < lowest:
            text, lowest, changed = tried[int(np.argmin(shares))], min(shares), changed + 1
        if queries == budget or changed == max(1, int(_CHANGED * len(places))):
            break
    return target.ended(target.before.labels, queries, changed / max(len(places), 1))


def _in_step(runs: Sequence[_Run], predict: Predict) -> list[Attacked]:
    """Answer what all of them ask in one call, again and again until each is done."""
    done: dict[int, Attacked] = {}
    asked = {place: next(run) for place, run in enumerate(runs)}
    while asked:
        answers = _answers(asked, predict)
        asked = {}
        for place, told in answers.items():
            try:
                asked[place] = runs[place].send(told)
            except StopIteration as stop:
                done[place] = stop.value
    return [done[place] for place in range(len(runs))]


def _answers(asked: Mapping[int, Sequence[Article]], predict: Predict) -> dict[int, list[Prediction]]:
    """Answer each text once, whoever asked: attacks on two tasks leave out the same words."""
    texts = {(each.title, each.text): each for articles in asked.values() for each in articles}
    told = dict(zip(texts, predict(list(texts.values())), strict=True))
    return {place: [told[each.title, each.text] for each in articles] for place, articles in asked.items()}


def _counted(runs: Sequence[Attacked], defended: bool, sure: bool, budget: int) -> AttackResult:
    turned = [run for run in runs if run.after != run.before]
    gold = [(run.article.labels[run.task], run) for run in runs if run.task in run.article.labels]
    return AttackResult(
        kind=runs[0].kind,
        defended=defended,
        sure=sure,
        language=runs[0].article.language,
        task=runs[0].task,
        budget=budget,
        articles=len(runs),
        success=proportion(len(turned), len(runs)),
        queries=float(np.mean([run.queries for run in runs])),
        changed=float(np.mean([run.changed for run in turned])) if turned else None,
        labelled=len(gold),
        macro_f1_before=macro_f1([(labels, run.before) for labels, run in gold]),
        macro_f1=macro_f1([(labels, run.after) for labels, run in gold]),
    )


def _rng(seed: int, article: Article) -> np.random.Generator:
    """Give an article its own generator, so that it fares the same in any company."""
    return np.random.default_rng((seed, zlib.crc32(article.id.encode())))
