"""The folder that `prepare` writes and everything later reads: one Parquet file a split, and a manifest."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from syto.digest import sha256_of
from syto.errors import UserError
from syto.records import SPLITS, Article, Split
from syto.tables.whole import whole_folder

MANIFEST = "manifest.json"
_TEXT_COLUMNS = ("id", "dataset", "title", "text", "clean", "url", "source", "language", "story")
_LABEL_PREFIX = "label_"


def write_prepared(
    folder: Path,
    splits: Mapping[Split, Sequence[Article]],
    tasks: Sequence[str],
    manifest: Mapping[str, Any],
) -> None:
    """Write beside `folder`, then put all in its place; a broken run leaves the old folder alone."""
    with whole_folder(folder) as partial:
        outputs = {}
        for split in SPLITS:
            path = partial / _file(split)
            pq.write_table(_table(splits[split], tasks), path, compression="zstd")
            outputs[path.name] = {"rows": len(splits[split]), "sha256": sha256_of(path)}
        text = json.dumps({**manifest, "outputs": outputs}, ensure_ascii=False, indent=1)
        (partial / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _file(split: Split) -> str:
    return f"{split}.parquet"


def _table(articles: Sequence[Article], tasks: Sequence[str]) -> pa.Table:
    columns: dict[str, pa.Array[Any]] = {
        name: pa.array([getattr(article, name) for article in articles], pa.string())
        for name in _TEXT_COLUMNS
    }
    columns["published"] = pa.array([article.published for article in articles], pa.date32())
    for task in tasks:
        labels = [list(a.labels[task]) if task in a.labels else None for a in articles]
        columns[_LABEL_PREFIX + task] = pa.array(labels, pa.list_(pa.string()))
    return pa.table(columns)


def read_split(folder: Path, split: Split, tasks: Sequence[str]) -> list[Article]:
    """Read a split with the labels of `tasks`; a folder or a task that is not there is a `UserError`."""
    path = folder / _file(split)
    if not path.is_file():
        raise UserError(f"{path} is not there; run `syto prepare` with this config first")
    table = pq.read_table(path)
    for task in tasks:
        if _LABEL_PREFIX + task not in table.column_names:
            raise UserError(f"{path} has no labels for task {task!r}; run `syto prepare` again")
    return [_article(row, tasks) for row in table.to_pylist()]


def _article(row: Mapping[str, Any], tasks: Sequence[str]) -> Article:
    labels = {
        task: tuple(row[_LABEL_PREFIX + task]) for task in tasks if row[_LABEL_PREFIX + task] is not None
    }
    texts = {name: row[name] for name in _TEXT_COLUMNS}
    return Article(published=row["published"], labels=labels, **texts)


def read_manifest(folder: Path) -> Mapping[str, Any]:
    """Read the manifest of a prepared folder; a missing one is a `UserError`."""
    path = folder / MANIFEST
    if not path.is_file():
        raise UserError(f"{path} is not there; run `syto prepare` with this config first")
    manifest: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest
