import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from killed_run import kill_at
from syto.config import Config, load_config, value_at
from syto.errors import UserError
from syto.stages import tune as stage

Syto = Callable[..., subprocess.CompletedProcess[str]]
TRIALS, EPOCHS = 5, 4
RANGES = "training.learning_rate: {choices: [2e-3, 1e-9, 4e-3]}, encoder.dropout: {low: 0.0, high: 0.5}"
TUNE = f"tune={{trials: {TRIALS}, startup: 1, ranges: {{{RANGES}}}}}"


@pytest.fixture(scope="module")
def command(prepared: Path, small: list[str]) -> list[str]:
    """A study of a small model, on prepared data whose test split nobody can read: it is not there."""
    untested = prepared.with_name("untested")
    shutil.copytree(prepared, untested)
    (untested / "test.parquet").unlink()
    data = f"data.prepared=data/prepared/{untested.name}"
    return ["tune", "configs/demo.yaml", *small, "--set", data, "--set", TUNE]


@pytest.fixture(scope="module")
def studied(command: list[str], workspace: Path, syto: Syto) -> Path:
    done = syto(*command, "--set", "name=studied")
    assert done.returncode == 0, done.stderr
    assert f"trial {TRIALS} of {TRIALS}: " in done.stderr
    return workspace / "runs" / "studied-tune"


def rows_of(study: Path) -> list[dict[str, str]]:
    with (study / "trials.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def told(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """What the trials that count were and gave, but for their numbers and how long they took."""
    kept = ("state", "evaluations", "training.learning_rate", "encoder.dropout")
    return [
        (*(row[name] for name in kept), f"{float(row['macro_f1']):.4f}")
        for row in rows
        if row["state"] != "killed"
    ]


def children_of(study: Path) -> list[Run]:
    client = MlflowClient(f"sqlite:///{study.parent}/mlflow.db")
    experiment = client.get_experiment_by_name("syto")
    runs = client.search_runs([experiment.experiment_id])
    (parent,) = (run for run in runs if run.info.run_name == study.name)
    assert parent.info.status == "FINISHED"
    assert "best_macro_f1" in parent.data.metrics
    return [run for run in runs if run.data.tags.get("mlflow.parentRunId") == parent.info.run_id]


def test_a_study_begins_with_the_config_prunes_and_keeps_no_weights(studied: Path) -> None:
    rows = rows_of(studied)
    assert [row["trial"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert (rows[0]["training.learning_rate"], rows[0]["encoder.dropout"]) == ("0.002", "0.1")
    assert {row["state"] for row in rows} == {"complete", "pruned"}
    for row in rows:
        whole = row["state"] == "complete"
        assert (int(row["evaluations"]) == EPOCHS) is whole
        assert row["training.learning_rate"] != "1e-09" or not whole  # learns nothing
    kept = {path.name for path in studied.iterdir()}
    assert kept - {"lock"} == {"study.db", "study.yaml", "best.yaml", "trials.csv", "study.html"}


@pytest.mark.filterwarnings("ignore")
def test_each_trial_is_a_run_below_that_of_the_study(studied: Path) -> None:
    children = children_of(studied)
    assert len(children) == TRIALS
    assert all({"training.learning_rate", "ended"} <= child.data.params.keys() for child in children)
    assert all("eval_macro_f1" in child.data.metrics for child in children)


def test_the_best_config_is_whole_and_trains_to_what_the_study_saw(
    studied: Path, workspace: Path, syto: Syto
) -> None:
    whole = [row for row in rows_of(studied) if row["state"] == "complete"]
    best = max(whole, key=lambda row: float(row["macro_f1"]))
    config = load_config(studied / "best.yaml")
    assert config.tune is None
    assert value_at(config, "training.learning_rate") == float(best["training.learning_rate"])
    assert value_at(config, "encoder.dropout") == float(best["encoder.dropout"])
    done = syto("train", f"runs/{studied.name}/best.yaml", "--set", "data.prepared=data/prepared/demo")
    assert done.returncode == 0, done.stderr
    (run,) = (path for path in workspace.glob("runs/studied-*") if path != studied)
    assert (run / "bundle" / "bundle.json").is_file()
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    seen = max(line["eval_macro_f1"] for line in lines if "eval_macro_f1" in line)
    assert seen == pytest.approx(intermediate(studied, int(best["trial"])), abs=1e-6)


def intermediate(study: Path, trial: int) -> float:
    import optuna

    storage = f"sqlite:///{study / 'study.db'}"
    known = optuna.load_study(study_name=None, storage=storage).trials[trial]
    return max(known.intermediate_values.values())


@pytest.mark.filterwarnings("ignore")
def test_a_killed_study_goes_on_to_the_same_trials(
    studied: Path, command: list[str], workspace: Path, syto: Syto
) -> None:
    killed = [*command, "--set", "name=killed"]
    kill_at("eval_macro_f1'", EPOCHS + 1, killed, workspace)  # in the second trial
    study = workspace / "runs" / "killed-tune"
    assert [row["state"] for row in rows_of(study)] == ["complete"]
    resumed = syto(*killed)
    assert resumed.returncode == 0, resumed.stderr
    assert f"going on after 1 of {TRIALS} trials" in resumed.stderr
    rows = rows_of(study)
    assert [row["state"] for row in rows if row["trial"] == "1"] == ["killed"]
    assert told(rows) == told(rows_of(studied))
    assert len(children_of(study)) == TRIALS  # the killed trial's run is that of its second try
    assert not (study / "trial").exists()


@pytest.mark.parametrize(
    ("tune", "said"),
    [
        ("{ranges: {training.learning_rat: {low: 1, high: 2}}}", "did you mean 'learning_rate'"),
        ("{ranges: {trainin.learning_rate: {low: 1, high: 2}}}", "did you mean 'training'"),
        (
            "{ranges: {encoder.dropout: {low: 0.0, high: 1.5}}}",
            "(encoder.dropout=1.5): encoder.dropout is 1.5",
        ),
        ("{ranges: {encoder.from: {choices: [data/encoder/news-smal]}}}", "news-smal is not there"),
        ("null", "does not say what to tune"),
    ],
)
def test_a_mistake_is_told_before_anything_is_trained(
    command: list[str], workspace: Path, syto: Syto, tune: str, said: str
) -> None:
    encoder = ["--set", "encoder={from: data/encoder/news-small}"]
    done = syto(*command, *encoder, "--set", "name=astray", "--set", f"tune={tune}")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert said in done.stderr
    assert not list(workspace.glob("runs/astray-*"))


def test_tracking_that_is_down_ends_no_study(command: list[str], workspace: Path, syto: Syto) -> None:
    done = syto(
        *command,
        *("--set", "name=untracked", "--set", "training.max_steps=1", "--trials", "1"),
        MLFLOW_TRACKING_URI="http://127.0.0.1:9",
    )
    assert done.returncode == 0, done.stderr
    assert "not logged to MLflow" in done.stderr
    assert len(rows_of(workspace / "runs" / "untracked-tune")) == 1


class Figures:
    """Trials whose figures, or failures, are given."""

    def __init__(self, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
        self.config, self.monkeypatch = config, monkeypatch

    def tune(self, *figures: float | Exception) -> list[str]:
        """Return the states of all trials of the study, once these are told."""
        left = list(figures)

        def measured(*_: object) -> float:
            figure = left.pop(0)
            if isinstance(figure, Exception):
                raise figure
            return figure

        self.monkeypatch.setattr(stage._Tuning, "_measured", measured)
        return [row["state"] for row in rows_of(stage.tune(self.config))]


@pytest.fixture
def given(prepared: Path, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Figures:
    monkeypatch.chdir(tmp_path)
    for name in ("configs", "data"):
        (tmp_path / name).symlink_to(workspace / name)
    off = "tracking.enabled=false"
    tune = f"tune={{trials: 3, ranges: {{{RANGES}}}}}"
    config = load_config(Path("configs/demo.yaml"), [off, tune, "training.use_cpu=true"])
    return Figures(config, monkeypatch)


def test_values_that_do_not_go_together_are_a_failed_trial(given: Figures) -> None:
    states = given.tune(0.5, UserError("overlap"), RuntimeError("memory"))
    assert states == ["complete", "fail", "fail"]
    assert [row["error"] for row in rows_of(Path("runs/demo-tune"))] == ["", "overlap", "memory"]


def test_a_config_that_cannot_be_trained_at_all_ends_the_study(given: Figures) -> None:
    with pytest.raises(UserError, match="no such label"):
        given.tune(UserError("no such label"))
    assert given.tune(0.1, 0.3, 0.2) == ["killed", "complete", "complete", "complete"]


def test_what_is_no_fault_of_the_values_ends_the_study_and_is_tried_again(given: Figures) -> None:
    with pytest.raises(OSError, match="full"):
        given.tune(0.5, OSError("full"))
    assert given.tune(0.1, 0.3) == ["complete", "killed", "complete", "complete"]
    tried = [row["encoder.dropout"] for row in rows_of(Path("runs/demo-tune"))]
    assert tried[1] == tried[2]


def test_a_study_begun_anew_leaves_the_old_one(given: Figures) -> None:
    with pytest.raises(UserError, match="no study to go on with"):
        stage.tune(given.config, resume=True)
    assert given.tune(0.1, 0.3, 0.2) == ["complete"] * 3
    assert given.tune() == ["complete"] * 3  # all are done
    given.monkeypatch.setattr(stage._Tuning, "_measured", lambda *_: 0.7)
    stage.tune(given.config, trials=2, resume=False)
    assert len(rows_of(Path("runs/demo-tune"))) == 2
    (aside,) = Path("runs").glob("demo-tune-*")
    assert len(rows_of(aside)) == 3
