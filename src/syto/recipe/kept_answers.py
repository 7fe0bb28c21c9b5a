"""What models said of articles, kept in a file; baselines and the models of folds share one schema."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from syto.records import Article
from syto.tables.whole import whole_file

MODEL = "model"  # the system whose values are logits; those of the others are probabilities
_SCHEMA = pa.schema(
    {
        "system": pa.string(),
        "task": pa.string(),
        "split": pa.string(),
        "id": pa.string(),
        "values": pa.list_(pa.float64()),  # in the order of the head's outputs or labels
    }
)
Values = Mapping[str, Sequence[float]]  # article id → what was said of it


@dataclass(frozen=True, slots=True)
class Said:
    """Who said something, of which task and split."""

    system: str
    task: str
    split: str


def rows_of(
    said: Said, articles: Sequence[Article], values: Iterable[Iterable[float]]
) -> list[dict[str, object]]:
    """Return one row an article."""
    who = {"system": said.system, "task": said.task, "split": said.split}
    return [
        {**who, "id": article.id, "values": list(map(float, each))}
        for article, each in zip(articles, values, strict=True)
    ]


def keep_answers(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write the file; its presence says that it is whole."""
    with whole_file(path) as stream:
        pq.write_table(pa.Table.from_pylist(list(rows), schema=_SCHEMA), stream)


def read_answers(path: Path) -> dict[Said, Values]:
    """Return what each system said of each task and split."""
    found: defaultdict[Said, dict[str, Sequence[float]]] = defaultdict(dict)
    for row in pq.read_table(path).to_pylist():
        found[Said(row["system"], row["task"], row["split"])][row["id"]] = row["values"]
    return dict(found)
