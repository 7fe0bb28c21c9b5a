from pathlib import Path

import pytest

from syto.errors import UserError
from syto.labels.annotations import Annotations
from syto.labels.label_set import LabelSet

TOPICS = LabelSet.from_file(Path("data/labels/topics.yaml"))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("sha256,label\na1,sport\nb2,sports\n", "line 3: 'sports' is no label of 'topics'"),
        ("sha256,label\na1,sport\na1,health\n", "line 3: a1 has two labels"),
        ("sha256,topic\na1,sport\n", "no column 'label'"),
        ("", "no column 'label'"),
    ],
)
def test_mistakes_in_the_file_are_named(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "read.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=problem):
        Annotations.from_file(path, TOPICS, "topic")


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "half.csv").write_bytes(b"sha256,label\n\xff\xfe")
    for name in ("none.csv", "half.csv"):
        with pytest.raises(UserError, match=rf"{name} cannot be read"):
            Annotations.from_file(tmp_path / name, TOPICS, "topic")


def test_rows_of_another_task_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "decided.csv"
    path.write_text("sha256,task,label\na1,topic,sport\na1,reliability,mixed\n", encoding="utf-8")
    assert Annotations.from_file(path, TOPICS, "topic").labels == {"a1": "sport"}
