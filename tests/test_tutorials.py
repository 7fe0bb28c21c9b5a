"""The tutorials run as a reader runs them: each block in its order, in one folder and one shell.

What a page shows below a block is looked for in what the block said: `…` stands for anything, a decimal for
any other, since models differ; `unsure` and what follows from it may count otherwise. A person's part (a
Ctrl-C, decisions in a queue) is played here. The languages have the same commands, so one of them is run.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import pytest

from pages import ROOT, TUTORIALS, Block, blocks_of, checkout
from syto.review.queue import QUEUE_COLUMNS
from syto.tables.formats import format_of, open_table
from syto.tables.table import Layout

ENGLISH = tuple(page for page in TUTORIALS if ".uk" not in page.name)
RUN = ("", "needs: a run", "needs: a person")  # marks of blocks that are run; others ask for more
_BOUND = 1_200  # seconds of a block, on a machine that does other things as well
_COUNTED = re.compile(r"unsure|articles/s|rows to be read|rows without a decision|text v\. rating")
_SHELL = """syto() {{ "{python}" -m syto "$@"; }}
set -o errexit -o pipefail -o allexport
[ ! -e .state ] || . ./.state
{code}
export -p > .state
"""


class Reader:
    """Does what a page says, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = checkout(folder)
        self.said = ""  # by the last block
        self.environment = {
            **os.environ,
            "COLUMNS": "80",
            "LC_ALL": "",
            "LC_MESSAGES": "",
            "LANG": "uk_UA.UTF-8",
            "MLFLOW_TRACKING_URI": "",
        }

    def follow(self, block: Block, shown: str) -> None:
        """Run a block, below which the page shows something, or hold that against what was said."""
        if block.mark not in RUN:
            return
        if block.language == "text":
            self.hold(block)
        elif block.language == "yaml":
            name, _, content = block.code.removeprefix("# ").partition("\n")
            (self.folder / name).write_text(content, encoding="utf-8")
        elif block.language == "python":
            self.run([sys.executable, "-c", block.code], block, 0)
        elif block.mark == "needs: a person":
            self.stop(block)
        else:
            status = 2 if shown.startswith("error: ") else 0
            self.run(["bash", "-c", _SHELL.format(python=sys.executable, code=block.code)], block, status)
            if "--review" in block.code:
                self.decide(block)

    def run(self, command: list[str], block: Block, status: int) -> None:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_BOUND,
        )
        self.said = done.stdout
        assert done.returncode == status, f"{block}\n{self.said}"

    def stop(self, block: Block) -> None:
        """Start a command, and press Ctrl-C once some rows are scored."""
        program, *words = shlex.split(block.code)
        assert program == "syto"
        process = subprocess.Popen(
            [sys.executable, "-m", "syto", *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # a test run in the background of a script may have been told to ignore it
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        while process.poll() is None and not any(self.folder.rglob("*.part.jsonl")):
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        self.said, _ = process.communicate(timeout=_BOUND)
        assert process.returncode == 128 + signal.SIGINT, self.said

    def decide(self, block: Block) -> None:
        """Say of each row of a queue that it is about society, but for the last, which is left."""
        words = shlex.split(block.code.replace("\\\n", " "))
        queue = self.folder / words[words.index("--review") + 1]
        rows = [dict(row.values) for row in open_table(queue).rows()]
        for row in rows[:-1]:
            row["decision_topic"] = "Суспільство"
        format_of(queue).write(queue, Layout((), QUEUE_COLUMNS), rows)

    def hold(self, block: Block) -> None:
        said = " ".join(self.said.split())
        for line in block.code.splitlines():
            assert re.search(_pattern(line), said), (
                f"{block.page.name} shows {line!r}, which was not said:\n{self.said}"
            )


def _pattern(line: str) -> str:
    """Return what finds a line that a page shows in what was said."""
    pattern = ".*?".join(re.escape(part) for part in " ".join(line.split()).split("…"))
    number = r"\d+(?:\\\.\d+)*" if _COUNTED.search(line) else r"\d+\\\.\d+"
    return re.sub(number, r"[\\d.]+", pattern)


def test_there_are_two_tutorials() -> None:
    assert [page.name for page in ENGLISH] == ["tutorial-engineer.md", "tutorial-fact-checker.md"]


def in_the_folder(page: Path, folder: Path) -> Reader:
    reader = Reader(folder)
    blocks = blocks_of(page)
    for block, below in zip_longest(blocks, blocks[1:]):
        reader.follow(block, below.code if below else "")
    return reader


def test_the_fact_checkers_tutorial_runs(tmp_path: Path) -> None:
    reader = in_the_folder(ROOT / "docs" / "tutorial-fact-checker.md", tmp_path)
    scored = reader.folder / "scored"
    made = {
        "first.xlsx",
        "page.html",
        "queue.xlsx",
        "labels.csv",
        "rated.csv",
        "headlines.xlsx",
        "all",
        "sources.xlsx",
    }
    assert {each.name for each in scored.iterdir()} == made
    assert "Надійність джерела" in open_table(scored / "first.xlsx").outline().names
    rated = [row.values for row in open_table(scored / "rated.csv").rows()]
    assert sum(bool(row["reliability"]) for row in rated) == 17
    assert all(row["reliability_basis"] == "source" for row in rated if row["reliability"])
    articles = [row.values for row in open_table(scored / "all" / "articles.csv").rows()]
    assert not any(row["reliability"] for row in articles)  # it accuses nobody


def test_the_engineers_tutorial_runs(tmp_path: Path) -> None:
    reader = in_the_folder(ROOT / "docs" / "tutorial-engineer.md", tmp_path)
    runs = [run for run in (reader.folder / "runs").glob("demo-*") if run.is_dir()]
    assert len(runs) == 2
    assert sum((run / "results.html").exists() for run in runs) == 1
    manifest = json.loads((reader.folder / "data/prepared/mine/manifest.json").read_text(encoding="utf-8"))
    assert manifest["datasets"]["reviewed"]["rows_in"] == 30


@pytest.mark.parametrize("page", ENGLISH, ids=lambda page: page.name)
def test_both_languages_have_the_same_commands(page: Path) -> None:
    ukrainian = page.with_name(page.name.replace(".md", ".uk.md"))
    assert _without_comments(blocks_of(ukrainian)) == _without_comments(blocks_of(page))


def _without_comments(blocks: list[Block]) -> list[tuple[str, str, str]]:
    """Return what is run and shown, without the words that explain it."""
    return [(each.mark, each.language, re.sub(r"(?m) +# .*$", "", each.code)) for each in blocks]


@pytest.mark.parametrize(
    ("shown", "said", "found"),
    [
        ("rows:   30", "rows:           30", True),
        ("rows:   30", "rows: 31", False),
        ("unsure: topic 7, reliability 2", "unsure: topic 12, reliability 1", True),
        ("bundle: runs/demo-…/bundle", "bundle: runs/demo-20261125-172729/bundle", True),
        ("0.434 of 2", "0.51 of 2", True),
        ("0.434 of 2", "0.51 of 3", False),
        ("0.434", "none", False),
    ],
)
def test_what_is_shown_is_found(shown: str, said: str, found: bool) -> None:
    assert bool(re.search(_pattern(shown), " ".join(said.split()))) == found
