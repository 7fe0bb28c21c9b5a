from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from syto.corpus.settings import ColumnLabels, DatasetSettings, DataSettings, LabelSettings

LABELS: TypeAdapter[LabelSettings] = TypeAdapter(LabelSettings)
PATH = {"name": "a", "path": "a.csv", "labels": {}}


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"name": "a", "labels": {}}, "either 'path'"),
        ({**PATH, "hub": {"repo": "x"}}, "either 'path'"),
        ({**PATH, "split": "given"}, "columns.split"),
        ({**PATH, "split": "by_luck"}, "random"),
        ({**PATH, "colums": {}}, "Extra inputs"),
        ({**PATH, "name": "a/b"}, "pattern"),
        ({**PATH, "newest_within": "topic", "labels": {"topic": {"value": "a"}}}, "needs 'split: newest'"),
        ({**PATH, "newest_within": "topic", "split": "newest"}, "'labels.topic'"),
        ({**PATH, "labels": {"topic": {"seed_words": "a.yaml"}}}, "not fit to test on"),
    ],
)
def test_a_data_set_that_makes_no_sense_is_refused(settings: dict[str, object], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        DatasetSettings.model_validate(settings)


@pytest.mark.parametrize(
    "settings", [{}, {"value": "a", "from": "sources"}, {"value": "a", "map": {}}, {"from": "moon"}]
)
def test_labels_come_from_one_place(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LABELS.validate_python(settings)


def test_numbers_in_maps_are_rubrics() -> None:
    settings = ColumnLabels.model_validate({"column": "c", "map": {1: "sport"}, "where": {"seen": [1]}})
    assert settings.map == {"1": "sport"}
    assert settings.where == {"seen": ["1"]}


def test_the_cap_of_a_data_set_is_its_own_even_when_it_is_null() -> None:
    data = DataSettings.model_validate(
        {
            "prepared": "p",
            "cap_per_source": 5,
            "datasets": [PATH, {**PATH, "name": "b", "cap_per_source": None}],
        }
    )
    assert [data.cap_of(dataset) for dataset in data.datasets] == [5, None]
    assert data.prepared == Path("p")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"datasets": [PATH, PATH]}, "given twice: a"),
        ({"splits": {"validation": 0.5, "test": 0.5}}, "nothing to train on"),
        ({"datasets": []}, "at least 1"),
    ],
)
def test_data_that_makes_no_sense_is_refused(change: dict[str, object], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        DataSettings.model_validate({"prepared": "p", "datasets": [PATH], **change})
