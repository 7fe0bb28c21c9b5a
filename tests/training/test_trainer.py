import json
from pathlib import Path

import numpy as np
import pytest
from transformers import EvalPrediction, TrainerControl, TrainerState

from syto.errors import UserError
from syto.model.bundle import HeadSpec
from syto.training.trainer import MetricsLog, training_arguments, window_metrics

SPECS = (
    HeadSpec(task="topic", kind="single_label", labels=("a", "b", "c")),
    HeadSpec(task="tags", kind="multi_label", labels=("x", "y")),
)


def test_every_option_of_transformers_reaches_the_trainer(tmp_path: Path) -> None:
    arguments = training_arguments({"gradient_accumulation_steps": 4, "use_cpu": True}, tmp_path, seed=5)
    assert (arguments.gradient_accumulation_steps, arguments.seed) == (4, 5)


def test_an_unknown_option_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"training\.learning_rat .*did you mean 'learning_rate'"):
        training_arguments({"learning_rat": 1}, tmp_path, seed=0)


def test_a_value_that_transformers_refuses_is_a_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="refused by transformers"):
        training_arguments({"eval_strategy": "sometimes"}, tmp_path, seed=0)


def test_macro_f1_counts_labelled_windows_and_labels_that_occur() -> None:
    nan = np.nan
    logits = np.array([[5, 0, 0, 1, -1], [0, 5, 0, 1, -1], [0, 0, 5, 1, -1]], dtype=float)
    labels = np.array([[0, 1, 0], [0, 1, 0], [nan, nan, nan]])
    metrics = window_metrics(SPECS, EvalPrediction(predictions=logits, label_ids=labels))
    assert metrics["macro_f1_topic"] == pytest.approx(
        2 / 3
    )  # label 0: precision 1, recall 1/2; 1, 2 do not occur
    assert metrics["macro_f1_tags"] == pytest.approx(0.5)  # x right, y without positives
    assert metrics["macro_f1"] == pytest.approx((2 / 3 + 0.5) / 2)


def test_a_label_is_decided_at_its_own_best_threshold() -> None:
    logits = np.zeros((40, 5))
    logits[:, 3], logits[:, 4] = np.linspace(8, 1, 40), np.linspace(-1, -8, 40)  # above and below one half
    labels = np.zeros((40, 3))
    labels[:20, 1], labels[:10, 2] = 1, 1
    found = window_metrics(SPECS, EvalPrediction(predictions=logits, label_ids=labels))
    assert found["macro_f1_tags"] > 0.9


def test_a_resumed_run_writes_no_step_twice(tmp_path: Path) -> None:
    path, seen = tmp_path / "metrics.jsonl", []
    path.write_text('{"step": 10, "loss": 2.0}\n{"step": 20, "loss": 1.0}\n{"step": 3')
    log = MetricsLog(path, lambda metrics, step: seen.append((step, metrics["loss"])))
    arguments = training_arguments({"use_cpu": True}, tmp_path, seed=0)
    state = TrainerState(global_step=10)
    log.on_train_begin(arguments, state, TrainerControl())
    state.global_step = 20
    log.on_log(arguments, state, TrainerControl(), logs={"loss": 1.5})
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == [{"step": 10, "loss": 2.0}, {"step": 20, "loss": 1.5}]
    assert seen == [(20, 1.5)]
