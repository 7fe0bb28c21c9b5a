import pytest

from syto.sources.public_lists import opinions_of


def said(**values: str) -> list[tuple[str, str, str]]:
    return [(o.rater, o.rating, o.evidence) for o in opinions_of({"domain": "a.ua", **values})]


def test_every_list_is_an_opinion_of_its_rater() -> None:
    assert said(texty_points="97.0", idiap="-1.0", pc1="0.55", dima="RRN") == [
        ("Texty", "reliable", "97 points"),
        ("idiap", "unreliable", "score -1"),
        ("Lin et al.", "mixed", "pc1 0.55"),
        ("DIMA", "unreliable", "network RRN"),
    ]


def test_a_site_that_republished_rt_is_not_of_a_network_like_the_others() -> None:
    assert said(dima="laundromat") == [("DIMA", "mixed", "network laundromat")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("euvsdisinfo_cases", "2"),  # may have been quoted
        ("gmf", "EuVsDisinfo|Wikidata All News"),
        ("vox_eu_list", "grey"),
        ("idiap", ""),
        ("another", "1"),
    ],
)
def test_what_says_nothing_is_no_opinion(column: str, value: str) -> None:
    assert said(**{column: value}) == []


@pytest.mark.parametrize(
    "domain",
    [
        *("youtube.com", "www.youtube.com", "drive.google.com", "someone.livejournal.com"),
        *("newyorker.com/humor", "bit.ly", "web.archive.org", "", "no address"),
    ],
)
def test_platforms_pages_and_what_is_no_address_are_never_rated(domain: str) -> None:
    assert opinions_of({"domain": domain, "idiap": "1"}) == []


def test_a_value_that_is_no_number() -> None:
    with pytest.raises(ValueError, match="could not convert"):
        said(pc1="high")
