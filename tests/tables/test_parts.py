import math
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from syto.errors import SytoError
from syto.tables.parts import held_parts, key_of
from syto.tables.rows import Row


def test_records_come_back_exactly(tmp_path: Path) -> None:
    record = {"a": 0.1 + 0.2, "b": "\ud83d й\u2028", "c": [None, {"d": 1e-320}], "e": -0.0, "f": math.inf}
    with held_parts(tmp_path / "out.parts", resume=True) as parts:
        parts.put("key", [record, {}])
        back = parts.take("key", 2)
        assert back == [record, {}]
        assert math.copysign(1, back[0]["e"]) == -1
        assert parts.take("key", 3) is None
        assert parts.take("other", 2) is None
    assert list(tmp_path.iterdir()) == []


def test_each_part_of_a_row_and_the_settings_make_the_key() -> None:
    rows = [
        Row(1, {"a": "1"}),
        Row(2, {"a": "1"}),
        Row(1, {"b": "1"}),
        Row(1, {"a": 1}),
        Row(1, {"a": 1.0}),
        Row(1, {"a": "1"}, "error"),
        Row(1, {"a": "1", "b": None}),
        Row(1, {"a": "1b=None"}),
        Row(1, {"a": Decimal(1)}),
        Row(1, {"a": date(2024, 1, 1)}),
        Row(1, {"a": datetime(2024, 1, 1, tzinfo=UTC)}),
        Row(1, {"a": "\ud83d"}),
    ]
    keys = [key_of([row], "x") for row in rows] + [key_of(rows[:1], "y"), key_of(rows[:2], "x")]
    assert len(set(keys)) == len(keys)
    assert key_of([Row(1, {"a": "1"})], "x") == keys[0]


def test_a_folder_without_parts_is_not_left_nor_are_those_made_for_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), held_parts(tmp_path / "a/b/out.parts", resume=True):
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


def test_parts_stay_after_a_failure_and_go_where_a_run_begins_anew(tmp_path: Path) -> None:
    folder = tmp_path / "out.parts"
    with pytest.raises(ValueError, match="no"), held_parts(folder, resume=True) as parts:
        parts.put("key", [])
        (parts.input / "copy.csv").write_text("a")
        (parts.scratch / "rows").write_text("a")
        raise ValueError("no")
    assert sorted(path.name for path in folder.iterdir()) == ["key.part.jsonl", "lock"]
    with held_parts(folder, resume=True) as parts:
        assert (parts.found, parts.take("key", 0)) == (1, [])
        parts.put("key", [])
        with pytest.raises(SytoError, match="another run"), held_parts(folder, resume=False):
            pass
    assert not folder.exists()
