import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

Syto = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def validated(workspace: Path, prepared: Path, syto: Syto, small: list[str]) -> Path:
    """The run folder of two folds."""
    options = [*small, "--set", "name=folded", "--set", "training.num_train_epochs=1"]
    done = syto("cross-validate", "configs/demo.yaml", "--folds", "2", *options)
    assert done.returncode == 0, done.stderr
    [run] = workspace.glob("runs/folded-*")
    return run


def test_every_rated_article_is_answered_once_by_a_model_that_did_not_see_its_source(
    validated: Path, prepared: Path
) -> None:
    splits = [
        pq.read_table(prepared / f"{split}.parquet").to_pylist() for split in ("train", "validation", "test")
    ]
    source_of = {row["id"]: row["source"] for split in splits for row in split if row["label_reliability"]}
    answered = [
        pq.read_table(validated / f"fold-{fold}" / "answers.parquet").to_pylist() for fold in range(2)
    ]
    ids = [{row["id"] for row in rows} for rows in answered]
    assert ids[0].isdisjoint(ids[1])
    assert ids[0] | ids[1] == set(source_of)
    assert {source_of[each] for each in ids[0]}.isdisjoint({source_of[each] for each in ids[1]})


def test_the_results_hold_probes_calibration_and_coverage(validated: Path) -> None:
    results = json.loads((validated / "results.json").read_text(encoding="utf-8"))
    assert "Cross-validated by source: 2 models" in results["notes"][0]
    [head] = results["heads"]
    assert head["rules"] == ["sources"]
    systems = {system["system"] for system in head["systems"]}
    assert {"transformer", "tfidf", "name_only", "year_only", "length_only", "language_only"} <= systems
    assert head["uncalibrated_ece"]["value"] > 0
    assert [point["coverage"] for point in head["coverage"]][-1] == 1.0
    assert results["redaction"]
    assert "Cross-validated by source" in (validated / "results.html").read_text(encoding="utf-8")


def test_finished_folds_are_not_trained_again(
    validated: Path, workspace: Path, syto: Syto, small: list[str]
) -> None:
    kept, lost = (validated / f"fold-{fold}" / "answers.parquet" for fold in range(2))
    before, answers = kept.stat().st_mtime_ns, pq.read_table(lost)
    lost.unlink()
    options = [*small, "--set", "name=folded", "--set", "training.num_train_epochs=1"]
    run = str(validated.relative_to(workspace))
    done = syto("cross-validate", "configs/demo.yaml", "--folds", "2", *options, "--run", run)
    assert done.returncode == 0, done.stderr
    assert kept.stat().st_mtime_ns == before
    assert pq.read_table(lost).select(["system", "id"]).equals(answers.select(["system", "id"]))


def test_a_task_that_is_not_there_is_said(syto: Syto, prepared: Path) -> None:
    done = syto("cross-validate", "configs/demo.yaml", "--task", "reliabilty")
    assert done.returncode == 2
    assert "did you mean 'reliability'" in done.stderr
