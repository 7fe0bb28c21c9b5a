import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from syto.errors import UserError
from syto.model.bundle import Bundle
from syto.report.past_runs import ABSENT, PastRun, differing, past_runs
from syto.stages.runs import runs
from syto.terminal import in_json
from tiny_bundle import make_tiny_bundle
from tiny_results import make_tiny_results

Make = Callable[..., Path]
STEPS = (
    {"step": 1, "loss": 2.0},
    {"step": 2, "eval_macro_f1": 0.7, "eval_macro_f1_topic": 0.75, "eval_loss": float("nan")},
    {"step": 3, "eval_macro_f1": 0.6, "eval_macro_f1_topic": 0.99, "eval_loss": 1.0},
)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make the folder of a run."""

    def made(name: str, config: str = "name: news\nseed: 1\n", checkpoint: int | None = None) -> Path:
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(config, encoding="utf-8")
        (folder / "prepared.sha256").write_text("0", encoding="utf-8")
        (folder / "metrics.jsonl").write_text(
            "".join(json.dumps(step) + "\n" for step in STEPS), encoding="utf-8"
        )
        if checkpoint:
            state = folder / "checkpoints" / f"checkpoint-{checkpoint}" / "trainer_state.json"
            state.parent.mkdir(parents=True)
            state.write_text("{}", encoding="utf-8")
        return folder

    return made


def finish(folder: Path) -> Bundle:
    bundle: Bundle = make_tiny_bundle(folder / "bundle")
    (folder / "results.json").write_text(
        make_tiny_results(bundle.manifest).model_dump_json(), encoding="utf-8"
    )
    return bundle


def found(folder: Path, last: int = 10) -> dict[str, PastRun]:
    return {run.path.name: run for run in past_runs(folder.parent, last)}


def test_a_finished_run_tells_its_figures_size_and_fingerprint(make: Make) -> None:
    bundle = finish(folder := make("news-20260102-030405"))
    run = found(folder)[folder.name]
    assert (run.state, run.problems) == ("finished", [])
    assert f"{run.when:%Y-%m-%d %H:%M:%S}" == "2026-01-02 03:04:05"
    assert run.validation == {"topic": 0.75}  # of the best step, not of the last
    own = make_tiny_results(bundle.manifest).heads[0].systems[0].metrics["macro_f1"]
    assert run.test["topic"] == own
    assert run.size == sum(file.stat().st_size for file in bundle.folder.iterdir())
    assert run.fingerprint == bundle.manifest.fingerprint


def test_an_unfinished_run_says_from_where_it_goes_on(make: Make) -> None:
    folder = make("news-20260102-030405", checkpoint=352)
    make("news-20260102-030406")
    (make("news-20260102-030407") / "prepared.sha256").unlink()
    assert [run.state for run in found(folder).values()] == [
        "unfinished, can be resumed from step 352",
        "unfinished, can be resumed",
        "unfinished, cannot be resumed without prepared.sha256",
    ]


def test_the_last_runs_come_by_time_whatever_their_names(make: Make) -> None:
    make("z-20260101-000000")
    make("b-20260103-000000")
    folder = make("a-20260102-000000")
    (folder.parent / "mlartifacts").mkdir()
    (folder.parent / "mlflow.db").touch()
    assert [*found(folder)] == ["z-20260101-000000", "a-20260102-000000", "b-20260103-000000"]
    assert [*found(folder, last=2)] == ["a-20260102-000000", "b-20260103-000000"]


def test_what_differs_are_the_keys_that_are_not_the_same_in_runs_of_one_config(make: Make) -> None:
    of = "name: news\nseed: {}\ntraining: {{learning_rate: {}, bf16: true}}\n"
    make("news-20260101-000000", of.format(1, "1e-5"))
    make("news-20260102-000000", of.format(1, "2e-5") + "data: {datasets: [{name: uk, repeat: 2}]}\n")
    folder = make("demo-20260103-000000", "name: demo\nseed: 9\n")
    told = [differing(run, [*found(folder).values()]) for run in found(folder).values()]
    assert told == [
        {
            "training.learning_rate": "1e-05",
            "data.datasets.uk.name": ABSENT,
            "data.datasets.uk.repeat": ABSENT,
        },
        {"training.learning_rate": "2e-05", "data.datasets.uk.name": "uk", "data.datasets.uk.repeat": "2"},
        {},
    ]


@pytest.mark.parametrize(
    ("file", "content", "state"),
    [
        ("config.yaml", "name: [a\n", "broken"),
        ("config.yaml", "\x00", "broken"),
        ("config.yaml", "- a\n", "broken"),
        ("results.json", '{"heads": [', "finished"),
        ("results.json", '{"heads": [{"task": "topic", "systems": []}]}', "finished"),
        ("results.json", "[]", "finished"),
        ("bundle/bundle.json", "{", "finished"),
    ],
)
def test_what_is_broken_gets_a_line_and_the_others_their_place(
    make: Make, capsys: pytest.CaptureFixture[str], file: str, content: str, state: str
) -> None:
    broken, whole = make("news-20260101-000000"), make("news-20260102-000000")
    (broken / file).parent.mkdir(exist_ok=True)
    (broken / file).write_text(content, encoding="utf-8")
    runs(broken.parent, 10)
    out, err = capsys.readouterr()
    assert [line.split("\t")[2].partition(",")[0] for line in out.splitlines()[1:]] == [state, "unfinished"]
    (line,) = [line for line in err.splitlines() if "cannot be read" in line]
    assert file.partition("/")[0] in line and whole.name not in line


def test_a_folder_that_a_kill_left_empty_and_a_line_that_it_cut(make: Make) -> None:
    folder = make("news-20260101-000000")
    (folder.parent / "news-20260102-000000").mkdir()
    with (folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"step": 4, "eval_macro_f1": 0.9')
    first, second = found(folder).values()
    assert first.validation == {"topic": 0.75} and not first.problems
    assert second.state == "broken" and "config.yaml" in second.problems[0]


def test_the_losses_of_a_run_without_tasks(make: Make) -> None:
    folder = make("mini-20260101-000000")
    steps = [
        {"step": 1, "eval_uk_loss": 3.5},
        {"step": 1, "eval_ru_loss": 4.0},
        {"step": 2, "eval_uk_loss": 3.0},
    ]
    (folder / "metrics.jsonl").write_text("\n".join(map(json.dumps, steps)), encoding="utf-8")
    assert found(folder)[folder.name].validation == {"ru_loss": 4.0, "uk_loss": 3.0}


def test_the_same_in_json(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = finish(folder := make("news-20260101-000000"))
    with in_json():
        runs(folder.parent, 10)
    [run] = json.loads(capsys.readouterr().out)["runs"]
    assert (run["state"], run["fingerprint"]) == ("finished", bundle.manifest.fingerprint)
    assert set(run["test"]["topic"]) == {"value", "low", "high"}


def test_no_folder_and_no_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match=r"nowhere is no folder of runs; `syto train"):
        past_runs(tmp_path / "nowhere", 10)
    runs(tmp_path, 10)
    assert "holds no run yet" in capsys.readouterr().out


def test_runs_need_neither_torch_nor_mlflow(make: Make) -> None:
    finish(folder := make("news-20260101-000000"))
    code = (
        "import sys; from pathlib import Path; from syto.stages.runs import runs\n"
        f"runs(Path({str(folder.parent)!r}), 3)\n"
        "print([name for name in ('torch', 'mlflow', 'transformers', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
