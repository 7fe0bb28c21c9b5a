"""The quality gate: which smaller files of a network answer as well as the network does."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from syto.inference.backends import Backend, OnnxBackend
from syto.inference.predictor import Predictor
from syto.inference.torch_backend import TorchBackend
from syto.model.bundle import ONNX, ONNX_FP16, ONNX_INT4, ONNX_INT8, WEIGHTS, Bundle, HeadSpec
from syto.recipe.screen import predicted
from syto.records import Article, Prediction
from syto.training.export import halve, quantise, quantise_most, quantise_to_blocks
from syto.training.settings import ExportKind, ExportSettings
from syto.training.targets import label_matrix, split_label_columns
from syto.training.trainer import label_f1s, task_macro_f1

# Kind → its file and what writes it, in the order in which a config's own choices are followed by the others.
KINDS: Mapping[ExportKind, tuple[str, Callable[[Path, Path], None]]] = {
    "int8": (ONNX_INT8, quantise),
    "int8-most": (ONNX_INT8, quantise_most),
    "int4": (ONNX_INT4, quantise_to_blocks),
    "fp16": (ONNX_FP16, halve),
}
LEAST_OF_A_PART = 100  # labelled articles of a language or class; fewer say nothing of 0.03
Floats = NDArray[np.floating]
Logits = Mapping[str, Floats]  # task → (articles, outputs)
Scores = Mapping[tuple[str, str], float]  # task and part ("" = all of it) → macro-F1, or F1 of a class


@dataclass(frozen=True, slots=True)
class Said:
    """What one file says of articles in scope, and the labels that these have."""

    articles: Sequence[Article]
    labels: Mapping[str, Floats]  # task → (articles, label columns), NaN = unlabelled
    logits: Logits


@dataclass(frozen=True, slots=True)
class Judged:
    """How well one file answers, and what it costs."""

    scores: Scores
    megabytes: float
    articles_per_second: float  # of this machine, texts in and logits out

    def macro_f1(self) -> dict[str, float]:
        """Return task → macro-F1."""
        return {task: score for (task, part), score in self.scores.items() if not part}

    def worse(self, reference: "Judged", settings: ExportSettings) -> list[str]:
        """Say by task, language and class what loses more than is allowed."""
        return [
            f"{task}{f' of {part}' if part else ''} {reference.scores[task, part]:.3f} → {score:.3f}"
            for (task, part), score in self.scores.items()
            if reference.scores[task, part] - score
            > (settings.max_part_drop if part else settings.max_quality_drop)
        ]


@dataclass(frozen=True, slots=True)
class Passed:
    """What the gate let through, and why it did not let the others."""

    file: str  # what scores
    judged: Mapping[str, Judged]  # file → how it did; those that were refused are not there
    refused: Sequence[str]  # a line each


def pass_gate(
    bundle: Bundle,
    articles: Sequence[Article],
    settings: ExportSettings,
    seed: int,
    say: Callable[[str], None],
) -> Passed:
    """Try smaller files beside `ONNX` until one is good enough, the config's kinds first.

    They are judged on a sample of the articles: macro-F1 of each task and language, F1 of each class.
    Files that are refused are deleted.
    """
    sample = _sample(articles, settings.judged_on, seed)
    heads, folder = bundle.manifest.heads, bundle.folder

    def judge(name: str) -> Judged:
        said, speed = said_by(bundle, backend_of(folder / name), sample)
        return Judged(_scores(heads, said), (folder / name).stat().st_size / 1e6, speed)

    judged = {name: judge(name) for name in (WEIGHTS, ONNX)}
    if worse := judged[ONNX].worse(judged[WEIGHTS], settings):
        (folder / ONNX).unlink()
        return Passed(WEIGHTS, {WEIGHTS: judged[WEIGHTS]}, [_too_much(ONNX, worse)])
    refused: list[str] = []
    for kind in dict.fromkeys((*settings.kinds, *KINDS)):
        name, write = KINDS[kind]
        write(folder / ONNX, folder / name)
        found = judge(name)
        say(f"{kind}: {found.megabytes:.1f} MB, {found.articles_per_second:.0f} articles/s, {_shown(found)}")
        if not (worse := found.worse(judged[WEIGHTS], settings)):
            return Passed(name, {**judged, name: found}, refused)
        refused.append(_too_much(f"{kind} ({name})", worse))
        (folder / name).unlink()
    return Passed(ONNX, judged, refused)


def _too_much(what: str, worse: Sequence[str]) -> str:
    return f"{what}: validation F1 falls by more than `export` allows: {', '.join(worse)}"


def _sample(articles: Sequence[Article], count: int, seed: int) -> Sequence[Article]:
    if len(articles) <= count:
        return articles
    chosen = sorted(random.Random(seed).sample(range(len(articles)), count))  # noqa: S311 - no secret
    return [articles[place] for place in chosen]


def _shown(judged: Judged) -> str:
    return ", ".join(f"{task} {score:.3f}" for task, score in judged.macro_f1().items())


def _scores(heads: Sequence[HeadSpec], said: Said) -> dict[tuple[str, str], float]:
    languages = np.array([article.language for article in said.articles])
    scores: dict[tuple[str, str], float] = {}
    for head in heads:
        logits, labels = said.logits[head.task], said.labels[head.task]
        scores[head.task, ""] = task_macro_f1(head, logits, labels)
        known = ~np.isnan(labels[:, 0])
        for language in np.unique(languages):
            rows = known & (languages == language)
            if rows.sum() >= LEAST_OF_A_PART:
                scores[head.task, str(language)] = task_macro_f1(head, logits[rows], labels[rows])
        for label, (score, support) in label_f1s(head, logits, labels).items():
            if support >= LEAST_OF_A_PART:
                scores[head.task, label] = score
    return scores


def backend_of(file: Path) -> Backend:
    """Return what runs one file of a bundle on the CPU."""
    return TorchBackend(file.parent, device="cpu") if file.name == WEIGHTS else OnnxBackend(file)


def said_by(bundle: Bundle, backend: Backend, articles: Sequence[Article]) -> tuple[Said, float]:
    """Return what a backend says of the articles in scope, and how many articles it read a second."""
    start = time.perf_counter()
    predictions = predicted(Predictor(bundle, backend, passages=0), articles, f"reading with {backend.name}")
    speed = len(articles) / (time.perf_counter() - start)
    pairs = [pair for pair in zip(articles, predictions, strict=True) if _in_scope(pair[1])]
    kept, heads = [article for article, _ in pairs], bundle.manifest.heads
    labels = split_label_columns(heads, label_matrix(heads, kept))
    return Said(kept, labels, _stack(heads, [prediction for _, prediction in pairs])), speed


def _in_scope(prediction: Prediction) -> bool:
    return not prediction.error and all(head.logits.size for head in prediction.heads.values())


def _stack(heads: Sequence[HeadSpec], rows: Sequence[Prediction]) -> Logits:
    return {
        head.task: np.array([row.heads[head.task].logits for row in rows]).reshape(len(rows), head.outputs)
        for head in heads
    }
