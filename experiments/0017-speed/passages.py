"""Sentences left out of their own windows, or of a text that is then cut anew: which find what decides?

`python experiments/0017-speed/passages.py ARTICLES.parquet [--language uk] [--articles 100]`: columns `text`, and
`title` and `language` where there are any. Two yardsticks for the first passage of each way: how much the
label's probability falls once the sentence is deleted and the text cut anew, as scoring it again would, and the
same over three cuttings of the text, in which the accidents of where a window ends even out.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from syto.inference.backends import choose_backend
from syto.inference.loaded import find_bundle
from syto.inference.passages import Span, label_falls, read_sentences, sentence_evidence
from syto.inference.predictor import Answered, Logits, Predictor, joined
from syto.model.decode import label_evidence, probabilities, split_heads
from syto.records import Article, HeadPrediction

SEED = 17
SHIFTS = (0, 120, 240)  # characters that a first window of its own takes


class Compared(Predictor):
    """A predictor that can leave sentences out in three ways."""

    def read(self, article: Article) -> tuple[Answered, dict[str, HeadPrediction], list[Span]] | None:
        """Return an article of several sentences with its answer and those that may have decided."""
        cleaned = self._cleaned(article)
        if not hasattr(cleaned, "clean"):
            return None
        [item] = self._answered(self._cut([cleaned]))
        decided = self._decided(item)
        spans = self._may_decide(item, decided)
        return (item, decided, spans) if len(spans) > 1 else None

    def logits(self, texts: Sequence[str]) -> list[Logits]:
        """Return the joined logits of cleaned texts."""
        cuts = self._windower.windows(texts)
        said = self._run([[window.ids for window in cut.windows] for cut in cuts], {})
        return [joined(self.manifest.heads, outputs) for outputs in said]

    def shifted(self, text: str) -> Logits:
        """Return the logits of a cleaned text, the mean of several cuttings."""
        return np.mean([self._cut_after(text, shift) for shift in SHIFTS], axis=0)

    def _cut_after(self, text: str, shift: int) -> Logits:
        place = text.find(" ", shift) if shift else 0
        parts = [part for part in (text[:place], text[place:]) if part.strip()] if place > 0 else [text]
        ids = [window.ids for cut in self._windower.windows(parts) for window in cut.windows]
        return joined(self.manifest.heads, self._run([ids], {})[0])

    def tokens(
        self, item: Answered, decided: HeadPrediction, spans: list[Span], task: str
    ) -> NDArray[np.float64]:
        """Return the evidence of the tokens of each span, which costs nothing."""
        head = next(head for head in self.manifest.heads if head.task == task)
        columns = [head.labels.index(label) for label in decided.labels]
        outputs = [split_heads(self.manifest.heads, said.token_logits)[task] for said in item.outputs]
        evidence = [label_evidence(head, tokens)[:, columns].sum(1) for tokens in outputs]
        sentences = read_sentences(item.clean.text, item.windows)
        totals = dict(zip(sentences, sentence_evidence(sentences, item.windows, evidence), strict=True))
        return np.array([totals[span] for span in spans])

    def ways(self, item: Answered, spans: list[Span]) -> dict[str, list[Logits]]:
        """Return the logits a span of each way; `alone` are those of the sentence by itself."""
        text = item.clean.text
        return {
            "cut anew": self.logits([text[:start] + text[end:] for start, end in spans]),
            "own windows": list(self._without([item], [spans])),
            "alone": self.logits([text[start:end] for start, end in spans]),
        }


def main() -> None:
    """Print a row a head and way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles_file", type=Path)
    parser.add_argument("--language")
    parser.add_argument("--articles", type=int, default=100)
    arguments = parser.parse_args()
    frame = pd.read_parquet(arguments.articles_file)
    if arguments.language:
        frame = frame[frame["language"] == arguments.language]
    frame = frame[frame["text"].str.len() > 700].sample(arguments.articles, random_state=SEED)
    bundle = find_bundle()
    predictor = Compared(bundle, choose_backend(bundle))
    random = np.random.default_rng(SEED)
    rows = []
    for number, (title, text) in enumerate(
        zip(frame.get("title", [""] * len(frame)), frame["text"], strict=True)
    ):
        if read := predictor.read(Article(str(number), text, title)):
            rows += _rows(predictor, *read, random)
    table = (
        pd.DataFrame(rows)
        .groupby(["head", "way"], sort=False)
        .agg(
            articles=("fall", "size"),
            fall=("fall", "mean"),
            even=("even", "mean"),
            agrees=("agrees", "mean"),
            rank=("rank", "mean"),
        )
    )
    print(table.round(3).to_string())


def _rows(
    predictor: Compared,
    item: Answered,
    decided: dict[str, HeadPrediction],
    spans: list[Span],
    random: np.random.Generator,
) -> list[dict[str, object]]:
    heads, ways = predictor.manifest.heads, predictor.ways(item, spans)
    text = item.clean.text
    whole = predictor.shifted(text)
    without = np.stack([predictor.shifted(text[:start] + text[end:]) for start, end in spans])
    rows: list[dict[str, object]] = []
    for spec in heads:
        head, said = spec.of_language(item.language), decided[spec.task]
        label = head.labels.index(said.labels[0])
        by_way = {
            way: np.stack([split_heads(heads, one)[spec.task] for one in all_]) for way, all_ in ways.items()
        }
        falls = {way: label_falls(head, said, logits) for way, logits in by_way.items()}
        falls["alone"] = -falls["alone"]  # the sentence that says most of the label
        falls["tokens"] = predictor.tokens(item, said, spans, spec.task)
        falls["random"] = random.random(len(spans))
        shares = said.probabilities[said.labels[0]] - probabilities(head, by_way["cut anew"])[:, label]
        before, after = (
            probabilities(head, split_heads(heads, logits)[spec.task])[:, label]
            for logits in (whole[np.newaxis], without)
        )
        even, best = before - after, falls["cut anew"]
        rows += [
            {
                "head": spec.task,
                "way": way,
                "fall": shares[own.argmax()],
                "even": even[own.argmax()],
                "agrees": own.argmax() == best.argmax(),
                "rank": _rank_correlation(own, best),
            }
            for way, own in falls.items()
        ]
    return rows


def _rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    ranks = [np.argsort(np.argsort(each)) for each in (one, other)]
    return float(np.corrcoef(*ranks)[0, 1])


if __name__ == "__main__":
    main()
