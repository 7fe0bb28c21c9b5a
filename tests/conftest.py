"""Models for the tests: one trained once through the real verbs on the sample data, and a tiny one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from syto.model.bundle import Bundle
from tiny_bundle import make_tiny_bundle

ROOT = Path(__file__).parents[1]
Syto = Callable[..., subprocess.CompletedProcess[str]]

# The demo's config made small: the same code as for a user.
SMALL = (
    "encoder={scratch: {options: {hidden_size: 32, intermediate_size: 48, num_attention_heads: 2, "
    "num_hidden_layers: 2, max_position_embeddings: 512}}, tokenizer: {vocab_size: 3000, lowercase: true}}",
    "training.learning_rate=2e-3",
    "training.num_train_epochs=4",
    "training.use_cpu=true",
    "baselines.max_features=2000",
)


@pytest.fixture(scope="session")
def small() -> list[str]:
    """The `--set` options of a small model."""
    return [part for value in SMALL for part in ("--set", value)]


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that sees the project's data and configs, where a test may write."""
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "configs").symlink_to(ROOT / "configs")
    (folder / "data").mkdir()
    for name in ("encoder", "labels", "sources", "sample"):
        (folder / "data" / name).symlink_to(ROOT / "data" / name)
    return folder


@pytest.fixture(scope="session")
def syto(workspace: Path) -> Syto:
    """Run the command line in the workspace as a user does."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "syto", *arguments],
            cwd=workspace,
            env={**os.environ, "MLFLOW_TRACKING_URI": "", **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def prepared(workspace: Path, syto: Syto) -> Path:
    """The sample, prepared."""
    done = syto("prepare", "configs/demo.yaml")
    assert done.returncode == 0, done.stderr
    return workspace / "data" / "prepared" / "demo"


@pytest.fixture(scope="session")
def trained_run(prepared: Path, workspace: Path, syto: Syto, small: list[str]) -> Path:
    """The run folder of a small model trained on the sample."""
    done = syto("train", "configs/demo.yaml", *small, "--set", "name=whole")
    assert done.returncode == 0, done.stderr
    [run] = workspace.glob("runs/whole-*")
    return run


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of a few words that needs no training, see tests/tiny_bundle.py."""
    bundle: Bundle = make_tiny_bundle(tmp_path_factory.mktemp("tiny") / "bundle")
    return bundle
