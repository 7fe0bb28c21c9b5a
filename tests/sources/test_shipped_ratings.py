"""The ratings that ship: valid, each address in one row, and the facts that must not get lost."""

import pytest

from syto.labels.label_set import LabelSet
from syto.resources import resource
from syto.sources.domains import addresses_of
from syto.sources.registry import Registry
from syto.sources.weighing import RATINGS


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return Registry.shipped()


def test_the_values_are_the_reliability_labels_in_their_order() -> None:
    assert LabelSet.from_file(resource("labels/reliability.yaml")).ids == RATINGS


def test_every_value_is_used_often(shipped: Registry) -> None:
    values = [rating.rating for rating in shipped.ratings.values()]
    assert all(values.count(value) >= 20 for value in RATINGS)


def test_every_address_is_written_as_it_is_looked_up(shipped: Registry) -> None:
    text = resource("sources/ratings.csv").read_text(encoding="utf-8")
    for source, rating in shipped.ratings.items():
        assert f"\n{source}," in text
        assert all(addresses_of(alias)[0] == alias for alias in rating.aliases)


def test_no_alias_is_needless(shipped: Registry) -> None:
    for source, rating in shipped.ratings.items():
        assert [alias for alias in rating.aliases if source in addresses_of(alias)] == []
        assert len(set(rating.aliases)) == len(rating.aliases)


def test_a_source_is_its_own_canonical_name(shipped: Registry) -> None:
    assert all(shipped.canonical(source) == source for source in shipped.ratings)


@pytest.mark.parametrize(
    ("address", "source", "rating"),
    [
        ("https://life.pravda.com.ua/culture/2024/", "pravda.com.ua", "reliable"),
        ("https://ua.korrespondent.net/ukraine/", "korrespondent.net", "reliable"),
        ("https://ctrana.news/news/1.html", "strana.ua", "unreliable"),
        ("https://crimea.ria.ru/", "ria.ru", "unreliable"),
        ("https://t.me/rian_ru/1", "ria.ru", "unreliable"),
        ("https://ru.armeniasputnik.am/", "armeniasputnik.am", "unreliable"),
        ("https://az.sputniknews.ru/", "sputniknews.com", "unreliable"),
        ("https://arabic.riafan.ru/", "riafan.ru", "unreliable"),
        ("https://tass.com/world/1", "tass.ru", "unreliable"),
        ("https://www.unian.ua/war/", "unian.net", "reliable"),
        ("https://www.bbc.co.uk/news/1", "bbc.com", "reliable"),
        ("https://fakty.ictv.ua/ru/", "fakty.ictv.ua", "mixed"),
        ("https://news.rambler.ru/", "news.rambler.ru", "unreliable"),
    ],
)
def test_known_addresses(shipped: Registry, address: str, source: str, rating: str) -> None:
    found = shipped.rate(address)
    assert found is not None
    assert (found.source, found.rating) == (source, rating)


def test_neighbours_of_a_rated_subdomain_are_unrated(shipped: Registry) -> None:
    assert shipped.rate("https://kino.rambler.ru/") is None
    assert shipped.rate("https://www.ictv.ua/") is None
    assert shipped.rate("https://www.forbes.com/") is None


@pytest.fixture(scope="module")
def consulted() -> Registry:
    return Registry.consulted()


@pytest.mark.parametrize(
    "address",
    [
        *("pravda.com.ua", "epravda.com.ua", "ukrinform.ua", "nv.ua", "zn.ua", "liga.net"),
        *("hromadske.ua", "suspilne.media", "tsn.ua", "rbc.ua", "unian.net", "radiosvoboda.org"),
        *("interfax.com.ua", "babel.ua", "lb.ua", "mind.ua", "rubryka.com", "detector.media", "bbc.com"),
        *("meduza.io", "tvrain.tv", "novayagazeta.eu", "theins.ru", "zona.media", "svoboda.org"),
        *("dw.com", "reuters.com", "apnews.com", "afp.com", "theguardian.com", "nytimes.com"),
        *("washingtonpost.com", "ft.com", "lemonde.fr", "spiegel.de", "aljazeera.com", "dailymail.co.uk"),
        *("kyivindependent.com", "kyivpost.com", "charter97.org", "kavkaz-uzel.eu"),
    ],
)
def test_a_newsroom_of_repute_is_never_worse_than_mixed(consulted: Registry, address: str) -> None:
    rating = consulted.rate(address)
    assert rating is None or rating.rating in ("reliable", "mixed")


@pytest.mark.parametrize(
    ("address", "rating", "raters"),
    [
        ("https://svpressa.ru/1", "unreliable", "EUvsDisinfo"),
        ("https://novorosinform.org/1", "unreliable", "EUvsDisinfo"),
        ("https://nevnov.ru/1", "unreliable", "US Treasury"),
        ("https://www.theguardian.com/1", "reliable", "Lin et al.; idiap"),
        ("https://www.aljazeera.com/1", "mixed", "Lin et al.; idiap"),  # they contradict each other
        ("https://www.thesun.co.uk/1", "mixed", "Lin et al.; idiap"),  # one score alone says unreliable
    ],
)
def test_public_lists_are_consulted(consulted: Registry, address: str, rating: str, raters: str) -> None:
    found = consulted.rate(address)
    assert found is not None
    assert (found.rating, found.rater) == (rating, raters)


def test_no_list_moves_what_was_checked_by_hand(shipped: Registry, consulted: Registry) -> None:
    assert {source: consulted.rate(source) for source in shipped.ratings} == dict(shipped.ratings)


def test_what_training_reads_knows_no_list(shipped: Registry) -> None:
    for address in ("theguardian.com", "svpressa.ru", "nevnov.ru", "abcnews.go.com"):
        assert shipped.rate(address) is None
    assert shipped.canonical("abcnews.go.com") == "go.com"
