from collections.abc import Sequence

import pytest

from syto.records import Article
from syto.sources.kinds import Kind
from syto.sources.listings import Listings
from syto.sources.lookalikes import Lookalikes
from syto.sources.registry import Registry
from syto.sources.source import Source
from syto.sources.weighing import Rating

LIES = Rating("lies-daily.com", "unreliable", "a rater", "2024", "a page")
GOOD = Rating("ukrinform.ua", "reliable", "a rater", "2024-05-17", "a page")
NETWORKED = Rating("inforos-site.com", "unreliable", "DIMA", "", "InfoRos network")
ALIASES = {
    "other-name.net": "lies-daily.com",
    "t.me/lies": "lies-daily.com",
    "t.me/ukrinform": "ukrinform.ua",
}
RATED: Sequence[Rating] = (LIES, GOOD, NETWORKED)
REGISTRY = Registry(
    {each.source: each for each in RATED},
    {each.source: [each] for each in RATED},
    {each.source: each.source for each in RATED} | ALIASES,
    Listings(
        {
            "contested.com": "contested.com,reliable,idiap,,score 1,\ncontested.com,unreliable,GMF,,listed,",
            "ukrinform.ltd": "ukrinform.ltd,unreliable,DIMA,,network Doppelganger|RRN,",
            "ukrinf0rm.ua": "ukrinf0rm.ua,unreliable,EUvsDisinfo,,20 cases,",
            "uanews.example": "uanews.example,unreliable,GMF,,listed: Viginum (Portal Kombat),",
            "portal.com": "portal.com,unreliable,DIMA,,network RRN,",
            "news.paper.com": "news.paper.com,reliable,idiap,,score 1,",
        }
    ),
    {
        "goal.example": Kind("goal.example", "sport", "its headlines"),
        "portal.com": Kind("portal.com", "aggregator", "it shows what others publish"),
        "town.example": Kind("town.example", "news", "on none of the lists"),
    },
)
TAKEN_FOR = Lookalikes.of(REGISTRY.addresses).taken_for


def _of(url: str = "", claim: str = "") -> Source:
    return Source.of(Article("1", "", url=url, source=claim), REGISTRY, TAKEN_FOR)


@pytest.mark.parametrize(
    ("url", "claim", "name", "rating"),
    [
        ("https://lies-daily.com/a", "", "lies-daily.com", LIES),
        ("https://other-name.net/a", "", "lies-daily.com", LIES),
        ("https://some-paper.com/a", "Наша газета", "some-paper.com", None),
        ("", "Наша газета", "наша газета", None),
        ("", "ukrinform.ua", "ukrinform.ua", GOOD),
        ("n/a", "ukrinform.ua", "ukrinform.ua", GOOD),
        ("", "", "", None),
        ("https://facebook.com/a", "", "facebook.com", None),
        ("https://facebook.com/a", "Facebook", "facebook", None),
        ("https://facebook.com/a", "https://bit.ly/1", "facebook.com", None),
        ("https://web.archive.org/web/2020/https://lies-daily.com/a", "", "lies-daily.com", LIES),
    ],
)
def test_the_source_of_an_article(url: str, claim: str, name: str, rating: Rating | None) -> None:
    found = _of(url, claim)
    assert (found.name, found.rating) == (name, rating)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.com/x",
        "https://ukrinform.ua@evil.com/x",
        "https://ukrinform.ua:443@evil.com:8443/x",
        "https://evil.com\\@ukrinform.ua/x",
        "https:///evil.com/x",
        "https:evil.com/x",
        "https://evil%2Ecom/x",
        "https://evil。com/x",
        "https://ev\til.com/x",
        "HTTPS://EVIL.COM./x",
        "https://web.archive.org/web/2020/https://evil.com/x",
        "https://evil-com.translate.goog/x",
    ],
)
def test_a_claim_against_the_address_lends_no_rating(url: str) -> None:
    assert _of(url, "ukrinform.ua") == Source("evil.com", None, "contradiction: evil.com (ukrinform.ua)", "")


@pytest.mark.parametrize(
    ("url", "claim", "note"),
    [
        ("https://lies-daily.com/a", "ukrinform.ua", "contradiction: lies-daily.com (ukrinform.ua)"),
        ("https://ukrinform.ua/a", "lies-daily.com", "contradiction: ukrinform.ua (lies-daily.com)"),
        ("https://ukrinform.ua/a", "@lies", "contradiction: ukrinform.ua (lies-daily.com)"),
        ("https://t.me/other/1", "ukrinform.ua", "contradiction: t.me/other (ukrinform.ua)"),
        ("https://www.ukrinform.ua/a", "UKRINFORM.UA", ""),
        ("https://ukrinform.ua/a", "Укрінформ", ""),
        ("https://ukrinform.ua/a", "facebook.com", ""),
        ("https://facebook.com/a", "ukrinform.ua", "claim: facebook.com (ukrinform.ua)"),
        ("https://archive.ph/AbC12", "ukrinform.ua", "claim: archive.ph (ukrinform.ua)"),
        ("https://bit.ly/1", "nobody-known.com", "claim: bit.ly (nobody-known.com)"),
        ("https://[::1]/", "ukrinform.ua", "claim: unreadable address (ukrinform.ua)"),
        ("https://other-name.net/a", "lies-daily.com", "mirror: other-name.net (lies-daily.com)"),
        ("https://t.me/s/lies/1", "", "channel: t.me/lies (lies-daily.com)"),
        ("https://inforos-site.com/a", "", "network: inforos-site.com (InfoRos)"),
        ("https://ukrinfrom.ua/a", "", "look-alike: ukrinfrom.ua (ukrinform.ua)"),
        (
            "https://ukrinfrom.ua/a",
            "ukrinform.ua",
            "look-alike: ukrinfrom.ua (ukrinform.ua); contradiction: ukrinfrom.ua (ukrinform.ua)",
        ),
        ("https://en.ukrinform.ua/a", "", "subdomain: en.ukrinform.ua (ukrinform.ua)"),
        ("https://en.other-name.net/a", "", "mirror: other-name.net (lies-daily.com)"),
        ("https://t.me/ukrinformua/1", "", "look-alike: t.me/ukrinformua (ukrinform.ua)"),
        ("https://contested.com/a", "", "conflict: contested.com (idiap reliable, GMF unreliable)"),
        ("https://uanews.example/a", "", "network: uanews.example (Portal Kombat)"),
        (
            "https://ukrinform.ltd/a",
            "",
            "network: ukrinform.ltd (Doppelganger, RRN); look-alike: ukrinform.ltd (ukrinform.ua)",
        ),
        ("https://ukrinf0rm.ua/a", "", ""),  # rated, and in no network: an outlet of a similar name
        ("https://goal.example/a", "", "sport: goal.example (not rated as a source of news)"),
        ("https://mail.portal.com/a", "", "aggregator: portal.com (not rated as a source of news)"),
        ("https://town.example/a", "", ""),
        ("https://news.paper.com/a", "paper.com", ""),  # one newsroom, under a host of its own
        ("", "ukrinform.ua", ""),
        ("", "", ""),
    ],
)
def test_notes_have_one_form(url: str, claim: str, note: str) -> None:
    assert _of(url, claim).note == note


def test_a_look_alike_in_another_script_gets_no_rating() -> None:
    found = _of("https://ukrіnform.ua/a", "ukrinform.ua")  # with a Cyrillic letter
    assert (found.rating, found.taken_for) == (None, "ukrinform.ua")
    punycode = "ukrіnform.ua".encode("idna").decode()
    assert _of(f"https://{punycode.upper()}/a", "ukrinform.ua") == found
