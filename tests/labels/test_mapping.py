import pytest

from syto.errors import UserError
from syto.labels.label_set import Label, LabelSet
from syto.labels.mapping import check_map

LABELS = LabelSet(
    name="topics",
    labels=tuple(Label(id=id, names={"en": id}, definition=id) for id in ("sport", "culture")),
)


def test_known_labels_and_none_pass() -> None:
    check_map({"sports": "sport", "general": None}, LABELS, "data set 'a'")
    check_map({}, LABELS, "data set 'a'")


def test_an_unknown_label_names_the_data_set_the_rubric_and_the_nearest() -> None:
    message = (
        "data set 'a': rubric 'sports' maps to 'sports', which is no label of 'topics'; did you mean 'sport'"
    )
    with pytest.raises(UserError, match=message):
        check_map({"arts": "culture", "sports": "sports"}, LABELS, "data set 'a'")


def test_a_label_like_nothing_lists_the_known_ones() -> None:
    with pytest.raises(UserError, match="known: culture, sport"):
        check_map({"x": "zzzz"}, LABELS, "data set 'a'")
