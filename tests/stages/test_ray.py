"""`syto score --engine ray` writes the bytes of a local run, also when a worker or all of it is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from syto.model.bundle import Bundle
from syto.stages.score import score

pytest.importorskip("ray")
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="workers are found in /proc")
STORIES = ("Матч номер {} триває вже годину", "Вибори {} минули вчора. Кажуть джерела.", "Війна, день {}, є")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    rows = (f'{number},"{STORIES[number % 3].format(number)}"\n' for number in range(16 * 256))
    (tmp_path / "in.csv").write_text("id,текст\n" + "".join(rows) + "1,2,3\n", encoding="utf-8")
    return tmp_path / "in.csv"


@pytest.fixture
def process(articles: Path, tiny_bundle: Bundle) -> Iterator["subprocess.Popen[bytes]"]:
    """Score as a user does, with two workers; Ray keeps its token in a home of its own."""
    command = [sys.executable, "-m", "syto", "score", articles.name, "-o", "out.csv", "--engine", "ray"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    process = subprocess.Popen(
        [*command, "--workers", "2", "--model", str(tiny_bundle.folder)],
        cwd=articles.parent,
        env={**environment, "HOME": str(articles.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    yield process
    process.kill()
    process.communicate()


def await_part(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    while not list(folder.glob("*.part.jsonl")):
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)  # the workers need every core
            pytest.fail(str(process.communicate()))


def workers_below(parent: int) -> list[int]:
    """Return the processes with the model among the descendants of a process."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
    below = [parent]
    for each in below:
        below += [child for child, its in parents.items() if its == each]
    return [each for each in below if _title(each).startswith("ray::Worker")]


def _title(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def local_bytes(articles: Path, model: Bundle) -> bytes:
    whole = articles.with_name("whole.csv")
    score(str(articles), str(whole), model.folder)
    return whole.read_bytes()


def test_a_worker_that_is_killed_changes_no_byte(
    articles: Path, tiny_bundle: Bundle, process: "subprocess.Popen[bytes]"
) -> None:
    await_part(process, articles.with_name("out.csv.parts"))
    workers = workers_below(process.pid)
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    said, errors = process.communicate()
    assert process.returncode == 3, errors  # one row is bad
    assert said == b""  # Ray says on it that a worker ended; the rows might be there
    assert articles.with_name("out.csv").read_bytes() == local_bytes(articles, tiny_bundle)


def test_a_run_that_is_killed_is_gone_on_with_by_whatever_engine(
    articles: Path,
    tiny_bundle: Bundle,
    process: "subprocess.Popen[bytes]",
    capsys: pytest.CaptureFixture[str],
) -> None:
    parts = articles.with_name("out.csv.parts")
    await_part(process, parts)
    process.kill()
    process.communicate()
    kept = len(list(parts.glob("*.part.jsonl")))
    score(str(articles), str(articles.with_name("out.csv")), tiny_bundle.folder)
    assert f"{256 * kept:,} rows were scored already; it goes on after them" in capsys.readouterr().err
    assert articles.with_name("out.csv").read_bytes() == local_bytes(articles, tiny_bundle)
    assert not parts.exists()
