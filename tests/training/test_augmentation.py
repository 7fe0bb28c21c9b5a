from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from syto.errors import UserError
from syto.records import Article
from syto.training.augmentation import augmented
from syto.training.settings import AugmentationSettings

TEXT = "Про ґанок\nУ місті недоторканність отримали їжаки, які п'ятничними вечорами їдять яблука. " * 4
LABELS = {"topic": ("sport",), "tags": ("x", "y")}


def articles(count: int, text: str = TEXT) -> list[Article]:
    return [
        Article(id=f"d:{number}", text="сире", clean=text, language="uk", source="a.ua", labels=LABELS)
        for number in range(count)
    ]


@pytest.fixture
def lexicon(tmp_path: Path) -> Path:
    path = tmp_path / "lexicon.tsv"
    path.write_text("uk\tїжаки\tru\tежи\nuk\tїжаки\ten\thedgehogs\nru\tежи\tuk\tїжаки\n", encoding="utf-8")
    return path


def test_without_settings_nothing_is_added(lexicon: Path) -> None:
    assert augmented(articles(3), AugmentationSettings(), seed=1) == articles(3)
    assert augmented(articles(3), AugmentationSettings(lexicon=lexicon), seed=1) == articles(3)


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


def test_copies_come_behind_the_articles_and_keep_everything_but_text_and_language(lexicon: Path) -> None:
    settings = AugmentationSettings(leads=60, swaps=2, lexicon=lexicon)
    copies = augmented(articles(50), settings, seed=1)
    assert copies[:50] == articles(50)
    assert len(copies) == 50 * 2 * 3  # with a lead each, and two swapped copies of both
    assert Counter(copy.id for copy in copies) == dict.fromkeys((a.id for a in articles(50)), 6)
    assert {(copy.text, copy.source, copy.labels == LABELS) for copy in copies} == {("сире", "a.ua", True)}


def test_swapped_copies_are_in_the_other_language(lexicon: Path) -> None:
    copies = augmented(articles(200), AugmentationSettings(swaps=1, lexicon=lexicon), seed=1)[200:]
    assert len(copies) == 200
    for copy in copies:
        foreign, absent = ("ежи", "hedgehogs") if copy.language == "ru" else ("hedgehogs", "ежи")
        assert absent not in copy.clean
        assert copy.clean.replace(foreign, "їжаки") == TEXT
    assert any("їжаки" not in copy.clean for copy in copies)
    languages = Counter(copy.language for copy in copies)
    assert set(languages) == {"ru", "en"}
    assert languages["ru"] == pytest.approx(100, abs=30)


def test_a_language_without_words_is_not_swapped(lexicon: Path) -> None:
    english = [Article(id="e", text="", clean="Hedgehogs", language="en")]
    settings = AugmentationSettings(swaps=3, lexicon=lexicon)
    assert [a.id for a in augmented([*english, *articles(1)], settings, seed=1)] == ["e", *["d:0"] * 4]


def test_the_seed_decides(lexicon: Path) -> None:
    settings = AugmentationSettings(leads=60, swaps=1, lexicon=lexicon)
    one, again, other = (augmented(articles(20), settings, seed) for seed in (1, 1, 2))
    assert one == again != other


def test_swaps_without_a_lexicon_are_refused() -> None:
    with pytest.raises(ValidationError, match="'swaps' needs a 'lexicon'"):
        AugmentationSettings(swaps=1)


def test_a_lexicon_that_is_not_there_is_a_users_mistake(tmp_path: Path) -> None:
    settings = AugmentationSettings(swaps=1, lexicon=tmp_path / "none.tsv")
    with pytest.raises(UserError, match=r"none\.tsv cannot be read"):
        augmented(articles(1), settings, seed=1)
