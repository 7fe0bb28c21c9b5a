"""The command line as a user meets it: in a process of its own."""

import csv
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tiny_bundle import make_tiny_bundle

Run = Callable[..., subprocess.CompletedProcess[str]]
Inside = Run
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
    "runs",
    "doctor",
    "push",
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


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Inside:
    """Run `syto` in an empty folder and in this process, where a start costs nothing."""
    from syto import cli

    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.argv", ["syto", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), out, err)

    return start


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

    def broken(**_: object) -> None:
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


@pytest.mark.parametrize("option", ["--review", "--report"])
def test_an_address_where_only_a_file_may_stand_is_one_line_and_status_2(
    run: Run, tmp_path: Path, option: str
) -> None:
    done = run("score", "rows.csv", "-o", "scored.csv", option, "s3://bucket/page.html")
    assert done.returncode == 2
    assert is_one_line_error(done)
    assert "s3://bucket/page.html is an address" in done.stderr and "name a file here" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_column_is_status_2_and_leaves_no_output(run: Run, bundle: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("text\nМатч\n", encoding="utf-8")
    done = run("score", "rows.csv", "-o", "scored.csv", "--model", bundle, "--text-column", "tekst")
    assert done.returncode == 2
    assert "did you mean 'text'" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle", "rows.csv"]


@pytest.mark.parametrize("verb", [*VERBS, "sources show", "claims show", "review import"])
def test_every_verb_answers_in_json(inside: Inside, verb: str) -> None:
    if verb not in ("claims", "review"):  # which are verbs by what follows
        assert "--json" in inside(*verb.split(), "--help").stdout


@pytest.mark.parametrize(
    "verb",
    [
        "sources",
        "sources check",
        "sources show pravda.com.ua",
        "sources show unknown.example",
        "sources import lists.csv -o ratings.csv",
        "claims show voxcheck",
        "claims show voxcheck voxcheck-1",
        "runs .",
        "score rows.csv -o scored.csv --model bundle",
        "score rows.csv -o scored.xlsx --model bundle --report page.html --review queue.csv",
    ],
)
def test_json_is_all_there_is_on_standard_output(
    inside: Inside, bundle: str, tmp_path: Path, verb: str
) -> None:
    (tmp_path / "rows.csv").write_text("text\nМатч і матч; війна\n", encoding="utf-8")
    (tmp_path / "lists.csv").write_text("domain,idiap\na.example,1\n", encoding="utf-8")
    done = inside(*verb.split(), "--json")
    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout), dict)
    plain = inside(*verb.replace("scored", "again").replace("page", "p").replace("queue", "q").split())
    assert plain.returncode == 0, plain.stderr
    assert not set("│┃━─") & set(plain.stdout + plain.stderr + done.stderr)


def test_what_json_says_of_a_scored_file(run: Run, bundle: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text('text\nМатч і матч; війна\n""\n', encoding="utf-8")
    said = json.loads(run("score", "rows.csv", "-o", "scored.csv", "--model", bundle, "--json").stdout)
    assert (said["output"], said["rows"], said["out_of_scope"]) == ("scored.csv", 2, 1)
    assert said["statement"].startswith(NOT_TRUTH)


@pytest.mark.parametrize("output", ["-", "/dev/stdout"])
def test_json_and_rows_do_not_share_standard_output(run: Run, output: str) -> None:
    done = run("score", "-", "--format", "csv", "-o", output, "--json", text="text\nМатч\n")
    assert done.returncode == 2
    assert is_one_line_error(done)
    assert "--json" in done.stderr


@pytest.mark.parametrize("size", ["40", "400"])
def test_a_table_in_a_pipe_is_as_wide_as_its_cells(run: Run, size: str) -> None:
    wide = os.environ | {"COLUMNS": size}
    done = subprocess.run(
        [sys.executable, "-m", "syto", "sources"], env=wide, capture_output=True, text=True, check=True
    )
    assert "pravda.com.ua\treliable\tTexty\t2018\t97 points" in done.stdout.splitlines()


# What was typed, and what the one line must say to help.
WRONG = {
    "sort": "did you mean 'score'",
    "score": "missing argument 'INPUT'",
    "score rows.csv": "missing option '-o' / '--output'",
    "score rows.csv -o out.csv --passages many": "'--passages'",
    "score rows.csv -o out.csv --modle x": "--model",
    "score rows.csv -o out.csv --model nowhere": "no bundle",
    "score nowhere.csv -o out.csv": "nowhere.csv",
    "score folder -o out.csv": "folder",
    "score empty.csv -o out.csv": "empty.csv",
    "score rows.csv -o out.docx": "out.docx",
    "score rows.csv -o out.csv --backend cuda": "known: auto",
    "score rows.csv -o out.csv --lang fr": "uk",
    "score rows.csv -o out.csv --claims nowhere.npz": "nowhere.npz",
    "score rows.csv -o out.csv --ratings nowhere.csv": "nowhere.csv",
    "score rows.csv -o out.csv --report page.txt": ".html",
    "score rows.csv -o out.csv --encoding klingon": "klingon",
    "prepare folder": "folder",
    "prepare list.yaml": "list.yaml",
    "prepare broken.yaml": "broken.yaml:2",
    "prepare rows.csv": "rows.csv",
    "train broken.yaml --resume --run x": "broken.yaml",
    "evaluate folder": "no bundle",
    "card nowhere": "no bundle",
    "drift nowhere.csv rows.csv": "nowhere.csv",
    "report rows.csv -o page.html": "run `syto score` first",
    "report nowhere.csv -o page.html": "nowhere.csv",
    "runs nowhere": "nowhere",
    "runs rows.csv": "rows.csv",
    "sources shwo x": "did you mean 'show'",
    "sources import rows.csv -o out.csv": "no column 'domain'",
    "sources roll-up rows.csv -o out.csv": "run `syto score` first",
    "sources --ratings rows.csv": "rows.csv",
    "claims show nowhere": "nowhere",
    "claims import rows.csv -o out.npz": "rows.csv",
    "review import nowhere.csv -o out.csv": "nowhere.csv",
    "review import rows.csv -o out.csv": "rows.csv",
    "review import rows.csv -o out.csv --prefer first": "latest",
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_usage_is_one_sentence_that_helps(inside: Inside, tmp_path: Path, line: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "rows.csv").write_text("text\nМатч\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("name: [a\n", encoding="utf-8")
    (tmp_path / "list.yaml").write_text("- a\n", encoding="utf-8")
    done = inside(*line.split())
    assert done.returncode == 2
    assert is_one_line_error(done)
    assert WRONG[line].casefold() in done.stderr.casefold()
    assert not (tmp_path / "out.csv").exists()


def test_bash_completes_verbs_and_options(tmp_path: Path) -> None:
    (tmp_path / "syto").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m syto "$@"\n')
    (tmp_path / "syto").chmod(0o755)
    code = (
        'eval "$(syto --show-completion bash)"\n'
        "complete_for() { COMP_WORDS=($1); COMP_CWORD=$2; _syto_completion syto; echo ${COMPREPLY[*]}; }\n"
        "complete_for 'syto ev' 1; complete_for 'syto sources sh' 2; complete_for 'syto score --over' 2"
    )
    done = subprocess.run(
        ["bash", "-c", code],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n") == ["evaluate", "show", "--overwrite", ""]


def test_doctor_says_whether_score_works_and_tells_no_password(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:s3cret/x@127.0.0.1:9/?token=s3cret")
    done = run("doctor", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["score"] == "works"
    assert said["libraries"]["numpy"]
    assert "s3cret" not in done.stdout + done.stderr
    assert "127.0.0.1" in said["tracking"]
