import pytest

from syto.sources.weighing import Rating, RatingValue, conflict, weigh


def opinion(rating: RatingValue, rater: str, date: str = "") -> Rating:
    return Rating("a.ua", rating, rater, date, "E")


@pytest.mark.parametrize(
    ("opinions", "rating"),
    [
        ([opinion("reliable", "idiap"), opinion("unreliable", "Lin et al.")], "mixed"),
        ([opinion("reliable", "idiap"), opinion("unreliable", "Council of the EU")], "unreliable"),
        ([opinion("reliable", "idiap; Texty"), opinion("unreliable", "Vox")], "reliable"),
        ([opinion("mixed", "EUvsDisinfo"), opinion("unreliable", "idiap")], "unreliable"),
        (
            [opinion("mixed", "EUvsDisinfo"), opinion("mixed", "DIMA"), opinion("unreliable", "idiap")],
            "mixed",
        ),
        ([opinion("reliable", "somebody else"), opinion("mixed", "idiap")], "reliable"),
    ],
)
def test_raters_are_weighed(opinions: list[Rating], rating: str) -> None:
    assert weigh(opinions).rating == rating


def test_what_was_weighed_names_all_raters_and_findings() -> None:
    rating = weigh([opinion("reliable", "A; B", "2018"), opinion("unreliable", "C", "2024-05-17")])
    assert (rating.rater, rating.date) == ("A; B; C", "2024-05-17")
    assert rating.evidence == "A; B: reliable (E); C: unreliable (E)"


def test_a_single_opinion_stands() -> None:
    alone = opinion("mixed", "A")
    assert weigh([alone]) is alone


def test_how_far_raters_are_apart() -> None:
    reliable, mixed, unreliable = (opinion(value, "A") for value in ("reliable", "mixed", "unreliable"))
    assert [conflict(o) for o in ([mixed], [mixed, reliable], [mixed, reliable, unreliable])] == [0, 1, 2]
