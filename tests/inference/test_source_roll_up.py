import pytest

from syto.inference.source_roll_up import NEEDED, RollUp, interval


def rows_of(*articles: tuple[str, object], least: int = 3, rating: str = "") -> list[dict[str, object]]:
    sources = RollUp(NEEDED, least)
    for number, (source, share) in enumerate(articles, start=1):
        sources.add(number, {"source": source, "source_rating": rating, "unreliable_probability": share})
    return sources.rows()


def test_a_source_is_the_mean_of_its_articles() -> None:
    (row,) = rows_of(("a.ua", 0.9), ("a.ua", "0.8"), ("a.ua", 0.4))
    assert (row["source"], row["articles"], row["unreliable_mean"]) == ("a.ua", 3, 0.7)
    assert row["articles_that_weigh_most"] == [
        {"article": "row 1", "unreliable_probability": 0.9},
        {"article": "row 2", "unreliable_probability": 0.8},
        {"article": "row 3", "unreliable_probability": 0.4},
    ]


def test_a_probability_of_nought_counts() -> None:
    (row,) = rows_of(("a.ua", 0.0), ("a.ua", 1.0))
    assert (row["articles"], row["unreliable_mean"]) == (2, 0.5)


def test_only_the_articles_that_weigh_most_are_named() -> None:
    sources = RollUp((*NEEDED, "title"), 1)
    for share in (0.1, 0.9, 0.5, 0.7, 0.3):
        sources.add(1, {"source": "a.ua", "unreliable_probability": share, "title": f"T{share}"})
    (row,) = sources.rows()
    named = row["articles_that_weigh_most"]
    assert isinstance(named, list)
    assert [each["article"] for each in named] == ["T0.9", "T0.7", "T0.5"]


def test_what_has_no_source_or_no_answer_does_not_count() -> None:
    rows = rows_of(
        ("a.ua", 0.9), ("", 0.9), ("a.ua", ""), ("a.ua", None), ("b.ua", "out"), ("a.ua", float("nan"))
    )
    assert [(row["source"], row["articles"], row["verdict"]) for row in rows] == [("a.ua", 1, "too few")]


@pytest.mark.parametrize(
    ("share", "count", "rating", "verdict"),
    [
        (0.9, 20, "", "reads unreliable"),
        (0.9, 20, "unreliable", "reads unreliable"),
        (0.9, 20, "reliable", "reads unreliable, rated reliable"),
        (0.1, 20, "reliable", "does not read unreliable"),
        (0.1, 20, "unreliable", "does not read unreliable, rated unreliable"),
        (0.6, 20, "reliable", "unclear"),
        (0.9, 2, "reliable", "too few"),
    ],
)
def test_the_verdict_says_where_text_and_rater_disagree(
    share: float, count: int, rating: str, verdict: str
) -> None:
    (row,) = rows_of(*[("a.ua", share)] * count, rating=rating)
    assert row["verdict"] == verdict


def test_the_most_unreliable_come_first_and_too_few_last() -> None:
    rows = rows_of(("few.ua", 1.0), *[("low.ua", 0.1)] * 3, *[("high.ua", 0.8)] * 3)
    assert [row["source"] for row in rows] == ["high.ua", "low.ua", "few.ua"]


def test_a_file_that_had_a_source_column_of_its_own() -> None:
    sources = RollUp((*NEEDED, "syto_source"), 1)
    sources.add(1, {"source": "Theirs", "syto_source": "a.ua", "unreliable_probability": 0.5})
    assert sources.rows()[0]["source"] == "a.ua"


def test_the_interval_widens_as_articles_get_fewer() -> None:
    widths = [interval(0.8, count)[1] - interval(0.8, count)[0] for count in (100, 20, 5, 1)]
    assert widths == sorted(widths) and widths[0] > 0.1
    assert interval(0.5, 100) == pytest.approx((0.404, 0.596), abs=0.001)
    assert 0 <= interval(1.0, 3)[0] < interval(1.0, 3)[1] <= 1
