import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from syto.corpus.prepared import read_manifest, read_split, write_prepared
from syto.digest import sha256_of
from syto.errors import UserError
from syto.records import Article, Split

ARTICLE = Article(
    id="d:1",
    text="Текст",
    title="Назва",
    url="https://a.ua/1",
    source="a.ua",
    published=date(2024, 1, 2),
    language="uk",
    dataset="d",
    labels={"topic": ("sport",), "tags": ()},
    story="d:1",
    clean="Назва\nТекст",
)
BARE = Article(id="d:2", text="", labels={})


def write(folder: Path, train: list[Article]) -> None:
    splits: dict[Split, list[Article]] = {"train": train, "validation": [], "test": []}
    write_prepared(folder, splits, ["topic", "tags"], {"name": "n", "mastheads": []})


def test_articles_come_back_as_they_were(tmp_path: Path) -> None:
    write(tmp_path / "p", [ARTICLE, BARE])
    assert read_split(tmp_path / "p", "train", ["topic", "tags"]) == [ARTICLE, BARE]
    assert read_split(tmp_path / "p", "test", ["topic"]) == []
    assert dict(read_split(tmp_path / "p", "train", ["tags"])[0].labels) == {"tags": ()}


def test_the_columns_are_those_of_the_contract(tmp_path: Path) -> None:
    write(tmp_path / "p", [ARTICLE])
    table = pq.read_table(tmp_path / "p" / "train.parquet")
    names = "id dataset title text clean url source language story published label_topic label_tags"
    assert table.column_names == names.split()


def test_the_manifest_holds_the_digests_and_writing_again_replaces(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    write(folder, [ARTICLE, BARE])
    before = (folder / "manifest.json").read_bytes()
    write(folder, [ARTICLE, BARE])
    assert (folder / "manifest.json").read_bytes() == before
    output = read_manifest(folder)["outputs"]["train.parquet"]
    assert output == {"rows": 2, "sha256": sha256_of(folder / "train.parquet")}
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_a_broken_write_leaves_the_old_folder_alone(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    write(folder, [ARTICLE])
    with pytest.raises(TypeError):
        write_prepared(folder, {"train": [], "validation": [], "test": []}, [], {"bad": object()})
    assert json.loads((folder / "manifest.json").read_text())["outputs"]["train.parquet"]["rows"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="run `syto prepare`"):
        read_split(tmp_path, "train", [])
    with pytest.raises(UserError, match="run `syto prepare`"):
        read_manifest(tmp_path)
    write(tmp_path / "p", [ARTICLE])
    with pytest.raises(UserError, match="no labels for task 'mood'"):
        read_split(tmp_path / "p", "train", ["mood"])
