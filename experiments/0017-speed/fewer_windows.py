"""What is lost when long articles are not read whole: a first stage that reads some windows and may stop.

usage: fewer_windows.py RUN      its bundle, over the test articles of its prepared data
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from syto.corpus.prepared import read_split
from syto.inference.backends import WindowOutput
from syto.inference.decisions import decide
from syto.inference.predictor import Answered, Cut, Predictor, joined
from syto.loading import load
from syto.model.decode import split_heads
from syto.records import Article, HeadPrediction

Outputs = Sequence[WindowOutput]
Heads = dict[str, HeadPrediction]
LONG = 3  # windows from which on an article can be read in part
TASKS = ("topic", "reliability")


class Keeping(Predictor):
    """Keeps what the network says of each window."""

    outputs: dict[str, Outputs]

    def _answered(self, items: Sequence[Cut]) -> list[Answered]:
        done = super()._answered(items)
        self.outputs |= {item.article.id: item.outputs for item in done}
        return done


def main() -> None:
    run = Path(sys.argv[1])
    model = load(run / "bundle", passages=0)
    reader = Keeping(model.bundle, model.backend, 0)
    reader.outputs = {}
    articles = read_split(Path("data/prepared") / "news", "test", TASKS)
    reader.predict(articles)
    long = [each for each in articles if len(reader.outputs.get(each.id, ())) >= LONG]
    print(
        f"{len(articles):,} articles, {len(reader.outputs):,} in scope, {len(long):,} of {LONG} windows or more"
    )
    print(
        "| read | share of sub-words | topic macro-F1 | another topic | AUROC unreliable (ru) | probability of unreliable moved by 0.1 |"
    )
    print("|---|---|---|---|---|---|")
    heads = reader.manifest.heads

    def answer(article: Article, outputs: Outputs) -> Heads:
        logits = split_heads(heads, joined(heads, outputs))
        return {head.task: decide(head, logits[head.task], article.language) for head in heads}

    whole = {each.id: answer(each, reader.outputs[each.id]) for each in long}
    for name, rule in RULES.items():
        read, answers = 0, {}
        for each in long:
            outputs = reader.outputs[each.id]
            chosen = rule(len(outputs))
            answers[each.id] = answer(each, [outputs[place] for place in chosen])
            if name.endswith("else all") and max(answers[each.id]["topic"].probabilities.values()) < 0.9:
                chosen, answers[each.id] = list(range(len(outputs))), whole[each.id]
            read += sum(len(outputs[place].token_logits) for place in chosen)
        total = sum(len(window.token_logits) for each in long for window in reader.outputs[each.id])
        print(f"| {name} | {read / total:.2f} | {' | '.join(figures(long, answers, whole))} |", flush=True)


def spread(count: int) -> Callable[[int], list[int]]:
    """Read so many windows from the first to the last."""
    return lambda windows: sorted({round(place) for place in np.linspace(0, windows - 1, count)})


RULES: dict[str, Callable[[int], list[int]]] = {
    "all": lambda windows: list(range(windows)),
    "the first": lambda windows: [0],
    "the first 2": lambda windows: [0, 1],
    "the first and the last": spread(2),
    "3, from first to last": spread(3),
    "2, from first to last, and where the topic has 0.9 no more, else all": spread(2),
    "3, from first to last, and where the topic has 0.9 no more, else all": spread(3),
}


def figures(articles: Sequence[Article], answers: dict[str, Heads], whole: dict[str, Heads]) -> list[str]:
    topics = [each for each in articles if each.labels.get("topic")]
    truth = [each.labels["topic"][0] for each in topics]
    said = [answers[each.id]["topic"].labels[0] for each in topics]
    other = [answers[each.id]["topic"].labels != whole[each.id]["topic"].labels for each in articles]
    rated = [
        each
        for each in articles
        if each.language == "ru" and each.labels.get("reliability", ("mixed",))[0] != "mixed"
    ]
    unreliable = [each.labels["reliability"][0] == "unreliable" for each in rated]
    shares = [answers[each.id]["reliability"].probabilities["unreliable"] for each in rated]
    moved = [
        abs(
            answers[each.id]["reliability"].probabilities["unreliable"]
            - whole[each.id]["reliability"].probabilities["unreliable"]
        )
        >= 0.1
        for each in articles
    ]
    f1 = f1_score(truth, said, average="macro", labels=sorted(set(truth)))
    return [
        f"{f1:.3f} ({len(topics):,})",
        f"{np.mean(other):.1%}",
        f"{roc_auc_score(unreliable, shares):.3f} ({len(rated):,})",
        f"{np.mean(moved):.1%}",
    ]


if __name__ == "__main__":
    main()
