"""The label sets that ship, against the published contract."""

import re

import pytest

from syto.labels.label_set import LabelSet
from syto.resources import resource

IPTC = {
    "politics": "11000000",
    "economy": "04000000",
    "conflict": "16000000",
    "crime": "02000000",
    "disaster": "03000000",
    "education": "05000000",
    "labour": "09000000",
    "religion": "12000000",
    "human_interest": "08000000",
    "society": "14000000",
    "culture": "01000000",
    "science_technology": "13000000",
    "sport": "15000000",
    "health": "07000000",
    "environment": "06000000",
    "lifestyle": "10000000",
    "weather": "17000000",
}


def shipped(name: str) -> LabelSet:
    return LabelSet.from_file(resource(f"labels/{name}.yaml"))


def test_topics_are_the_17_of_iptc_with_their_codes_in_order() -> None:
    assert [(label.id, label.code) for label in shipped("topics").labels] == list(IPTC.items())


def test_reliability_is_ordered_from_worst_to_best() -> None:
    assert shipped("reliability").ids == ("unreliable", "mixed", "reliable")


@pytest.mark.parametrize("name", ["topics", "reliability"])
def test_every_label_has_both_names_and_a_definition_of_one_or_two_sentences(name: str) -> None:
    for label in shipped(name).labels:
        assert set(label.names) == {"uk", "en", "ru"}
        assert re.search("[а-яіїєґ]", label.names["uk"]) and label.names["en"].isascii()
        assert label.definition.endswith(".")
        assert 1 <= len(re.findall(r"\.(?:\s|$)", label.definition)) <= 2


@pytest.mark.parametrize("name", ["topics", "reliability"])
def test_no_two_labels_share_a_name(name: str) -> None:
    labels = shipped(name).labels
    for language in ("uk", "en", "ru"):
        assert len({label.names[language] for label in labels}) == len(labels)
