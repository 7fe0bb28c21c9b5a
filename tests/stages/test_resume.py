"""A scoring run that is killed, stopped, or shut out: nothing is lost, nothing is mixed."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from syto.errors import StoppedError, SytoError, UserError
from syto.inference.scored_book import read_back
from syto.inference.scorer import Scorer
from syto.model.bundle import Bundle
from syto.stages.score import score
from syto.tables.formats import open_table
from syto.tables.parts import held_parts

Start = Callable[..., "subprocess.Popen[bytes]"]
CHUNK = 256
STORIES = ("Матч номер {} триває вже годину", "Вибори {} минули вчора. Кажуть джерела.", "Війна, день {}, є")


def write_rows(path: Path, count: int, first: int = 0) -> Path:
    texts = (STORIES[number % 3].format(number) for number in range(first, first + count))
    path.write_text("id,текст\n" + "".join(f'{number},"{text}"\n' for number, text in enumerate(texts)))
    return path


def left(folder: Path, but: Sequence[str] = ()) -> list[str]:
    """Names in a folder that no run should leave; ONNX Runtime's number of its session is none of ours."""
    return sorted(path.name for path in folder.iterdir() if path.name not in [*but, ".ses"])


@pytest.fixture
def start(tmp_path: Path, tiny_bundle: Bundle) -> Iterator[Start]:
    """Start `syto score` as a user does; the temporary folder is one of the test's own."""
    (tmp_path / "temporary").mkdir()
    running = []

    def begin(*arguments: object) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", "syto", "score", *map(str, arguments), "--model", tiny_bundle.folder],
            cwd=tmp_path,
            env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe and not pipe.closed:
                pipe.close()


def await_parts(process: "subprocess.Popen[bytes]", folder: Path, count: int) -> None:
    """Wait until so many parts are there."""
    while process.poll() is None and len(list(folder.glob("*.part.jsonl"))) < count:
        os.sched_yield()
    assert process.poll() is None, process.communicate()


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet", "xlsx"])
def test_a_run_that_is_killed_twice_gives_the_bytes_of_one_that_is_not(
    tmp_path: Path, tiny_bundle: Bundle, start: Start, format: str
) -> None:
    source = write_rows(tmp_path / "in.csv", 14 * CHUNK)
    lines = source.read_text().splitlines()
    named = (f"{line},outlet{place % 7}.example\n" for place, line in enumerate(lines[1:]))
    source.write_text(f"{lines[0]},джерело\n" + "".join(named))
    target, parts = tmp_path / f"out.{format}", tmp_path / f"out.{format}.parts"
    for count in (2, 5):
        process = start(source, "-o", target, "--passages", 0)
        await_parts(process, parts, count)
        process.kill()
        process.communicate()
        assert not target.exists()
        assert left(tmp_path / "temporary") == []
    _, said = start(source, "-o", target, "--passages", 0).communicate()
    assert b" rows were scored already; it goes on after them" in said
    score(str(source), str(tmp_path / f"whole.{format}"), tiny_bundle.folder, passages=0)
    bases = {str(row.values["reliability_basis"]) for row in read_back(open_table(target)).rows()}
    assert bases == {"source_texts"}  # also of what an earlier run scored
    assert target.read_bytes() == (tmp_path / f"whole.{format}").read_bytes()
    assert left(tmp_path, ["in.csv", "temporary"]) == [target.name, f"whole.{format}"]


def test_standard_input_leaves_nothing_in_the_temporary_folder_when_it_is_killed(
    tmp_path: Path, start: Start
) -> None:
    process = start("-", "--format", "csv", "-o", "-")
    assert process.stdin and process.stdout
    process.stdin.write("текст\n".encode() + "Матч триває вже годину\n".encode() * 4_000)
    process.stdin.close()
    process.stdout.read(1)  # it is being scored, from its copy
    process.kill()
    process.wait()
    assert left(tmp_path / "temporary") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_the_rows_in_hand_be_finished_and_says_how_to_go_on(
    tmp_path: Path, start: Start, number: signal.Signals
) -> None:
    source = write_rows(tmp_path / "in.csv", 20 * CHUNK)
    process = start(source, "-o", "out.csv")
    await_parts(process, tmp_path / "out.csv.parts", 1)
    process.send_signal(number)
    _, said = process.communicate()
    assert process.returncode == 128 + number
    assert b"the same command goes on after them" in said
    assert b"Traceback" not in said
    assert left(tmp_path, ["in.csv", "temporary"]) == ["out.csv.parts"]


class BreakError(Exception):
    """What ends a run in these tests."""


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the rows of each chunk that the model reads."""
    seen: list[int] = []
    original = Scorer.scored

    def counting(self: Scorer, rows: Sequence[object]) -> object:
        seen.append(len(rows))
        return original(self, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(Scorer, "scored", counting)
    return seen


def break_after(chunks: int, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make the next run fail when it has that many chunks and begins another."""
    original = Scorer.scored
    seen: list[int] = []

    def breaking(self: Scorer, rows: Sequence[object]) -> object:
        seen.append(1)
        if len(seen) > chunks:
            monkeypatch.setattr(Scorer, "scored", original)
            raise error
        return original(self, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(Scorer, "scored", breaking)


@pytest.fixture
def broken(tmp_path: Path, tiny_bundle: Bundle, scored: list[int], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of four chunks of which two were scored."""
    source = write_rows(tmp_path / "in.csv", 4 * CHUNK)
    break_after(2, monkeypatch, BreakError())
    with pytest.raises(BreakError):
        score(str(source), str(tmp_path / "out.csv"), tiny_bundle.folder)
    scored.clear()
    return source


def test_an_input_that_changed_costs_the_chunks_that_changed(
    broken: Path, tiny_bundle: Bundle, scored: list[int]
) -> None:
    broken.write_text(broken.read_text().replace("номер 0 ", "номер нуль "))
    score(str(broken), str(broken.with_name("out.csv")), tiny_bundle.folder)
    assert len(scored) == 3
    score(str(broken), str(broken.with_name("whole.csv")), tiny_bundle.folder)
    assert broken.with_name("out.csv").read_bytes() == broken.with_name("whole.csv").read_bytes()


def test_other_options_and_another_model_begin_anew(
    broken: Path, tiny_bundle: Bundle, scored: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    score(str(broken), str(broken.with_name("out.csv")), tiny_bundle.folder, passages=0)
    assert len(scored) == 4
    assert "it begins anew" in capsys.readouterr().err


def test_what_is_only_written_otherwise_is_not_scored_again(
    broken: Path, tiny_bundle: Bundle, scored: list[int]
) -> None:
    score(str(broken), str(broken.with_name("out.csv")), tiny_bundle.folder, only=["topic"])
    assert len(scored) == 2


def test_no_resume_begins_anew(broken: Path, tiny_bundle: Bundle, scored: list[int]) -> None:
    score(str(broken), str(broken.with_name("out.csv")), tiny_bundle.folder, resume=False)
    assert len(scored) == 4


def test_a_spoilt_part_is_made_again(broken: Path, tiny_bundle: Bundle, scored: list[int]) -> None:
    part = next(broken.with_name("out.csv.parts").glob("*.part.jsonl"))
    part.write_text("\n".join(part.read_text().splitlines()[:-1]) + '\n{"ours": {"to')
    score(str(broken), str(broken.with_name("out.csv")), tiny_bundle.folder)
    assert len(scored) == 3


def test_a_folder_goes_on_with_the_file_in_hand_and_keeps_those_that_are_whole(
    tmp_path: Path, tiny_bundle: Bundle, scored: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    for place, name in enumerate("аб"):
        write_rows(tmp_path / "in" / f"{name}.csv", 2 * CHUNK, first=1_000 * place)
    break_after(3, monkeypatch, BreakError())
    with pytest.raises(BreakError):
        score(str(tmp_path / "in"), str(tmp_path / "out"), tiny_bundle.folder)
    assert left(tmp_path / "out") == ["syto.parts", "а.csv"]
    scored.clear()
    score(str(tmp_path / "in"), str(tmp_path / "out"), tiny_bundle.folder)
    assert len(scored) == 1
    assert left(tmp_path / "out") == ["а.csv", "б.csv"]


def test_an_output_that_is_there_is_replaced_only_when_asked(tmp_path: Path, tiny_bundle: Bundle) -> None:
    source = write_rows(tmp_path / "in.csv", 2)
    (tmp_path / "out.csv").write_text("мої")
    with pytest.raises(UserError, match="--overwrite"):
        score(str(source), str(tmp_path / "out.csv"), tmp_path / "no model")
    assert (tmp_path / "out.csv").read_text() == "мої"
    assert left(tmp_path) == ["in.csv", "out.csv"]
    assert score(str(source), str(tmp_path / "out.csv"), tiny_bundle.folder, overwrite=True).rows == 2


@pytest.mark.parametrize(("held", "output"), [("out.csv", "out.csv"), ("out/syto", "out/in.csv")])
def test_a_second_run_on_an_output_is_refused_while_the_first_goes_on(
    tmp_path: Path, tiny_bundle: Bundle, held: str, output: str
) -> None:
    source = write_rows(tmp_path / "in.csv", 2)
    with held_parts(tmp_path / f"{held}.parts", resume=True) as first:
        first.put("key", [])
        with pytest.raises(SytoError, match="another run is writing"):
            score(str(source), str(tmp_path / output), tiny_bundle.folder)
        assert first.take("key", 0) == []
    assert score(str(source), str(tmp_path / output), tiny_bundle.folder).rows == 2


def test_a_kill_lets_the_output_go(tmp_path: Path, tiny_bundle: Bundle, start: Start) -> None:
    source = write_rows(tmp_path / "in.csv", 20 * CHUNK)
    process = start(source, "-o", "out.csv")
    await_parts(process, tmp_path / "out.csv.parts", 1)
    with pytest.raises(SytoError, match="another run is writing"):
        score(str(source), str(tmp_path / "out.csv"), tiny_bundle.folder)
    process.kill()
    process.communicate()
    assert score(str(source), str(tmp_path / "out.csv"), tiny_bundle.folder, limit=CHUNK).rows == CHUNK


def test_a_full_disk_is_said_and_what_is_scored_stays(
    tmp_path: Path, tiny_bundle: Bundle, scored: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_rows(tmp_path / "in.csv", 3 * CHUNK)
    break_after(2, monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(SytoError, match="free some space and give the same command again"):
        score(str(source), str(tmp_path / "out.csv"), tiny_bundle.folder)
    assert left(tmp_path) == ["in.csv", "out.csv.parts"]
    scored.clear()
    score(str(source), str(tmp_path / "out.csv"), tiny_bundle.folder)
    assert len(scored) == 1


def test_a_device_takes_a_stream(tmp_path: Path, tiny_bundle: Bundle) -> None:
    source = write_rows(tmp_path / "in.csv", 2)
    assert score(str(source), os.devnull, tiny_bundle.folder).rows == 2
    with pytest.raises(SytoError, match="the disk is full"):
        score(str(source), "/dev/full", tiny_bundle.folder)
    assert left(tmp_path) == ["in.csv"]


def test_a_folder_that_cannot_be_written_is_told_before_a_model_is_loaded(tmp_path: Path) -> None:
    source = write_rows(tmp_path / "in.csv", 2)
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="name another output"):
        score(str(source), str(tmp_path / "file" / "out.csv"), tmp_path / "no model")


def test_our_columns_are_chosen_and_the_text_left_out(tmp_path: Path, tiny_bundle: Bundle) -> None:
    source = write_rows(tmp_path / "in.csv", 5)
    for format in ("csv", "jsonl", "parquet", "xlsx"):
        target = tmp_path / f"out.{format}"
        options = {"only": ["topic_status", "topic"], "keep_text": False, "limit": 3}
        score(str(source), str(target), tiny_bundle.folder, **options)  # type: ignore[arg-type]
        rows = [row.values for row in read_back(open_table(target)).rows()]
        assert [list(row) for row in rows] == 3 * [["id", "topic", "topic_status"]]
    with pytest.raises(UserError, match="did you mean 'topic'"):
        score(str(source), str(tmp_path / "no.csv"), tiny_bundle.folder, only=["topik"])
    assert not (tmp_path / "no.csv.parts").exists()


def test_a_parquet_file_without_its_text_keeps_its_types(tmp_path: Path, tiny_bundle: Bundle) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"text": ["Матч триває"], "n": pa.array([7], pa.int16())})
    pq.write_table(table, tmp_path / "in.parquet")
    score(str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet"), tiny_bundle.folder, keep_text=False)
    assert pq.read_schema(tmp_path / "out.parquet").field("n").type == pa.int16()


def test_threads_change_no_answer(tmp_path: Path, tiny_bundle: Bundle) -> None:
    source = write_rows(tmp_path / "in.csv", 9)
    for threads in (1, 3):
        score(str(source), str(tmp_path / f"{threads}.csv"), tiny_bundle.folder, threads=threads)
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "3.csv").read_bytes()


def test_an_address_is_read_and_written(
    tmp_path: Path, tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsspec = pytest.importorskip("fsspec")
    monkeypatch.chdir(tmp_path)
    system = fsspec.filesystem("memory")
    for name in ("a", "b"):
        system.pipe(f"/news/{name}.csv", write_rows(tmp_path / "in.csv", 2).read_bytes())
    score("memory://news/a.csv", "memory://scored/one.jsonl", tiny_bundle.folder)
    assert len(system.cat("/scored/one.jsonl").splitlines()) == 2
    score("memory://news/*.csv", "memory://scored/all/", tiny_bundle.folder)
    assert sorted(system.ls("/scored/all", detail=False)) == ["/scored/all/a.csv", "/scored/all/b.csv"]
    with pytest.raises(UserError, match="--overwrite"):
        score("in.csv", "memory://scored/one.jsonl", tmp_path / "no model")
    with pytest.raises(SytoError, match=r"memory://news/c\.csv cannot be reached"):
        score("memory://news/c.csv", "-", tiny_bundle.folder)
    assert left(tmp_path) == ["in.csv"]
    system.rm("/news", recursive=True)
    system.rm("/scored", recursive=True)


def test_an_address_of_an_unknown_kind_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="copy the file here first"):
        score("nosuch://news/a.csv", "out.csv")
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(UserError, match="pip install fsspec"):
        score("s3://news/*.csv", "out.csv")
    assert left(tmp_path) == []


def test_a_text_of_fifty_megabytes_is_read_in_part(tmp_path: Path, tiny_bundle: Bundle) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "' + "Матч триває. " * 2_200_000 + '"}\n')
    summary = score(str(tmp_path / "in.jsonl"), os.devnull, tiny_bundle.folder)
    assert (summary.rows, summary.truncated, summary.errors) == (1, 1, 0)


def test_rows_with_an_error_are_called_by_their_id(
    tmp_path: Path, tiny_bundle: Bundle, capsys: pytest.CaptureFixture[str]
) -> None:
    from syto.corpus.columns import ColumnMap

    (tmp_path / "in.csv").write_text("код,text\nа-17,Матч,зайве\n")
    score(str(tmp_path / "in.csv"), "/dev/null", tiny_bundle.folder, columns=ColumnMap(id="код"))
    assert "1 (the first: id а-17: the row has 3 cells" in capsys.readouterr().err


def test_names_from_outside_do_nothing_to_the_terminal(
    tmp_path: Path, tiny_bundle: Bundle, start: Start
) -> None:
    name = "a\x1b[31m\u202e.csv"
    (tmp_path / name).write_text("text,\x1b]0;pwned\x07,topic\x1b[2J\n1,2,3,4\n")
    (tmp_path / "other.csv").write_text("\x1b[31mslovo\n1\n")  # an error names its columns
    for file in (name, "other.csv"):
        _, said = start(file, "-o", "out.csv").communicate()
        assert said and b"\x1b" not in said and b"\x07" not in said and "\u202e".encode() not in said


def test_the_signal_of_a_stop_is_its_status() -> None:
    assert StoppedError("", signal.SIGTERM).exit_status == 143
