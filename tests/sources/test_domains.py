import time

import pytest

from syto.sources.domains import addresses_of, source_of
from syto.sources.hosts import host_of


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://life.pravda.com.ua/culture/1", "life.pravda.com.ua"),
        ("HTTPS://WWW.BBC.com:443/news?x=https://ria.ru", "bbc.com"),
        ("//ria.ru/a", "ria.ru"),
        ("www.nv.ua/ukr", "nv.ua"),
        ("https://user:word@tsn.ua./x", "tsn.ua"),
        ("https://a.ua/new page?q=1 2", "a.ua"),
        ("https://новини.укр/а", "новини.укр"),
        ("https://xn--b1amarcd.xn--j1amh/a", "новини.укр"),
        ("https://xn--\u0434.ua/", "xn--\u0434.ua"),  # broken punycode stays
        ("https://", ""),
        ("Москва Live", ""),
        ("", ""),
    ],
)
def test_host_of_an_address_is_plain_unicode(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ("https://life.pravda.com.ua/culture/1", "pravda.com.ua"),
        ("https://ua.korrespondent.net/x", "korrespondent.net"),
        ("https://sport.bbc.co.uk/x", "bbc.co.uk"),
        ("https://someone.blogspot.com/x", "someone.blogspot.com"),
        ("http://10.0.0.1:8000/x", "10.0.0.1"),
        ("http://news.unknownsuffix/x", "news.unknownsuffix"),
        ("https://t.me/rian_ru/123", "t.me/rian_ru"),
        ("https://t.me/s/Rian_Ru?before=5", "t.me/rian_ru"),
        ("telegram.me/rian_ru", "t.me/rian_ru"),
        ("https://telegram.dog/rian_ru", "t.me/rian_ru"),
        ("https://rian_ru.t.me/12", "t.me/rian_ru"),
        ("tg://resolve?domain=rian_ru&post=1", "t.me/rian_ru"),
        ("@Rian_ru", "t.me/rian_ru"),
        ("https://t.me/c/12345/6", "t.me/c/12345"),
        ("https://t.me/+AbC", "t.me/+AbC"),
        ("https://t.me/", "t.me"),
        ("  Москва  Live ", "москва live"),
        ("https:///no-host", ""),
        ("   ", ""),
    ],
)
def test_source_of_an_address_or_a_name(given: str, source: str) -> None:
    assert source_of(given) == source
    assert source_of(source) == source


def test_addresses_go_from_the_full_host_to_the_registrable_domain() -> None:
    assert addresses_of("https://a.b.com.ua/x") == ("a.b.com.ua", "b.com.ua")
    assert addresses_of("https://com.ua") == ("com.ua",)
    assert addresses_of("https://t.me/name/1") == ("t.me/name",)


@pytest.mark.parametrize(
    "hostile", ["a." * 500_000, "/" * 1_000_000, "xn--" * 250_000, "@" + "a" * 1_000_000 + "!"]
)
def test_a_megabyte_in_the_address_column_does_no_harm(hostile: str) -> None:
    start = time.perf_counter()
    source_of(hostile)
    assert time.perf_counter() - start < 2
