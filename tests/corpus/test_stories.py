from datetime import date

from syto.corpus.drops import Drop, Placed
from syto.corpus.stories import thin_stories
from syto.records import Article, Split


def placed(id: str, split: Split, story: str = "s", clean: str = "", day: int | None = None) -> Placed:
    published = date(2024, 1, day) if day else None
    return Placed(
        Article(id=id, text="", dataset="d", story=story, clean=clean or id, published=published), split
    )


def test_the_most_held_out_split_keeps_the_story() -> None:
    sifted = thin_stories(
        [
            placed("a", "train"),
            placed("b", "test"),
            placed("c", "validation"),
            placed("d", "train", "other"),
            placed("e", "validation", "third"),
            placed("f", "train", "third"),
        ]
    )
    assert [each.article.id for each in sifted.kept] == ["b", "d", "e"]
    assert sifted.dropped == {Drop("d", "story_in_test"): 2, Drop("d", "story_in_validation"): 1}


def test_within_a_split_the_earliest_stays() -> None:
    sifted = thin_stories(
        [placed("undated", "train"), placed("late", "train", day=3), placed("early", "train", day=2)]
    )
    assert [each.article.id for each in sifted.kept] == ["early"]


def test_exact_copies_are_told_from_near_ones() -> None:
    texts = ["Київ. Рада", "київ рада", "Київ, рада знову", "Київ — рада знову"]
    sifted = thin_stories([placed(str(i), "train", clean=text) for i, text in enumerate(texts)])
    assert sifted.dropped == {Drop("d", "exact_duplicate"): 2, Drop("d", "near_duplicate"): 1}
