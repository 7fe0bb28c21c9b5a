import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from killed_run import kill_at
from syto.corpus.prepared import read_split
from syto.inference.backends import choose_backend
from syto.inference.predictor import Predictor
from syto.model.bundle import read_bundle
from syto.model.network import SytoModel
from syto.model.settings import EncoderSettings
from syto.recipe.fitting import encoder_to_begin_with

Syto = Callable[..., subprocess.CompletedProcess[str]]


def _metrics(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def _final(run: Path) -> dict[str, float]:
    """The last evaluation, without what the clock decides."""
    last = [line for line in _metrics(run) if "eval_macro_f1" in line][-1]
    return {key: value for key, value in last.items() if "per_second" not in key and "runtime" not in key}


def test_a_run_leaves_its_config_its_metrics_and_a_whole_bundle(trained_run: Path) -> None:
    bundle = read_bundle(trained_run / "bundle")
    assert [head.task for head in bundle.manifest.heads] == ["topic", "reliability"]
    assert {"model.safetensors", "model.int8.onnx", "tokenizer.json"} <= set(bundle.manifest.files)
    assert not list(trained_run.rglob("bundle/*.bin")) + list(trained_run.rglob("bundle/*.pkl"))
    assert "name: whole" in (trained_run / "config.yaml").read_text()
    steps = [line["step"] for line in _metrics(trained_run)]
    assert steps == sorted(steps)


def test_the_bundle_predicts_the_same_through_torch_and_onnx(trained_run: Path, prepared: Path) -> None:
    bundle = read_bundle(trained_run / "bundle")
    articles = read_split(prepared, "test", ["topic", "reliability"])
    torch_, onnx, int8 = (
        [
            prediction.heads["topic"].logits
            for prediction in Predictor(bundle, choose_backend(bundle, name)).predict(articles)
        ]
        for name in ("torch", "onnx-fp32", "auto")
    )
    assert np.abs(np.stack(torch_) - np.stack(onnx)).max() < 1e-4
    assert np.abs(np.stack(torch_) - np.stack(int8)).max() < 0.1


def test_baselines_stand_beside_the_model(trained_run: Path) -> None:
    table = pq.read_table(trained_run / "baselines.parquet").to_pylist()
    systems = {(row["task"], row["system"]) for row in table}
    assert {("topic", "tfidf"), ("topic", "majority"), ("reliability", "language_only")} <= systems
    assert {row["split"] for row in table} == {"validation", "test"}


def test_a_further_run_may_begin_with_the_encoder_of_a_bundle(trained_run: Path) -> None:
    settings = EncoderSettings.model_validate({"from": str(trained_run / "bundle")})
    encoder, tokenizer = encoder_to_begin_with(settings)
    kept = SytoModel.from_pretrained(trained_run / "bundle").encoder.state_dict()
    assert all(np.array_equal(value, kept[name]) for name, value in encoder.state_dict().items())
    assert len(tokenizer) == encoder.config.vocab_size
    assert tokenizer.pad_token_id == encoder.config.pad_token_id  # or no batch can be padded
    assert tokenizer.mask_token  # or pre-training cannot go on from it


def test_a_killed_run_resumes_to_the_same_metrics(
    trained_run: Path, workspace: Path, syto: Syto, small: list[str]
) -> None:
    command = ["train", "configs/demo.yaml", *small, "--set", "name=killed"]
    # At the second evaluation the checkpoint of the first epoch is there.
    kill_at("eval_macro_f1'", 2, command, workspace)
    [run] = workspace.glob("runs/killed-*")
    assert not (run / "bundle").exists()
    resumed = syto(*command, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "going on from" in resumed.stderr
    assert _final(run) == pytest.approx(_final(trained_run), abs=1e-4)


def test_one_class_only_is_refused_before_training(prepared: Path, syto: Syto) -> None:
    done = syto("train", "configs/demo.yaml", "--set", "tasks.topic.min_support=100000")
    assert done.returncode == 2
    assert "task 'topic' cannot be trained" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_option_is_refused_before_training(prepared: Path, syto: Syto) -> None:
    done = syto("train", "configs/demo.yaml", "--set", "training.learning_rat=1")
    assert done.returncode == 2
    assert "did you mean 'learning_rate'" in done.stderr


def test_a_checkpoint_that_is_none_leaves_no_run_behind(prepared: Path, workspace: Path, syto: Syto) -> None:
    (workspace / "not-an-encoder").mkdir(exist_ok=True)
    done = syto(
        "train", "configs/demo.yaml", "--set", "encoder={from: not-an-encoder}", "--set", "name=astray"
    )
    assert done.returncode == 2
    assert "'not-an-encoder' cannot be loaded" in done.stderr
    assert not list(workspace.glob("runs/astray-*"))
