import pytest

from syto.sources.lookalikes import Lookalikes

KNOWN = Lookalikes.of(
    ["pravda.com.ua", "unian.net", "spiegel.de", "t.me/unian", "ukrinform.ua", "Ім'я", "gazeta.ru"]
)


@pytest.mark.parametrize(
    ("source", "original"),
    [
        ("pravda-com-ua.example", "pravda.com.ua"),
        ("pravda.com.ua.example.org", "pravda.com.ua"),
        ("uniаn.net", "unian.net"),  # with a Cyrillic letter
        ("un1an.net", "unian.net"),
        ("spiegel.ltd", "spiegel.de"),
        ("ukrinfrom.ua", "ukrinform.ua"),
        ("ukrinform1.com", "ukrinform.ua"),
        ("t.me/ukrinform", "ukrinform.ua"),
        ("t.me/pravda_com_ua", "pravda.com.ua"),
        ("t.me/gazetaru", "gazeta.ru"),
    ],
)
def test_what_is_made_to_look_like_a_known_domain(source: str, original: str) -> None:
    assert KNOWN.taken_for(source) == original


@pytest.mark.parametrize(
    "source",
    [
        "pravda.com.ua",
        "life.pravda.com.ua",
        "t.me/unian1",
        "t.me/gazeta_ru_life",
        "t.me/",
        "unian",
        "",
        "delfi.lt",
        "kr-gazeta.ru",
        "com.ua",
    ],
)
def test_what_only_shares_a_part_or_is_the_source_itself(source: str) -> None:
    assert KNOWN.taken_for(source) == ""
