import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from syto.evaluation.results import Results
from syto.model.bundle import read_bundle
from syto.stages import evaluate as stage

Syto = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def evaluated(trained_run: Path, syto: Syto) -> Path:
    done = syto("evaluate", str(trained_run / "bundle"))
    assert done.returncode == 0, done.stderr
    return trained_run


def test_every_system_stands_in_the_results(evaluated: Path) -> None:
    results = Results.model_validate_json((evaluated / "results.json").read_text(encoding="utf-8"))
    systems = {head.task: {each.system for each in head.systems} for head in results.heads}
    simple = {"transformer", "tfidf", "majority", "language_only", "source_only"}
    probes = {"topic_only", "year_only", "length_only", "name_only"}
    assert systems == {"topic": simple, "reliability": simple | probes}
    assert {part.kind for part in results.heads[0].slices} >= {"dataset", "language", "source", "month"}


def test_the_page_needs_nothing_from_outside(evaluated: Path) -> None:
    page = (evaluated / "results.html").read_text(encoding="utf-8")
    assert "Source reliability is not truth" in page
    assert "<script" not in page
    assert not [part for part in ('src="http', 'href="http', "@import", "url(http") if part in page]


@pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")  # MLflow's own
def test_the_figures_reach_the_run_in_mlflow(evaluated: Path, workspace: Path) -> None:
    import mlflow

    run_id = json.loads((evaluated / "mlflow.json").read_text())["run_id"]
    client = mlflow.MlflowClient(f"sqlite:///{workspace}/runs/mlflow.db")
    run = client.get_run(run_id)
    assert {"test_topic_macro_f1", "test_topic_tfidf_macro_f1", "eval_macro_f1"} <= set(run.data.metrics)
    assert {item.dataset.name for item in run.inputs.dataset_inputs} == {"demo"}
    assert "encoder.scratch.options.hidden_size" in run.data.params
    charts = {Path(file.path).name for file in client.list_artifacts(run_id, "plots")}
    assert {"topic-systems.svg", "topic-calibration.svg", "reliability-coverage.svg"} <= charts


def test_texts_stand_in_the_page_and_not_in_the_results(evaluated: Path) -> None:
    page = (evaluated / "results.html").read_text(encoding="utf-8")
    assert "Errors worth reading" in page
    title = re.findall(r"<p><b><bdi>([^<]+)</bdi></b></p>", page)[0]
    assert unescape(title) not in (evaluated / "results.json").read_text(encoding="utf-8")


def test_attacks_are_measured_with_and_without_the_repair(
    evaluated: Path, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = shutil.copytree(
        evaluated, tmp_path / "run", ignore=shutil.ignore_patterns("checkpoints", "mlflow.json")
    )
    monkeypatch.chdir(workspace)
    monkeypatch.setattr(stage, "PERTURBED", 4)
    monkeypatch.setattr(stage, "ATTACKED", 1)
    page = stage.evaluate(run / "bundle", output=tmp_path, perturbed=True)
    results = Results.model_validate_json((tmp_path / "results.json").read_text(encoding="utf-8"))
    ways = {(each.task, each.kind, each.defended) for each in results.attacks if not each.sure}
    assert len(ways) == 2 * 2 * 2
    ever_sure = {head.task for head in read_bundle(run / "bundle").manifest.heads if head.can_be_sure}
    assert {each.task for each in results.attacks if each.sure} == ever_sure
    assert all(each.articles == 1 and each.queries <= each.budget for each in results.attacks)
    assert 'id="attacks"' in page.read_text(encoding="utf-8")


def test_a_bundle_alone_asks_for_data(evaluated: Path, syto: Syto, tmp_path: Path) -> None:
    shutil.copytree(evaluated / "bundle", tmp_path / "bundle")
    done = syto("evaluate", str(tmp_path / "bundle"))
    assert done.returncode == 2
    assert "--data" in done.stderr


def test_the_training_split_is_not_evaluated(evaluated: Path, syto: Syto) -> None:
    done = syto("evaluate", str(evaluated / "bundle"), "--split", "train")
    assert done.returncode == 2
    assert "'train' cannot be evaluated" in done.stderr


def test_other_data_than_the_runs_is_said(evaluated: Path, syto: Syto, tmp_path: Path) -> None:
    run = shutil.copytree(
        evaluated, tmp_path / "run", ignore=shutil.ignore_patterns("checkpoints", "mlflow.json")
    )
    (run / "prepared.sha256").write_text("of other data")
    done = syto("evaluate", str(run / "bundle"))
    assert done.returncode == 0, done.stderr
    assert "is not the data that the run was trained on" in " ".join(done.stderr.split())
