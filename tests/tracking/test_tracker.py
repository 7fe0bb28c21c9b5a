"""Against a real MLflow database in a temporary folder, and against broken ones."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from syto.model.bundle import Bundle
from syto.tracking import mlflow_run
from syto.tracking.settings import TrackingSettings
from syto.tracking.tracker import Tracker

pytestmark = pytest.mark.filterwarnings("ignore")  # the tests call MLflow, which warns of its own parts


@dataclass(frozen=True)
class Tracked:
    """A finished run with one of everything."""

    settings: TrackingSettings
    run_id: str

    @property
    def client(self) -> MlflowClient:
        return MlflowClient(self.settings.uri, self.settings.uri)

    @property
    def run(self) -> Run:
        return self.client.get_run(self.run_id)


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory, tiny_bundle: Bundle) -> Tracked:
    folder = tmp_path_factory.mktemp("tracked")
    settings = TrackingSettings(uri=f"sqlite:///{folder}/runs/mlflow.db", experiment="testing")
    metrics = folder / "metrics.jsonl"
    metrics.write_text("{}\n")
    with Tracker.open(settings, "first") as tracker:
        tracker.log_params({"training": {"learning_rate": 1e-3}, "rubrics": ["довга назва"] * 100})
        tracker.log_metrics({"loss": 2.0}, 10)
        tracker.log_metrics({"loss": 1.0, "eval_f1": float("nan")}, 20)
        tracker.log_artifact(metrics)
        tracker.log_text("<html>", "results.html")
        tracker.log_dataset("demo", metrics, "ab" * 32, "train")
        tracker.log_bundle(tiny_bundle.folder, [{"title": "Матч", "text": "війна"}], [], "syto-testing")
    assert tracker.problems == []
    assert tracker.run_id
    return Tracked(settings, tracker.run_id)


def test_parameters_are_flat_and_long_ones_are_files(tracked: Tracked) -> None:
    assert tracked.run.data.params == {"training.learning_rate": "0.001"}
    assert [f.path for f in tracked.client.list_artifacts(tracked.run_id, "params")] == [
        "params/rubrics.json"
    ]


def test_metrics_keep_their_steps(tracked: Tracked) -> None:
    history = tracked.client.get_metric_history(tracked.run_id, "loss")
    assert [(metric.step, metric.value) for metric in history] == [(10, 2.0), (20, 1.0)]


def test_files_are_logged_beside_the_database(tracked: Tracked) -> None:
    names = {file.path for file in tracked.client.list_artifacts(tracked.run_id)}
    assert {"metrics.jsonl", "results.html"} <= names
    database = Path(tracked.settings.uri.removeprefix("sqlite:///"))
    assert (database.parent / "mlartifacts").is_dir()


def test_data_sets_have_their_digest_and_context(tracked: Tracked) -> None:
    (logged,) = tracked.run.inputs.dataset_inputs
    tags = {tag.key: tag.value for tag in logged.tags}
    assert (logged.dataset.name, tags["sha256"], tags["mlflow.data.context"]) == ("demo", "ab" * 32, "train")


def test_the_model_is_the_challenger(tracked: Tracked) -> None:
    version = tracked.client.get_model_version_by_alias("syto-testing", "challenger")
    assert version.run_id == tracked.run_id


def test_a_run_is_gone_on_with(tracked: Tracked) -> None:
    with Tracker.open(tracked.settings, "again", tracked.run_id) as tracker:
        tracker.log_metrics({"test_f1": 0.5}, 0)
    assert (tracker.run_id, tracker.problems) == (tracked.run_id, [])
    assert tracked.run.data.metrics["test_f1"] == 0.5
    assert tracked.run.info.status == "FINISHED"


def test_a_run_that_is_gone_is_started_anew_and_said(tracked: Tracked) -> None:
    with Tracker.open(tracked.settings, "again", "0" * 32) as tracker:
        pass
    assert tracker.run_id not in (None, tracked.run_id)
    assert "has it no longer" in tracker.problems[0]


def test_a_run_within_a_run_is_its_child_and_the_outer_one_goes_on(tracked: Tracked) -> None:
    with Tracker.open(tracked.settings, "parent") as parent:
        with Tracker.open(tracked.settings, "child") as child:
            child.log_metrics({"f1": 0.1}, 0)
        with Tracker.open(tracked.settings, "child", child.run_id) as again:
            again.log_metrics({"f1": 0.2}, 1)
        parent.log_metrics({"best_f1": 0.2}, 0)
    assert (parent.problems, child.problems, again.problems) == ([], [], [])
    assert parent.run_id and child.run_id
    assert tracked.client.get_run(parent.run_id).data.metrics == {"best_f1": 0.2}
    below = tracked.client.get_run(child.run_id)
    assert below.data.tags["mlflow.parentRunId"] == parent.run_id
    assert (below.data.metrics, below.info.status) == ({"f1": 0.2}, "FINISHED")


def test_a_failed_training_is_a_failed_run(tracked: Tracked) -> None:
    with pytest.raises(ZeroDivisionError), Tracker.open(tracked.settings, "failing") as tracker:
        raise ZeroDivisionError
    assert tracker.run_id
    assert tracked.client.get_run(tracker.run_id).info.status == "FAILED"


def test_the_environment_is_left_as_it_was(tracked: Tracked) -> None:
    before = dict(os.environ)
    with Tracker.open(tracked.settings, "x"):
        pass
    assert dict(os.environ) == before


@pytest.mark.parametrize("active", [True, False])
def test_a_tracker_that_is_off_does_nothing(tmp_path: Path, active: bool) -> None:
    settings = TrackingSettings(uri=f"sqlite:///{tmp_path}/x/mlflow.db", enabled=not active)
    with Tracker.open(settings, "off", active=active) as tracker:
        tracker.log_metrics({"loss": 1.0}, 1)
    assert (tracker.run_id, tracker.problems, list(tmp_path.iterdir())) == (None, [], [])


def closed_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def test_a_server_that_is_down_costs_seconds_and_no_training(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_bundle: Bundle
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{closed_port()}")  # wins over `uri`
    started = time.monotonic()
    with Tracker.open(TrackingSettings(uri=f"sqlite:///{tmp_path}/mlflow.db"), "down") as tracker:
        tracker.log_params({"a": 1})
        for step in range(500):
            tracker.log_metrics({"loss": 1.0}, step)
        tracker.log_bundle(tiny_bundle.folder, [], [], "syto-testing")
    assert time.monotonic() - started < 20
    assert tracker.problems[0].startswith("the run: ")
    assert any(line.startswith("metrics (500 times): ") for line in tracker.problems)
    assert any(line.startswith("the model syto-testing: ") for line in tracker.problems)


def test_a_database_that_cannot_be_made_costs_seconds(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    started = time.monotonic()
    with Tracker.open(TrackingSettings(uri=f"sqlite:///{tmp_path}/file/mlflow.db"), "no folder") as tracker:
        pass
    assert time.monotonic() - started < 20
    assert tracker.problems


FULL_DISK = """
import resource, sys
from syto.tracking.settings import TrackingSettings
from syto.tracking.tracker import Tracker

with Tracker.open(TrackingSettings(uri=sys.argv[1]), "full") as tracker:
    limit = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # the database can grow no further
    for step in range(2000):
        tracker.log_metrics({f"metric_{step}": 1.0}, step)
print(*tracker.problems, sep="\\n")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of a file in the POSIX way")
def test_a_disk_that_fills_up_ends_the_tracking_only(tracked: Tracked) -> None:
    database = Path(tracked.settings.uri.removeprefix("sqlite:///"))
    limit = str(database.stat().st_size + 30_000)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, tracked.settings.uri, limit],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "metrics: MlflowException" in done.stdout
    assert "tracking had stopped" in done.stdout


def system_metrics(tracked: Tracked, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Track a short run that is sampled all the time; return the metrics of the machine."""
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "0.01")
    with Tracker.open(tracked.settings, "sampled") as tracker:
        for step in range(50):  # each call takes some milliseconds
            tracker.log_metrics({"loss": 1.0}, step)
    assert tracker.problems == []
    assert tracker.run_id
    metrics = tracked.client.get_run(tracker.run_id).data.metrics
    assert "loss" in metrics
    return {name for name in metrics if name.startswith("system/")}


def test_the_machine_is_watched_while_a_run_lasts(tracked: Tracked, monkeypatch: pytest.MonkeyPatch) -> None:
    found = system_metrics(tracked, monkeypatch)
    assert {"system/cpu_utilization_percentage", "system/system_memory_usage_megabytes"} <= found


def test_who_wants_no_system_metrics_gets_none(tracked: Tracked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING", "false")
    assert system_metrics(tracked, monkeypatch) == set()


def test_without_psutil_a_run_is_tracked_all_the_same(
    tracked: Tracked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mlflow_run, "find_spec", lambda name: None)
    assert system_metrics(tracked, monkeypatch) == set()
