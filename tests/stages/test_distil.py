import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np

from syto.corpus.prepared import read_split
from syto.inference.backends import choose_backend
from syto.inference.predictor import Predictor
from syto.model.bundle import read_bundle

Syto = Callable[..., subprocess.CompletedProcess[str]]


def test_a_pupil_answers_like_its_teacher_and_has_vectors_like_its(
    trained_run: Path, prepared: Path, workspace: Path, syto: Syto, small: list[str]
) -> None:
    (workspace / "pupil.yaml").write_text(
        f"extends: configs/demo.yaml\nname: pupil\ndistil: {{teacher: {trained_run}/bundle, layers: [0]}}\n"
        "training: {learning_rate: 3e-3}\n"
    )
    done = syto("distil", "pupil.yaml", *small, "--set", "training.num_train_epochs=12")
    assert done.returncode == 0, done.stderr
    [run] = workspace.glob("runs/pupil-*")
    articles = read_split(prepared, "train", ["topic", "reliability"])[:100]
    pupil, teacher = (
        Predictor(bundle, choose_backend(bundle, "torch"), passages=0)
        for bundle in (read_bundle(each / "bundle") for each in (run, trained_run))
    )
    same = [
        one.heads["topic"].labels == other.heads["topic"].labels
        for one, other in zip(pupil.predict(articles), teacher.predict(articles), strict=True)
    ]
    assert np.mean(same) > 0.8
    texts = [article.clean for article in articles]
    assert (pupil.vectors(texts) * teacher.vectors(texts)).sum(1).mean() > 0.8
    assert (run / "encoder" / "config.json").is_file()


def test_a_teacher_with_other_labels_is_refused(
    trained_run: Path, workspace: Path, syto: Syto, small: list[str]
) -> None:
    options = [*small, "--set", f"distil.teacher={trained_run}/bundle", "--set", "tasks.topic.min_support=26"]
    done = syto("distil", "configs/demo.yaml", *options, "--set", "name=refused")
    assert done.returncode == 2
    assert "take the config that the teacher was trained with" in done.stderr


def test_a_config_without_a_teacher_is_refused(workspace: Path, syto: Syto) -> None:
    done = syto("distil", "configs/demo.yaml")
    assert done.returncode == 2
    assert "has no section 'distil'" in done.stderr
