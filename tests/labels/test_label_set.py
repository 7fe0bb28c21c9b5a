from pathlib import Path

import pytest

from syto.errors import UserError
from syto.labels.label_set import LabelSet

GOOD = """
name: colours
labels:
  - {id: red, names: {en: Red}, definition: Like blood.}
  - {id: blue, code: "02", names: {en: Blue, uk: Синій}, definition: Like the sky.}
"""


def read(folder: Path, text: str) -> LabelSet:
    path = folder / "labels.yaml"
    path.write_text(text, encoding="utf-8")
    return LabelSet.from_file(path)


def test_labels_keep_the_order_of_the_file(tmp_path: Path) -> None:
    labels = read(tmp_path, GOOD)
    assert (labels.name, labels.ids) == ("colours", ("red", "blue"))
    assert (labels.labels[1].code, labels.labels[1].names["uk"]) == ("02", "Синій")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: blue", "id: red", "the id 'red' stands 2 times"),
        (
            "definition: Like blood.",
            "definitoin: Like blood.",
            "unknown key 'labels.0.definitoin'; did you mean 'definition'",
        ),
        (", definition: Like blood.", "", "missing key 'labels.0.definition'"),
        ("definition: Like blood.", "definition: ''", "labels.0.definition: String should have at least 1"),
        ('code: "02"', "code: 02", "labels.1.code: .*put it in quotes"),
        ("id: red", "id: 'red;blue'", "labels.0.id: String should match"),
        ("{en: Red}", "{}", "labels.0.names"),
        ("name: colours", "nmae: colours", "unknown key 'nmae'; did you mean 'name'"),
        ("id: blue", "id: blue, colour: 1", "unknown key 'labels.1.colour'"),
        ("labels:", "lables:", "unknown key 'lables'; did you mean 'labels'"),
        ("id: blue", "id: blue, id: green", "not a YAML file"),
        (GOOD, "", "Input should be"),
        (GOOD, "name: none\nlabels: []", "labels: Tuple should have at least 1"),
        (GOOD, "name: [", "not a YAML file"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_wrong(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(UserError, match=rf"labels\.yaml: .*({message})"):
        read(tmp_path, GOOD.replace(old, new))


def test_an_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"unknown key 'labels\.0\.coed'; did you mean 'code'"):
        read(tmp_path, GOOD.replace("id: red", "id: red, coed: '01'"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such label file"):
        LabelSet.from_file(tmp_path / "none.yaml")
    with pytest.raises(UserError, match="is a folder"):
        LabelSet.from_file(tmp_path)
