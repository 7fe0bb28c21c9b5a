from pathlib import Path

import pytest

from syto.errors import UserError
from syto.tables.formats import open_table
from syto.tables.jobs import find_files, plan_jobs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.csv", "a.xlsx", "notes.md", ".hidden.csv", "~$a.xlsx", "c.csv.partial", "deep/d.csv"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("text\nслово\n")
    return tmp_path / "in"


def _targets(folder: Path, files: list[Path], output: str, output_format: str | None = None) -> list[str]:
    jobs = plan_jobs(list(map(open_table, files)), str(folder.parent / output), output_format)
    return [f"{job.target.relative_to(folder.parent)} {job.format.name}" for job in jobs if job.target]


def test_a_folder_gives_its_tables_in_order(folder: Path) -> None:
    assert [path.name for path in find_files([str(folder)], None)] == ["a.xlsx", "b.csv"]
    assert [path.name for path in find_files([str(folder)], "csv")] == ["b.csv"]


def test_a_folder_of_texts_is_one_table_and_texts_beside_tables_are_notes(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "readme.txt").write_text("опис")
    assert [path.name for path in find_files([str(folder)], None)] == ["a.xlsx", "b.csv"]
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("слово")
    assert find_files([str(tmp_path / "texts")], None) == [tmp_path / "texts"]
    assert _targets(folder, [tmp_path / "texts"], "out") == ["out/texts.csv csv"]


def test_other_suffixes_are_taken_off_whole(folder: Path) -> None:
    (folder / "a.csv.gz").write_bytes(b"")
    assert _targets(folder, [folder / "a.csv.gz"], "out") == ["out/a.csv.gz csv.gz"]
    assert _targets(folder, [folder / "a.csv.gz"], "out", "xlsx") == ["out/a.xlsx xlsx"]
    assert _targets(folder, [folder / "b.csv"], "out.jsonl.zst") == ["out.jsonl.zst jsonl.zst"]


def test_a_pattern_reaches_into_folders_and_finds_each_file_once(folder: Path) -> None:
    found = find_files([f"{folder}/**/*.csv", f"{folder}/b.csv"], None)
    assert [path.name for path in found] == ["b.csv", "d.csv"]


def test_a_name_with_brackets_is_a_file_where_there_is_one(folder: Path) -> None:
    (folder / "x[1].csv").write_text("text\n")
    assert [path.name for path in find_files([f"{folder}/x[1].csv"], None)] == ["x[1].csv"]


@pytest.mark.parametrize("name", ["nothing.csv", "*.tsv", "deep/empty"])
def test_nothing_to_score_is_a_users_mistake(folder: Path, name: str) -> None:
    (folder / "deep/empty").mkdir()
    with pytest.raises(UserError, match=r"check the pa|name another folder"):
        find_files([f"{folder}/{name}"], None)


def test_several_files_go_into_a_folder_and_keep_their_places(folder: Path) -> None:
    files = [folder / "b.csv", folder / "deep/d.csv"]
    assert _targets(folder, files, "out") == ["out/b.csv csv", "out/deep/d.csv csv"]
    assert _targets(folder, files, "out", "xlsx") == ["out/b.xlsx xlsx", "out/deep/d.xlsx xlsx"]


def test_one_file_goes_where_it_is_told(folder: Path) -> None:
    assert _targets(folder, [folder / "b.csv"], "out.parquet") == ["out.parquet parquet"]
    assert _targets(folder, [folder / "b.csv"], "out") == ["out/b.csv csv"]


def test_standard_output_has_the_kind_of_the_input_where_it_can(folder: Path) -> None:
    [csv] = plan_jobs([open_table(folder / "b.csv")], "-", None)
    [excel] = plan_jobs([open_table(folder / "a.xlsx")], "-", None)
    assert (csv.target, csv.format.name, excel.format.name) == (None, "csv", "csv")


@pytest.mark.parametrize(
    ("names", "output", "output_format", "message"),
    [
        (["b.csv", "a.xlsx"], "out.csv", None, "name a folder"),
        (["b.csv", "a.xlsx"], "-", None, "name a folder"),
        (["b.csv"], "-", "xlsx", "does not go to standard output"),
        (["b.csv"], "in/b.csv", None, "would be overwritten"),
        (["b.csv"], "in", None, "would be overwritten"),
        (["b.csv"], "out.doc", None, "suffix"),
        (["b.csv"], "out.csv", "xls", "did you mean 'xlsx'"),
    ],
)
def test_outputs_that_cannot_be_are_refused(
    folder: Path, names: list[str], output: str, output_format: str | None, message: str
) -> None:
    target = output if output == "-" else str(folder.parent / output)
    with pytest.raises(UserError, match=message):
        plan_jobs([open_table(folder / name) for name in names], target, output_format)


def test_two_inputs_of_one_target_are_refused(folder: Path) -> None:
    (folder / "a.csv").write_text("text\n")
    tables = [open_table(folder / name) for name in ("a.csv", "a.xlsx")]
    with pytest.raises(UserError, match="would both go to"):
        plan_jobs(tables, f"{folder.parent}/out/", "jsonl")
