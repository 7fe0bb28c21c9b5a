"""What is kept of sources between runs."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from syto.errors import UserError
from syto.inference.source_memory import Reading, open_memory

READING = Reading("a.example", "", "", 0.25, "T1", "digest", "news@1")


def test_a_text_is_kept_once_a_bundle_with_the_day_it_was_first_read(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    for when, reading in (
        ("2026-01-01", READING),
        ("2026-02-01", replace(READING, share=0.5, rating="mixed", rater="R")),
        ("2026-02-01", replace(READING, model="news@2")),
    ):
        with open_memory(path, when) as memory:
            memory.remember(reading)
    with open_memory(path, "2026-03-01") as memory:
        assert list(memory.recall("news@1")) == [
            replace(READING, share=0.5)
        ]  # the rating is the last that was given
        assert memory.others("news@1") == 1
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT read FROM readings ORDER BY model").fetchall() == [
            ("2026-01-01",),
            ("2026-02-01",),
        ]
        assert database.execute("SELECT first_read, last_read FROM sources").fetchall() == [
            ("2026-01-01", "2026-02-01")
        ]


def test_a_run_that_fails_leaves_it_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_memory(tmp_path / "m.db", "2026-01-01") as memory:
        memory.remember(READING)
        _ = 1 / 0
    with open_memory(tmp_path / "m.db", "2026-01-01") as memory:
        assert list(memory.recall("news@1")) == []


def test_what_is_no_memory_is_refused_and_not_touched(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("це не база даних" * 100)
    with sqlite3.connect(tmp_path / "other.db") as database:
        database.execute("CREATE TABLE theirs (x)")
    database.close()
    for name, said in (
        ("text.db", "cannot be read"),
        ("other.db", "something else"),
        ("no/m.db", "cannot be"),
    ):
        with pytest.raises(UserError, match=said), open_memory(tmp_path / name, "2026-01-01"):
            pytest.fail("it was opened")
    with sqlite3.connect(tmp_path / "other.db") as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    database.close()
