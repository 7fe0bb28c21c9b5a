"""What README.md and docs/ say holds: commands run or parse, Python runs, links and figures are true.

A block of commands is run, or, where a comment above it says why not (`<!-- needs: network -->`), parsed.
Of Python, blocks that need a run of one's own are skipped.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.csv
import pytest
import typer
import xlsxwriter

from syto.cli import app
from syto.config import PretrainConfig, load_config
from syto.errors import UserError
from syto.report.figures import Figures, with_figures
from syto.stages.score import score

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
NEEDS = {"needs: gpu", "needs: network", "needs: shared data", "needs: minutes", "needs: a person"}
A_RUN = "needs: a run"
USAGE = typer.BadParameter.__bases__[0]  # what a wrong option is to the command line
_BLOCK = re.compile(r"(?:^<!-- ([\w :]+) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:syto|make) [^`\n]+)`")
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
_ELSEWHERE = {"mlflow", "accelerate", "cat", "curl", "docker", "hf", "pip"}  # not ours to check
_CONFIGURED = {"prepare", "train", "distil", "cross-validate", "pretrain"}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    mark: str  # of the comment above it, or empty
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page.name}: {self.code.strip().splitlines()[0]}"


def blocks(language: str) -> list[Block]:
    return [
        Block(page, mark, found, code)
        for page in PAGES
        for mark, found, code in _BLOCK.findall(page.read_text(encoding="utf-8"))
        if found == language
    ]


def commands(code: str) -> Iterator[list[str]]:
    """Yield the words of each simple command: pipes and lists are taken apart, comments left out."""
    for line in code.replace("\\\n", " ").splitlines():
        words = shlex.shlex(line, posix=True, punctuation_chars="|&;")
        words.whitespace_split, words.commenters = True, "#"
        command: list[str] = []
        for word in words:
            if set(word) <= set("|&;"):
                yield command
                command = []
            else:
                command.append(word)
        if command:
            yield command


def inline() -> list[tuple[str, str]]:
    found = [
        (page.name, command)
        for page in PAGES
        for command in _INLINE.findall(page.read_text(encoding="utf-8"))
    ]
    return sorted(set(found))


def check(words: list[str]) -> None:
    """Fail unless the command names what is there."""
    program, *arguments = words
    if program == "make":
        assert {word for word in arguments if "=" not in word} <= _TARGETS
    elif program == "syto":
        check_verb(arguments)
    elif program not in _ELSEWHERE:
        pytest.fail(f"no check knows the program {program!r}; teach tests/test_docs.py")
    elif "-m" in arguments:
        check(arguments[arguments.index("-m") + 1 :])
    for word in arguments:
        if word.startswith(("configs/", "data/")) and not word.startswith("data/prepared/"):
            assert (ROOT / word).exists(), word


def check_verb(arguments: list[str]) -> None:
    """Let the command line parse itself, down to the verb, without running it; and the config it names.

    A verb alone, as a text names it, may lack what it requires.
    """
    bare = len(arguments) == 1
    command = typer.main.get_command(app)
    name, rest, parent = "syto", arguments, None
    while True:
        context = command.make_context(name, list(rest), parent=parent, resilient_parsing=bare)
        if not hasattr(command, "resolve_command"):
            break
        remaining = [*context._protected_args, *context.args]
        if not remaining:
            break
        found, below, rest = command.resolve_command(context, remaining)
        assert found and below, remaining
        name, command, parent = found, below, context
    if name in _CONFIGURED and not bare:
        kind = PretrainConfig if name == "pretrain" else None
        given = (ROOT / context.params["config"], context.params["overrides"] or ())
        _ = load_config(*given, kind) if kind else load_config(*given)


@pytest.mark.parametrize("block", blocks("sh"), ids=str)
def test_commands_name_what_is_there(block: Block) -> None:
    assert block.mark in NEEDS | {""}
    for words in commands(block.code):
        check(words)


@pytest.mark.parametrize(
    "command",
    [
        "syto scor a.csv -o b.csv",
        "syto score a.csv -o b.csv --modle x",
        "syto score a.csv",
        "syto sources shwo pravda.com.ua",
        "cat a.csv | syto score - -o - --formt csv",
        "accelerate launch -m syto trian configs/news.yaml",
        "syto train configs/nwes.yaml",
        "syto train configs/news.yaml --set data.cap_per_sorce=1",
        "syto score data/sample/to_socre.csv -o b.csv",
        "make deom",
        "fetch it",
    ],
)
def test_this_test_sees_what_it_should(command: str) -> None:
    with pytest.raises((AssertionError, UserError, USAGE, pytest.fail.Exception)):
        for words in commands(command):
            check(words)


@pytest.mark.parametrize(("page", "command"), inline())
def test_commands_in_the_text_do_too(page: str, command: str) -> None:
    for words in commands(command):
        check(words)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader has it: the repository's data, articles of their own, and those scored."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "configs").symlink_to(ROOT / "configs")
    (folder / "data").mkdir()
    for each in (ROOT / "data").iterdir():
        if each.name != "prepared":
            (folder / "data" / each.name).symlink_to(each)
    table = pyarrow.csv.read_csv(ROOT / "data" / "sample" / "to_score.csv").slice(0, 3)
    pyarrow.csv.write_csv(table, folder / "articles.csv")
    rows = (json.dumps(row, ensure_ascii=False) for row in table.to_pylist())
    (folder / "articles.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with xlsxwriter.Workbook(folder / "articles.xlsx") as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([table.column_names, *(row.values() for row in table.to_pylist())]):
            sheet.write_row(number, 0, row)
    score(str(folder / "articles.csv"), str(folder / "scored.xlsx"), passages=0)
    return folder


def unmarked() -> list[Block]:
    """Return the blocks to run, each once however many pages show it."""
    return list({block.code: block for block in blocks("sh") if not block.mark}.values())


@pytest.mark.parametrize("block", unmarked(), ids=str)
def test_commands_without_a_mark_run(block: Block, desk: Path) -> None:
    for words in commands(block.code):  # pages write outputs of one name, and none is replaced unasked
        if "-o" in words and words[words.index("-o") + 1] != "-":
            output = desk / words[words.index("-o") + 1]
            shutil.rmtree(output) if output.is_dir() else output.unlink(missing_ok=True)
    binaries = Path(sys.executable).parent
    done = subprocess.run(
        [
            "bash",
            "-uc",
            f'syto() {{ "{sys.executable}" -m syto "$@"; }}\nset -o pipefail\n{checked(block.code)}',
        ],
        cwd=desk,
        env={**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def checked(code: str) -> str:
    """Return the commands such that the first failure ends them; 3 is fine: the sample has bad rows."""
    lines = code.replace("\\\n", " ").splitlines()
    return "\n".join(
        f"{line}\nstatus=$?; [ $status = 0 ] || [ $status = 3 ] || exit $status" for line in lines
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for block in blocks("python"):
        if block.page == page and block.mark != A_RUN:
            exec(compile(block.code, str(block), "exec"), names)  # noqa: S102 - our own pages


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_that_is_not_run_compiles(block: Block) -> None:
    compile(block.code, str(block), "exec")
    assert block.mark in {A_RUN, ""}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    paths = [link.partition("#")[0] for link in links if "://" not in link]
    assert [path for path in paths if path and not (page.parent / path).exists()] == []


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures.model_validate_json((ROOT / "docs" / "figures.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", ["README.md", "docs/figures.md"])
def test_pages_show_the_figures_that_are_kept(page: str, figures: Figures) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert with_figures(text, figures) == text
    assert figures.figures[0].test in text


def test_the_figures_are_those_of_what_ships(figures: Figures) -> None:
    card = (ROOT / "data" / "embedded" / "README.md").read_text(encoding="utf-8")
    assert f"`{figures.fingerprint}`" in card
    assert sum(each.brief for each in figures.figures) == 5


def test_neutral_news_is_shown_as_its_experiment_has_it() -> None:
    page = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| (uk|ru|en), ", line)]
    experiment = (ROOT / "experiments" / "0015-reliability" / "README.md").read_text(encoding="utf-8")
    assert len(rows) == 4
    assert set(rows) <= set(experiment.splitlines())
