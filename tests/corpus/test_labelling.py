import hashlib
from pathlib import Path

import pytest

from syto.corpus.labelling import Labeller, LabelTask, check_label_columns, check_labels, rubrics
from syto.corpus.settings import DatasetSettings
from syto.errors import UserError
from syto.labels.label_set import Label, LabelSet
from syto.sources.registry import Registry
from syto.tables.rows import Row


def label_set(*ids: str) -> LabelSet:
    labels = tuple(Label(id=each, names={"en": each}, definition=each) for each in ids)
    return LabelSet(name="set", labels=labels)


TASKS = {
    "topic": LabelTask("single_label", label_set("sport", "politics")),
    "tags": LabelTask("multi_label", label_set("fear", "doubt")),
    "reliability": LabelTask("ordinal", label_set("unreliable", "mixed", "reliable")),
}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    path = tmp_path / "ratings.csv"
    path.write_text("source,rating,rater,date,evidence,aliases\ngood.ua,reliable,us,2024,seen,\n")
    return Registry.from_files([path])


FROM_SOURCES: dict[str, object] = {"from": "sources"}


def dataset(task: str, split: str = "sources", **labels: object) -> DatasetSettings:
    return DatasetSettings.model_validate(
        {"name": "d", "path": "d.csv", "split": split, "labels": {task: labels}}
    )


def labels_of(
    settings: DatasetSettings, registry: Registry, values: dict[str, object], address: str = ""
) -> object:
    labeller = Labeller(settings, TASKS, registry)
    found = labeller.labels(Row(1, values), address)
    labeller.check()
    return next(iter(found.values()), None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"c": "футбол", "seen": 1}, ("sport",)),
        ({"c": "футбол", "seen": 2}, None),  # where
        ({"c": "усе", "seen": 1}, None),  # null in the map
        ({"c": None, "seen": 1}, None),
    ],
)
def test_a_map_with_a_condition(registry: Registry, values: dict[str, object], expected: object) -> None:
    settings = dataset("topic", column="c", where={"seen": [1]}, map={"футбол": "sport", "усе": None})
    assert labels_of(settings, registry, values) == expected


def test_a_rubric_without_a_map_names_itself_its_rows_and_the_remedy(registry: Registry) -> None:
    labeller = Labeller(dataset("topic", column="c", map={"футбол": "sport"}), TASKS, registry)
    for rubric in ("хокей", "футбол", "хокей"):
        labeller.labels(Row(1, {"c": rubric}), "")
    with pytest.raises(UserError, match=r"'d', task 'topic'.*'хокей' \(2 rows\); add each.*or with null"):
        labeller.check()


def test_without_a_map_values_are_label_ids(registry: Registry) -> None:
    assert labels_of(dataset("topic", column="c"), registry, {"c": "sport"}) == ("sport",)
    with pytest.raises(UserError, match="'sports'"):
        labels_of(dataset("topic", column="c"), registry, {"c": "sports"})


@pytest.mark.parametrize(
    ("cell", "expected"), [(["fear", "doubt"], ("fear", "doubt")), ([], ()), (None, None)]
)
def test_a_list_is_several_labels_and_an_empty_list_is_none_of_them(
    registry: Registry, cell: object, expected: object
) -> None:
    assert labels_of(dataset("tags", column="c"), registry, {"c": cell}) == expected


def test_a_separator_cuts_text(registry: Registry) -> None:
    settings = dataset("tags", column="c", separator=";")
    assert labels_of(settings, registry, {"c": "fear; doubt;"}) == ("fear", "doubt")
    assert labels_of(settings, registry, {"c": ""}) == ()


def test_two_labels_for_a_task_that_takes_one_are_refused(registry: Registry) -> None:
    with pytest.raises(UserError, match=r"row 1: 2 labels .*task 'topic', which takes one"):
        labels_of(dataset("topic", column="c"), registry, {"c": ["sport", "politics"]})


def test_one_value_for_every_row(registry: Registry) -> None:
    assert labels_of(dataset("topic", value="sport"), registry, {}) == ("sport",)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.ua/Politika/2023/05/sport", ("politics",)),  # the last part is the article's own
        ("https://news.ua/news/politics/talks/", ("politics",)),
        ("https://news.ua/sport/politika/1.html", None),
        ("https://sport.ua/1.html", None),
        ("https://news.ua/transport/1.html", None),
        ("https://news.ua/1.html?from=/sport/", None),
        ("http://[ad]/sport/1", None),
        ("", None),
    ],
)
def test_the_folder_of_the_address_says_the_topic(
    registry: Registry, tmp_path: Path, url: str, expected: tuple[str, ...] | None
) -> None:
    (tmp_path / "folders.yaml").write_text("politics: [politics, politika]\nsport: [sport]\n")
    settings = dataset("topic", url_folders=tmp_path / "folders.yaml")
    found = Labeller(settings, TASKS, registry).labels(Row(1, {}), "news.ua", url)
    assert found.get("topic") == expected


def test_folders_give_several_labels_to_a_task_that_takes_them(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "folders.yaml").write_text("fear: [a]\ndoubt: [b]\n")
    settings = dataset("tags", url_folders=tmp_path / "folders.yaml")
    labeller = Labeller(settings, TASKS, registry)
    assert labeller.labels(Row(1, {}), "", "https://news.ua/b/a/1") == {"tags": ("fear", "doubt")}
    assert labeller.labels(Row(2, {}), "", "https://news.ua/c/1") == {}


def test_seed_words_of_the_language_of_the_text(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "seeds.yaml").write_text("sport:\n  uk: матч* гравц*\n  en: match goal\n", encoding="utf-8")
    settings = dataset("topic", "train", seed_words=tmp_path / "seeds.yaml")
    labeller = Labeller(settings, TASKS, registry)
    texts = ("Вісім гравців залишили матч у Києві", "The match ended with a goal", "Сім гравців")
    assert [labeller.labels(Row(1, {}), "", text=text).get("topic") for text in texts] == [
        ("sport",),
        ("sport",),
        None,
    ]


def test_the_label_that_a_text_was_given_whatever_stands_around_it(
    registry: Registry, tmp_path: Path
) -> None:
    digest = hashlib.sha256("Назва\nТекст".encode()).hexdigest()
    (tmp_path / "read.csv").write_text(f"sha256,label\n{digest},sport\n", encoding="utf-8")
    settings = dataset("topic", annotations=tmp_path / "read.csv")
    labeller = Labeller(settings, TASKS, registry)
    texts = ("Назва\nТекст", "\n Назва\nТекст\n", "Назва\nТекст.")
    assert [labeller.labels(Row(1, {}), "", text=text).get("topic") for text in texts] == [
        ("sport",),
        ("sport",),
        None,
    ]


def test_the_rating_of_the_source(registry: Registry) -> None:
    settings = dataset("reliability", "sources", **FROM_SOURCES)
    assert labels_of(settings, registry, {}, "https://good.ua/1") == ("reliable",)
    assert labels_of(settings, registry, {}, "https://other.ua/1") is None


@pytest.mark.parametrize("split", ["newest", "random"])
def test_where_sources_cross_their_ratings_are_masked_and_counted(registry: Registry, split: str) -> None:
    labeller = Labeller(dataset("reliability", split, **FROM_SOURCES), TASKS, registry)
    assert labeller.labels(Row(1, {}), "good.ua") == {}
    assert labeller.labels(Row(2, {}), "other.ua") == {}
    assert labeller.masked == {"reliability": 1}


@pytest.mark.parametrize(
    ("task", "labels", "problem"),
    [
        ("topics", {"value": "sport"}, "no such task.*did you mean 'topic'"),
        ("topic", {"value": "sports"}, "'sports'.*did you mean 'sport'"),
        ("topic", {"column": "c", "map": {"футбол": "spotr"}}, "'футбол' maps to 'spotr'"),
        ("reliability", {"from": "sources"}, "needs ratings"),
        ("topic", {"from": "sources"}, "'unreliable'"),
    ],
)
def test_unknown_tasks_and_labels_are_refused_before_reading(
    task: str, labels: dict[str, object], problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        check_labels(dataset(task, "sources", **labels), TASKS, has_ratings=task != "reliability")


def test_a_missing_label_column_is_refused() -> None:
    settings = dataset("topic", column="c", where={"sen": [1]})
    with pytest.raises(UserError, match=r"no column 'sen'.*did you mean 'seen'"):
        check_label_columns(settings, ["c", "seen"])


def test_rubrics_are_written_as_in_yaml() -> None:
    assert rubrics(True, None) == ["true"]
    assert rubrics(2.0, None) == ["2"]
    assert rubrics(" спорт ", None) == ["спорт"]
