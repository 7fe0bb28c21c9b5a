from pathlib import Path

import pytest

from syto.errors import UserError
from syto.tables.whole import whole_file, whole_folder, write_text


def test_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a plain file"), whole_file(tmp_path):
        pass


def test_a_link_keeps_pointing_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write_text(tmp_path / "link.csv", "новий")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").stat().st_size


def test_a_folder_that_cannot_be_made_is_a_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="name another output"), whole_file(tmp_path / "file" / "out.csv"):
        pass


def fill(folder: Path, text: str) -> None:
    with whole_folder(folder) as partial:
        (partial / "deep").mkdir()
        (partial / "deep" / "a.txt").write_text(text)
        assert not folder.exists() or (folder / "deep" / "a.txt").read_text() != text


def test_a_folder_appears_whole_in_place_of_an_older_one(tmp_path: Path) -> None:
    for text in ("перший", "другий"):
        fill(tmp_path / "made" / "a.b", text)
        assert [path.name for path in (tmp_path / "made").iterdir()] == ["a.b"]
        assert (tmp_path / "made" / "a.b" / "deep" / "a.txt").read_text() == text


def test_a_failure_leaves_the_older_folder_and_nothing_beside_it(tmp_path: Path) -> None:
    fill(tmp_path / "made", "перший")
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "made") as partial:
        (partial / "b.txt").write_text("другий")
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.rglob("*")] == ["made", "deep", "a.txt"]


def test_what_a_kill_left_is_not_in_the_new_folder(tmp_path: Path) -> None:
    (tmp_path / "made.partial").mkdir()
    (tmp_path / "made.partial" / "half.txt").write_text("пів")
    fill(tmp_path / "made", "увесь")
    assert [path.name for path in tmp_path.rglob("*")] == ["made", "deep", "a.txt"]
