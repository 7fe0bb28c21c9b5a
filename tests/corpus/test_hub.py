from pathlib import Path

import pytest

from syto.corpus.columns import ColumnMap, find_columns, to_article
from syto.corpus.settings import HubSettings
from syto.errors import UserError

pytest.importorskip("datasets")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from datasets import config

    monkeypatch.setattr(config, "HF_DATASETS_CACHE", tmp_path / "cache")
    data = tmp_path / "news"
    data.mkdir()
    (data / "train.csv").write_text("id,text\n1,Київ\n2,Львів\n", encoding="utf-8")
    (data / "test.csv").write_text("id,text\n3,Одеса\n", encoding="utf-8")
    return data


def test_a_split_gives_rows_for_the_same_column_map(folder: Path) -> None:
    from syto.corpus.hub import load_hub

    data = load_hub(HubSettings(repo=str(folder), split="train"))
    columns = find_columns(data.columns, ColumnMap())
    assert [(a.id, a.text) for a in (to_article(row, columns) for row in data)] == [
        ("1", "Київ"),
        ("2", "Львів"),
    ]
    assert data.fingerprint


def test_an_unknown_split_is_refused(folder: Path) -> None:
    from syto.corpus.hub import load_hub

    with pytest.raises(UserError, match=r"split 'dev'.*cannot be loaded"):
        load_hub(HubSettings(repo=str(folder), split="dev"))


def test_class_numbers_become_names() -> None:
    from datasets import ClassLabel, Dataset, Features, Value

    from syto.corpus.hub import HubData

    features = Features({"text": Value("string"), "topic": ClassLabel(names=["sport", "culture"])})
    rows = Dataset.from_dict({"text": ["а", "б"], "topic": [1, None]}, features=features)
    assert [row.values["topic"] for row in HubData(rows, "")] == ["culture", None]
