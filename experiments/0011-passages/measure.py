"""How faithful each way to choose passages is: what is left of an answer when they are deleted, or kept alone.

python experiments/0011-passages/measure.py BUNDLE data/prepared/news [--articles 200]

BUNDLE needs model.safetensors beside the model that is scored; gradients are taken there.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from syto.corpus.prepared import read_split
from syto.inference.backends import OnnxBackend
from syto.inference.decisions import decide
from syto.inference.passages import label_falls, read_sentences, sentence_evidence
from syto.model.bundle import ONNX_INT8, TOKENIZER, Bundle, HeadSpec, read_bundle
from syto.model.decode import label_evidence, probabilities, split_heads
from syto.model.network import SytoModel
from syto.model.windows import Window, Windower, pad_batch
from syto.records import HeadPrediction

FEWEST, MOST = 3, 25  # sentences of an article; full texts have four or more
LEFT_OUT = 2  # as in syto.inference.predictor
STEPS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)  # shares of the sentences that are deleted, at least one
METHODS = (
    "shipped",
    "occlusion",
    "tokens",
    "tokens against the mean",
    "gradient x input",
    "first sentences",
    "longest sentences",
    "random",
)
MEASURES = ("fall: one", "fall: 20%", "fall: 50%", "area", "kept: one", "kept: 20%")
PAIRS = (  # whether the first of the two is more faithful, on the same articles
    ("shipped", "tokens"),
    ("occlusion", "tokens"),
    ("occlusion", "shipped"),
    ("shipped", "tokens against the mean"),
    ("gradient x input", "tokens"),
    ("gradient x input", "shipped"),
)
# The decided label of every head is explained, whichever labels an article has.
GROUPS = {
    "uk, Ukrinform": lambda a: a.dataset == "ukrinform",
    "ru, Lenta": lambda a: a.dataset == "lenta_sample",
    "ru, descriptions": lambda a: a.language == "ru" and bool(a.labels.get("reliability")),
    "en, all": lambda a: a.language == "en",
}
Floats = NDArray[np.floating]
Span = tuple[int, int]
Outputs = list[tuple[Floats, Floats]]  # a window: logits (outputs,), token logits (tokens, outputs)


@dataclass(frozen=True)
class Reader:
    """The parts of a bundle that are asked again and again."""

    heads: tuple[HeadSpec, ...]
    windower: Windower
    backend: OnnxBackend
    model: SytoModel

    @classmethod
    def of(cls, bundle: Bundle) -> "Reader":
        windower = Windower(bundle.path(TOKENIZER), bundle.manifest.window)
        model = SytoModel.from_pretrained(bundle.folder, dtype=torch.float32).eval()
        return cls(bundle.manifest.heads, windower, OnnxBackend(bundle.path(ONNX_INT8), threads=1), model)

    def read(self, windows: Sequence[Window]) -> Outputs:
        runs = [
            (each.logits, each.token_logits) for each in self.backend.run([window.ids for window in windows])
        ]
        return [(logits[0], tokens[0]) for logits, tokens in runs]

    def logits(self, texts: Sequence[str]) -> Floats:
        """Return the joined logits of each text (texts, outputs)."""
        return np.stack([joined(self.read(cut.windows)) for cut in self.windower.windows(texts)])


def joined(outputs: Outputs) -> Floats:
    return np.average([logits for logits, _ in outputs], axis=0, weights=[len(t) for _, t in outputs])


def by_sentence(
    sentences: Sequence[Span], windows: Sequence[Window], values: Sequence[Floats]
) -> NDArray[np.float64]:
    """Add up the values of the tokens by the sentence in which each begins."""
    starts = np.array([start for start, _ in sentences])
    totals = np.zeros(len(sentences))
    for window, weights in zip(windows, values, strict=True):
        offsets = np.array(window.offsets)
        is_text = offsets[:, 1] > offsets[:, 0]
        place = np.maximum(np.searchsorted(starts, offsets[is_text, 0], side="right") - 1, 0)
        np.add.at(totals, place, weights[is_text])
    return totals


def log_odds(head: HeadSpec, logits: torch.Tensor, label: int) -> torch.Tensor:
    """Return the calibrated log-odds of a label, from logits (outputs,), so that they can be derived."""
    scaled = (logits + torch.tensor(head.biases or 0.0)) / head.temperature
    if head.kind == "single_label":
        others = torch.cat([scaled[:label], scaled[label + 1 :]])
        return scaled[label] - others.logsumexp(0)
    above = torch.cat([torch.ones(1), torch.sigmoid(scaled).cummin(0).values, torch.zeros(1)])
    return torch.logit(above[label] - above[label + 1], eps=1e-6)


def gradients(
    reader: Reader, windows: Sequence[Window], language: str, decided: dict[str, HeadPrediction]
) -> dict[str, list[Floats]]:
    """Return by task gradient x input of each token: of its embedding, and of its n-grams if there are."""
    model, inputs, outputs = reader.model, [], []
    for window in windows:
        ids, mask = (torch.from_numpy(each) for each in pad_batch([window.ids]))
        embedded = model.encoder.get_input_embeddings()(ids).detach().requires_grad_()
        hidden = model.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        tokens = torch.cat([head(hidden) for head in model.heads.values()], dim=-1)
        ngrams = torch.zeros_like(tokens) if model.ngrams is None else model.ngrams(ids, mask)
        ngrams = ngrams.detach().requires_grad_()
        inputs += [embedded, ngrams]
        outputs.append((tokens + ngrams)[0])
    logits = torch.cat(outputs).mean(0)  # windows count by their tokens
    ends = np.cumsum([head.outputs for head in reader.heads])
    found = {}
    for head, end in zip(reader.heads, ends, strict=True):
        label = head.labels.index(decided[head.task].labels[0])
        value = log_odds(head.of_language(language), logits[end - head.outputs : end], label)
        slopes = torch.autograd.grad(value, inputs, retain_graph=True, allow_unused=True)
        shares = [
            np.zeros(each.shape[1]) if slope is None else (slope * each).sum(-1)[0].detach().numpy()
            for slope, each in zip(slopes, inputs, strict=True)
        ]
        found[head.task] = [a + b for a, b in zip(shares[::2], shares[1::2], strict=True)]
    return found


def without(text: str, spans: Sequence[Span]) -> str:
    """Return the text without the spans, which are in order."""
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def as_shipped(
    falls: dict[str, Floats], evidence: dict[str, Floats], task: str
) -> tuple[NDArray[np.float64], int]:
    """Score the sentences as the predictor does, and count those that it leaves out.

    Those that it leaves out and the label loses without stand first, by the fall; then the rest by evidence.
    """
    chosen = {0}
    for totals in evidence.values():
        chosen.update(np.argsort(-totals, kind="stable")[:LEFT_OUT].tolist())
    first = [n for n in sorted(chosen, key=lambda n: -falls[task][n]) if falls[task][n] > 0]
    order = first + [n for n in np.argsort(-evidence[task], kind="stable").tolist() if n not in first]
    scores = np.empty(len(order))
    scores[order] = -np.arange(len(order), dtype=float)
    return scores, len(chosen)


class Measured:
    """One article: an order of its sentences by task and method, and the logits of what was left of it."""

    def __init__(self, reader: Reader, text: str, language: str, rng: np.random.Generator) -> None:
        self.reader, self.text, self.language = reader, text, language
        self.known: dict[frozenset[int], Floats] = {}
        [cut] = reader.windower.windows([text])
        self.spans = read_sentences(text, cut.windows)
        self.count = len(self.spans)
        outputs = reader.read(cut.windows)
        by_head = split_heads(reader.heads, joined(outputs))
        self.decided = {head.task: decide(head, by_head[head.task], language) for head in reader.heads}
        self.orders = self._orders(cut.windows, outputs, rng)

    def _orders(
        self, windows: Sequence[Window], outputs: Outputs, rng: np.random.Generator
    ) -> dict[tuple[str, str], list[int]]:
        heads, scores = self.reader.heads, {}
        self._look_up([frozenset([n]) for n in range(self.count)])
        left = split_heads(heads, np.stack([self.known[frozenset([n])] for n in range(self.count)]))
        tokens = [split_heads(heads, each) for _, each in outputs]
        slopes = gradients(self.reader, windows, self.language, self.decided)
        falls, sums, against = {}, {}, {}
        for head in heads:
            task, label = head.task, head.labels.index(self.decided[head.task].labels[0])
            said = [label_evidence(head, each[task])[:, label] for each in tokens]
            sums[task] = by_sentence(self.spans, windows, said)
            against[task] = sentence_evidence(self.spans, windows, said)
            falls[task] = label_falls(head.of_language(self.language), self.decided[task], left[task])
        chance = rng.random(self.count)
        first = -np.arange(self.count, dtype=float)
        longest = np.array([end - start for start, end in self.spans], dtype=float)
        for head in heads:
            shipped, self.left_out = as_shipped(falls, against, head.task)
            gradient = by_sentence(self.spans, windows, slopes[head.task])
            tokens_said, over_mean = sums[head.task], against[head.task]
            values = (shipped, falls[head.task], tokens_said, over_mean, gradient, first, longest, chance)
            for method, score in zip(METHODS, values, strict=True):
                scores[head.task, method] = np.argsort(-score, kind="stable").tolist()
        return scores

    def _look_up(self, gone: Sequence[frozenset[int]]) -> None:
        new = sorted(set(gone) - self.known.keys(), key=sorted)
        if new:
            texts = [without(self.text, [self.spans[n] for n in sorted(each)]) for each in new]
            self.known.update(zip(new, self.reader.logits(texts), strict=True))

    def probability(self, head: HeadSpec, gone: Sequence[int]) -> float:
        """Return the probability of the decided label without the sentences that are gone."""
        key = frozenset(gone)
        self._look_up([key])
        logits = split_heads(self.reader.heads, self.known[key])[head.task]
        label = head.labels.index(self.decided[head.task].labels[0])
        return float(probabilities(head.of_language(self.language), logits[np.newaxis])[0, label])

    def measure(self, head: HeadSpec, method: str) -> list[float]:
        """Return what MEASURES names."""
        order = self.orders[head.task, method]
        before = self.decided[head.task].probabilities[self.decided[head.task].labels[0]]
        counts = [max(1, ceil(share * self.count)) for share in STEPS]
        falls = [before - self.probability(head, order[:count]) for count in counts]
        kept = [self.probability(head, order[counts[place] :]) / before for place in (0, 2)]
        return [falls[0], falls[2], falls[5], float(np.mean(falls[1:])), *kept]


def interval(values: NDArray[np.float64], rng: np.random.Generator) -> list[str]:
    """Write means over articles (articles, columns) with their 95% bootstrap intervals."""
    drawn = [values[rng.integers(len(values), size=len(values))].mean(0) for _ in range(1000)]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return [f"{m:.3f} ({a:.3f} to {b:.3f})" for m, a, b in zip(values.mean(0), low, high, strict=True)]


def report(group: str, head: HeadSpec, table: NDArray[np.float64], rng: np.random.Generator) -> None:
    """Print the table (articles, methods, measures) of a head, then the differences of pairs."""
    for place, method in enumerate(METHODS):
        print("\t".join([head.task, group, str(len(table)), method, *interval(table[:, place], rng)]))
    for one, other in PAIRS:
        difference = table[:, METHODS.index(one)] - table[:, METHODS.index(other)]
        name = f"{one} minus {other}"
        print("\t".join([head.task, group, str(len(table)), name, *interval(difference, rng)]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("--articles", type=int, default=200, help="of a group")
    options = parser.parse_args()
    torch.set_num_threads(1)
    reader = Reader.of(read_bundle(options.bundle))
    articles = read_split(options.prepared, "test", [head.task for head in reader.heads])
    print("\t".join(["head", "articles", "n", "method", *MEASURES]))
    for group, belongs in GROUPS.items():
        rng = np.random.default_rng(0)
        fewest = FEWEST if "descriptions" in group else FEWEST + 1
        found = [article for article in articles if belongs(article)]
        drawn = []
        for place in rng.permutation(len(found)):
            article = found[place]
            [cut] = reader.windower.windows([article.clean])
            if not cut.truncated and fewest <= len(read_sentences(article.clean, cut.windows)) <= MOST:
                drawn.append(Measured(reader, article.clean, article.language, rng))
            if len(drawn) == options.articles:
                break
        counts = np.array([(each.count, each.left_out) for each in drawn]).mean(0)
        print(f"# {group}: {counts[0]:.1f} sentences, {counts[1]:.1f} of them left out as shipped")
        for head in reader.heads:
            rows = [[each.measure(head, method) for method in METHODS] for each in drawn]
            report(group, head, np.array(rows), rng)


if __name__ == "__main__":
    main()
