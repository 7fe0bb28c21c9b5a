import pytest

from syto.sources.weighing import Rating, RatingValue, conflict, weigh, weigh_lists


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


@pytest.mark.parametrize(
    ("opinions", "rating"),
    [
        ([opinion("unreliable", "Lin et al.")], "mixed"),  # one weak list alone
        ([opinion("unreliable", "GMF")], "mixed"),
        ([opinion("unreliable", "EUvsDisinfo")], "unreliable"),
        (
            [opinion("unreliable", "idiap"), opinion("unreliable", "Lin et al.")],
            "mixed",
        ),  # of the same ratings
        ([opinion("unreliable", rater) for rater in ("idiap", "Lin et al.", "GMF")], "unreliable"),
        ([opinion("unreliable", "DIMA"), opinion("unreliable", "GMF")], "unreliable"),
        ([opinion("unreliable", "idiap"), opinion("mixed", "Lin et al.")], "mixed"),
        ([opinion("mixed", "EUvsDisinfo"), opinion("unreliable", "idiap")], "mixed"),
        ([opinion("reliable", "idiap"), opinion("unreliable", "DIMA")], "mixed"),  # a contradiction, whoever
        ([opinion("reliable", "Texty"), opinion("unreliable", "idiap")], "mixed"),
        ([opinion("reliable", "Lin et al."), opinion("mixed", "idiap")], "reliable"),
        ([opinion("reliable", "Vox")], "reliable"),
    ],
)
def test_public_lists_are_weighed_with_care(opinions: list[Rating], rating: str) -> None:
    assert weigh_lists(opinions).rating == rating


def test_what_care_changed_still_says_who_said_what() -> None:
    alone = weigh_lists([opinion("unreliable", "GMF", "2024")])
    assert (alone.rater, alone.date, alone.evidence) == ("GMF", "2024", "GMF: unreliable (E)")
    both = weigh_lists([opinion("reliable", "idiap"), opinion("unreliable", "Lin et al.")])
    assert (both.rater, both.evidence) == (
        "idiap; Lin et al.",
        "idiap: reliable (E); Lin et al.: unreliable (E)",
    )
