"""A format is one object in one list: a toy one goes through survey, reading, planning and writing."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from syto.errors import UserError
from syto.tables import formats
from syto.tables.cells import as_text
from syto.tables.formats import FORMATS, format_of, open_table
from syto.tables.jobs import find_files, plan_jobs
from syto.tables.rows import Row
from syto.tables.table import Format, Layout, Outline, Table, Write


def _outline(table: Table) -> Outline:
    return Outline(tuple(table.path.read_text().partition("\n")[0].split("~")))


def _rows(table: Table) -> Iterator[Row]:
    names, *lines = (line.split("~") for line in table.path.read_text().splitlines())
    for number, cells in enumerate(lines, start=1):
        yield Row(number, dict(zip(names, cells, strict=True)))


@contextmanager
def _sink(stream: IO[bytes], layout: Layout) -> Iterator[Write]:
    stream.write("~".join(layout.names).encode())
    yield lambda row: stream.write(("\n" + "~".join(as_text(row.get(n)) for n in layout.names)).encode())
    stream.write(b"\n")


TOY = Format("toy", (".toy",), _outline, _rows, _sink)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, TOY))


@pytest.mark.usefixtures("toy")
def test_a_new_format_is_one_object_in_the_list(tmp_path: Path) -> None:
    (tmp_path / "in.toy").write_text("id~text\n1~так\n2~ні\n")
    (job,) = plan_jobs(list(map(open_table, find_files([str(tmp_path)], None))), str(tmp_path / "out"), None)
    found = job.source.survey()
    assert (found.names, found.rows) == (("id", "text"), 2)
    assert job.target == tmp_path / "out" / "in.toy"
    layout = Layout(found.names, {"more": "json"}, found.kept)
    job.format.write(job.target, layout, [{**row.values, "more": [1]} for row in job.source.rows()])
    assert job.target.read_text() == "id~text~more\n1~так~[1]\n2~ні~[1]\n"
    assert [row.values["more"] for row in open_table(job.target).rows()] == ["[1]", "[1]"]
    (standard,) = plan_jobs([job.source], "-", None)
    assert standard.format is TOY


@pytest.mark.usefixtures("toy")
def test_every_format_becomes_the_new_one_and_back(tmp_path: Path) -> None:
    for each in FORMATS:
        first, second = tmp_path / f"a{each.suffixes[0]}", tmp_path / "b.toy"
        each.write(first, Layout(("text",), {"share": "number"}), [{"text": "ї", "share": 0.5}])
        table = open_table(first)
        TOY.write(second, Layout(table.survey().names, {}), [row.values for row in table.rows()])
        (row,) = open_table(second).rows()
        assert row.values["text"] == "ї"
        assert math.isclose(float(str(row.values["share"])), 0.5)


def test_outside_that_test_it_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"suffix '.toy' is unknown; known: .csv, .tsv, .jsonl"):
        format_of(tmp_path / "a.toy")


def test_no_two_formats_share_a_name_or_a_suffix() -> None:
    names = [format.name for format in FORMATS]
    suffixes = [suffix for format in FORMATS for suffix in format.suffixes]
    assert len(set(names)) == len(names)
    assert len(set(suffixes)) == len(suffixes)
