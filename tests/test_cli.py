"""The command line as a user meets it: in a process of its own."""

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tiny_bundle import make_tiny_bundle

Run = Callable[..., subprocess.CompletedProcess[str]]
VERBS = (
    "prepare",
    "pretrain",
    "train",
    "tune",
    "scope",
    "trim",
    "distil",
    "cross-validate",
    "evaluate",
    "export",
    "card",
    "score",
    "report",
    "drift",
    "sources",
    "claims",
    "review",
)
NOT_TRUTH = "Source reliability is not truth"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `syto` in an empty folder."""

    def start(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "syto", *arguments],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "200", "TERM": "dumb"},
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return start


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make a bundle of a few words, see tests/tiny_bundle.py."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return str(make_tiny_bundle(tmp_path / "bundle").folder)


def is_one_line_error(done: subprocess.CompletedProcess[str]) -> bool:
    return done.stderr.startswith("error: ") and done.stderr.count("\n") == 1 and not done.stdout


def test_help_names_exactly_the_verbs_that_are_built(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    assert NOT_TRUTH in done.stdout
    named = [
        line.split()[1] for line in done.stdout.splitlines() if line.startswith("│ ") and line[2].islower()
    ]
    assert tuple(named) == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(run: Run, verb: str) -> None:
    done = run(verb, "--help")
    assert done.returncode == 0
    assert f"Example: syto {verb} " in done.stdout


def test_the_help_of_score_says_what_reliability_is_not(run: Run) -> None:
    assert NOT_TRUTH in run("score", "--help").stdout


def test_help_is_quick_and_loads_no_verb() -> None:
    code = (
        "import sys; sys.argv = ['syto', '--help']\n"
        "import syto.cli\n"
        "try: syto.cli.main()\n"
        "finally: print([n for n in ('torch', 'mlflow', 'numpy', 'pyarrow', 'pydantic') if n in sys.modules])"
    )
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert time.monotonic() - started < 5  # 0.3 s on an idle machine


@pytest.mark.parametrize(
    "arguments", [(), ("sort",), ("prepare",), ("score", "a.csv"), ("train", "--rezume", "x")]
)
def test_wrong_usage_is_status_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2


@pytest.mark.parametrize("verb", ["prepare", "train"])
def test_a_missing_config_is_one_line_and_status_2(run: Run, verb: str) -> None:
    done = run(verb, "nowhere.yaml")
    assert done.returncode == 2
    assert is_one_line_error(done)
    assert "nowhere.yaml" in done.stderr


def test_drift_says_what_it_needs_where_that_is_not_installed(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['sklearn'] = None; sys.argv = ['syto', 'drift', 'a.csv', 'b.csv']\n"
        "import syto.cli; syto.cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 2
    assert is_one_line_error(done)
    assert "pip install '.[train]'" in done.stderr


def test_debug_shows_the_traceback(run: Run) -> None:
    done = run("--debug", "prepare", "nowhere.yaml")
    assert done.returncode != 0
    assert "Traceback" in done.stderr
    assert "UserError" in done.stderr


def test_a_mistake_of_ours_is_one_line_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from syto import cli

    def broken() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        "error: OSError: [Errno 28] No space left on device (`syto --debug ...` shows where)\n"
    )


def test_score_through_pipes(run: Run, bundle: str) -> None:
    done = run(
        "score",
        "-",
        "--format",
        "csv",
        "-o",
        "-",
        "--model",
        bundle,
        text="text\nМатч і матч; війна\n",
    )
    assert done.returncode == 0, done.stderr
    (row,) = csv.DictReader(done.stdout.splitlines())
    assert (row["text"], row["topic"]) == ("Матч і матч; війна", "sport")
    assert NOT_TRUTH in done.stderr


def test_a_row_with_an_error_is_status_3(run: Run, bundle: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(
        '{"text": "Матч і матч, і знову матч"}\n{"text": \n', encoding="utf-8"
    )
    done = run("score", "rows.jsonl", "-o", "scored.jsonl", "--model", bundle)
    assert done.returncode == 3, done.stderr
    assert len((tmp_path / "scored.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_a_wrong_column_is_status_2_and_leaves_no_output(run: Run, bundle: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("text\nМатч\n", encoding="utf-8")
    done = run("score", "rows.csv", "-o", "scored.csv", "--model", bundle, "--text-column", "tekst")
    assert done.returncode == 2
    assert "did you mean 'text'" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle", "rows.csv"]
