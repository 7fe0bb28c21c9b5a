import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from syto.errors import UserError
from syto.evaluation.perturbations import _PADDING
from syto.records import Article
from syto.training.augmentation import ServiceSentences, augmented
from syto.training.settings import AugmentationSettings

TEXT = "Про ґанок\nУ місті недоторканність отримали їжаки, які п'ятничними вечорами їдять яблука. " * 4
LABELS = {"topic": ("sport",), "tags": ("x", "y")}


def articles(count: int, text: str = TEXT) -> list[Article]:
    return [
        Article(id=f"d:{number}", text="сире", clean=text, language="uk", source="a.ua", labels=LABELS)
        for number in range(count)
    ]


def test_without_settings_nothing_is_added() -> None:
    assert augmented(articles(3), AugmentationSettings(), seed=1) == articles(3)


def test_data_sets_that_count_more_are_repeated_with_leads_of_their_own() -> None:
    few, many = articles(1), [replace(each, dataset="few") for each in articles(200)]
    whole = augmented([*few, *many], AugmentationSettings(leads=200), seed=1, repeats={"few": 3})
    assert Counter(each.dataset for each in whole) == {"": 2, "few": 1200}
    assert len({each.clean for each in whole}) > 2  # the whole one, and leads that differ


@pytest.mark.parametrize("longest", [20, 21, 60, 200])
def test_a_lead_ends_with_a_word_and_is_half_to_full_length(longest: int) -> None:
    whole = augmented(articles(300), AugmentationSettings(leads=longest), seed=1)
    leads = [article.clean for article in whole[300:]]
    assert len(leads) == 300
    assert all(TEXT.startswith(lead) and TEXT[len(lead)].isspace() for lead in leads)
    assert {longest // 2 <= len(lead) <= longest for lead in leads} == {True}


def test_a_lead_may_end_with_any_word_from_half_to_full_length() -> None:
    whole = augmented(articles(300, "їжак " * 50), AugmentationSettings(leads=39), seed=1)
    assert {len(article.clean) for article in whole[300:]} == {19, 24, 29, 34, 39}


@pytest.mark.parametrize("text", ["ї" * 500, "так " + "ї" * 50 + " слово" * 9])
def test_a_lead_within_one_endless_word_is_cut_all_the_same(text: str) -> None:
    whole = augmented(articles(200, text), AugmentationSettings(leads=40), seed=1)
    lengths = [len(article.clean) for article in whole[200:]]
    assert (min(lengths), max(lengths)) == (20, 40)


def test_short_articles_have_no_lead() -> None:
    mixed = [*articles(2, "ї" * 40), *articles(2, "ї" * 41)]
    assert [a.id for a in augmented(mixed, AugmentationSettings(leads=40), seed=1)[4:]] == ["d:0", "d:1"]
    assert all(len(a.clean) <= 40 for a in augmented(mixed, AugmentationSettings(leads=40), seed=1)[4:])


def test_beginnings_come_behind_the_articles_and_keep_everything_but_their_text() -> None:
    copies = augmented(articles(50), AugmentationSettings(leads=60), seed=1)
    assert copies[:50] == articles(50)
    assert [replace(copy, clean=TEXT) for copy in copies[50:]] == articles(50)


def test_the_seed_decides() -> None:
    settings = AugmentationSettings(leads=60)
    one, again, other = (augmented(articles(20), settings, seed) for seed in (1, 1, 2))
    assert one == again != other


SERVICE = Path(__file__).parents[2] / "data/labels/service_sentences.yaml"


def test_a_share_of_articles_comes_once_more_among_service_sentences() -> None:
    settings = AugmentationSettings(service_sentences=SERVICE, with_service=0.3)
    whole = augmented(articles(400), settings, seed=1)
    added = [article.clean for article in whole[400:]]
    assert 90 < len(added) < 150 and len({*added}) > 60
    assert all(TEXT in text and len(text) > len(TEXT) for text in added)
    assert {text.startswith(TEXT) for text in added} == {True, False}
    assert whole[400].labels == LABELS


def test_an_article_in_a_language_without_service_sentences_is_left_alone() -> None:
    service = ServiceSentences({"uk": ["Підписуйтесь."]})
    assert service.around("Ein Text", "de", np.random.default_rng(0)) == "Ein Text"


def test_the_sentences_that_are_evaluated_with_are_not_trained_on() -> None:
    known = {
        sentence for each in ServiceSentences.from_file(SERVICE).of_languages.values() for sentence in each
    }
    measured = {sentence for text in _PADDING.values() for sentence in re.split(r"(?<=[.]) ", text)}
    assert len(measured) == 6 and not known & measured


def test_service_sentences_that_are_no_lists_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "service.yaml").write_text("uk: Підписуйтесь.")
    with pytest.raises(UserError, match=r"service\.yaml cannot be read as language"):
        ServiceSentences.from_file(tmp_path / "service.yaml")
