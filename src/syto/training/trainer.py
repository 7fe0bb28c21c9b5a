"""The Hugging Face `Trainer` as it is, with the `training` section passed to `TrainingArguments`."""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from torch import Tensor
from transformers import (
    EarlyStoppingCallback,
    EvalPrediction,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from syto.errors import UserError, did_you_mean
from syto.model.bundle import HeadSpec
from syto.model.decode import probabilities, split_heads
from syto.model.network import SytoModel
from syto.tables.whole import write_text
from syto.training.calibration import label_thresholds
from syto.training.settings import EarlyStoppingSettings
from syto.training.targets import split_label_columns
from syto.training.windows_dataset import Item, WindowsDataset, collate

Array = NDArray[np.floating]
Collator = Callable[[Sequence[Item]], dict[str, Tensor]]
LogMetrics = Callable[[Mapping[str, float], int], None]

SAMPLING = "train_sampling_strategy"
# What a run gets unless its config says otherwise.
DEFAULTS: dict[str, Any] = {
    "eval_strategy": "epoch",
    "save_strategy": "epoch",
    "load_best_model_at_end": True,
    "metric_for_best_model": "macro_f1",
    "greater_is_better": True,
    "save_total_limit": 2,
    "logging_steps": 20,
    SAMPLING: "group_by_length",
    "dataloader_pin_memory": False,  # the batches are small; pinning warns on machines without a GPU
}


def training_arguments(
    section: Mapping[str, Any], output: Path, seed: int, defaults: Mapping[str, Any] = DEFAULTS
) -> TrainingArguments:
    """Build the arguments; `UserError` for an option that transformers does not have or refuses."""
    known = {field.name for field in dataclasses.fields(TrainingArguments) if field.init}
    for name in section:
        if name not in known or name == "output_dir":
            raise UserError(f"training.{name} is no option of TrainingArguments{did_you_mean(name, known)}")
    try:
        arguments = TrainingArguments(output_dir=str(output), **{**defaults, "seed": seed, **section})
    except (ValueError, TypeError, ImportError) as error:
        raise UserError(f"the section 'training' is refused by transformers: {error}") from error
    if arguments.world_size > 1 and SAMPLING not in section:
        # Length groups are drawn from each process's own generator, and dropout drives those apart: from the
        # second epoch on some articles would be seen twice and others never.
        arguments.train_sampling_strategy = "random"
    return arguments


def make_trainer(
    model: SytoModel,
    arguments: TrainingArguments,
    train: WindowsDataset,
    validation: WindowsDataset,
    early_stopping: EarlyStoppingSettings | None,
    callbacks: Sequence[TrainerCallback],
    collator: Collator = collate,
) -> Trainer:
    """Put the parts together; the metric that chooses the best step is the mean macro-F1 of the tasks."""
    specs = model.config.head_specs()
    stop = (
        [EarlyStoppingCallback(early_stopping.patience, early_stopping.threshold)] if early_stopping else []
    )
    return Trainer(
        model=model,
        args=arguments,
        train_dataset=train,
        eval_dataset=validation,
        data_collator=collator,
        compute_metrics=lambda prediction: window_metrics(specs, prediction),
        callbacks=[*stop, *callbacks],
    )


def window_metrics(specs: Sequence[HeadSpec], prediction: EvalPrediction) -> dict[str, float]:
    """Macro-F1 of each task over the labelled windows, and their mean as `macro_f1`."""
    logits = split_heads(tuple(specs), np.asarray(prediction.predictions))
    labels = split_label_columns(specs, np.asarray(prediction.label_ids))
    scores = {
        f"macro_f1_{spec.task}": task_macro_f1(spec, logits[spec.task], labels[spec.task]) for spec in specs
    }
    known = [score for score in scores.values() if not np.isnan(score)]
    return {**scores, "macro_f1": float(np.mean(known)) if known else 0.0}


def task_macro_f1(spec: HeadSpec, logits: Array, labels: Array) -> float:
    """Macro-F1 of logits (n, outputs) over the labels that occur; NaN when no row is labelled."""
    found = [score for score, _ in label_f1s(spec, logits, labels).values()]
    return float(np.mean(found)) if found else float("nan")


def label_f1s(spec: HeadSpec, logits: Array, labels: Array) -> dict[str, tuple[float, int]]:
    """Return label → F1 and how many rows have it, of logits (n, outputs), over the labels that occur.

    A label of a multi-label task is decided at its own threshold, as calibration will: at one threshold
    for all, the step that is kept would be the one whose shares happen to lie around it.
    """
    known = ~np.isnan(labels[:, 0])
    if not known.any():
        return {}
    shares = probabilities(spec, logits[known])
    gold = labels[known].astype(int)
    several = spec.kind == "multi_label"
    decided = shares >= label_thresholds(shares, gold) if several else shares.argmax(1)
    gold = gold if several else gold[:, 0]
    present = np.arange(len(spec.labels)) if several else np.unique(gold)
    scores = f1_score(gold, decided, labels=present, average=None, zero_division=0)
    counts = gold.sum(0) if several else np.bincount(gold, minlength=len(spec.labels))[present]
    return {
        spec.labels[place]: (float(score), int(count))
        for place, score, count in zip(present, scores, counts, strict=True)
    }


class MetricsLog(TrainerCallback):
    """Writes every logged metric to `metrics.jsonl` first, and hands it to tracking second."""

    def __init__(self, path: Path, log_metrics: LogMetrics) -> None:
        self._path = path
        self._log_metrics = log_metrics

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Drop the lines of steps that a resumed run makes again."""
        if state.is_world_process_zero and self._path.exists():
            lines = self._path.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [line for line in lines if _step_of(line) <= state.global_step]
            write_text(self._path, "".join(kept))

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, float] | None = None,
        **_: object,
    ) -> None:
        """Write one line a logging step."""
        if not state.is_world_process_zero or not logs:
            return
        line = json.dumps({"step": state.global_step, **logs})
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        self._log_metrics({k: float(v) for k, v in logs.items()}, state.global_step)


class Evaluations(TrainerCallback):
    """Hands on the metrics of each evaluation, and how many percent of the training lie behind it.

    What that raises ends the training.
    """

    def __init__(self, tell: LogMetrics) -> None:
        self._tell = tell

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: Mapping[str, float] | None = None,
        **_: object,
    ) -> None:
        """Tell."""
        self._tell(metrics or {}, round(100 * state.global_step / state.max_steps))


def _step_of(line: str) -> float:
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError):
        return float("inf")  # half a line, left by a kill
