import time

import pytest

from syto.sources.domains import source_of
from syto.sources.wrappers import DEPTH, unwrapped

WAYBACK = "https://web.archive.org/web/2020/"


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("https://web.archive.org/web/20200101000000/https://www.pravda.com.ua/news/1", "pravda.com.ua"),
        ("https://web.archive.org/web/20200101000000if_/http://ria.ru:80/x?a=1", "ria.ru"),
        ("http://web.archive.org/web/2020*/ria.ru", "ria.ru"),
        ("web.archive.org/web/https:/ria.ru/x", "ria.ru"),  # with a slash lost
        ("https://web.archive.org/web/2020/https%3A%2F%2Fria.ru%2Fx", "ria.ru"),
        ("https://web.archive.org/save/https://ria.ru/x", "ria.ru"),
        ("https://archive.org/web/2020/https://ria.ru/x", "ria.ru"),
        ("https://archive.ph/2022.03.01-120000/https://ria.ru/x", "ria.ru"),
        ("https://archive.today/newest/http://ria.ru/", "ria.ru"),
        ("https://archive.is/https://ria.ru/x", "ria.ru"),
        ("https://archive.md/o/aBc12/https://ria.ru/x", "ria.ru"),
        ("https://archive.vn/?run=1&url=https%3A%2F%2Fria.ru%2Fx", "ria.ru"),
        ("https://archive.li/2020/t.me/s/rian_ru/5", "t.me/rian_ru"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fria.ru%2Fx%3Fa%3D1&h=AT0", "ria.ru"),
        ("https://lm.facebook.com/l.php?u=https%3A%2F%2Fria.ru", "ria.ru"),
        ("https://www.facebook.com/sharer/sharer.php?u=https://ria.ru/", "ria.ru"),
        ("https://www.google.com/url?sa=t&q=&url=https%3A%2F%2Fria.ru%2Fx&usg=A", "ria.ru"),
        ("https://www.google.com.ua/url?q=https://ria.ru/x&sa=D", "ria.ru"),
        ("https://www.google.com/amp/s/www.bbc.com/news/amp/1", "bbc.com"),
        ("https://www-pravda-com-ua.translate.goog/news/1?_x_tr_sl=uk&_x_tr_tl=en", "pravda.com.ua"),
        ("https://news--front-info.translate.goog/", "news-front.info"),
        ("https://xn----b1amarcd-xn----j1amh.translate.goog/", "новини.укр"),
        ("https://translate.google.com/translate?sl=uk&u=http://ria.ru/x", "ria.ru"),
        ("https://www-bbc-com.cdn.ampproject.org/c/s/www.bbc.com/news/1", "bbc.com"),
        ("https://www-bbc-com.cdn.ampproject.org/", "bbc.com"),
        ("https://pravda-com.cdn.ampproject.org/v/s/evil.example/x", "evil.example"),  # what it shows
        ("https://out.reddit.com/t3_1?url=https%3A%2F%2Fria.ru%2Fx&token=A", "ria.ru"),
        ("https://vk.com/away.php?to=https%3A%2F%2Fria.ru%2Fx&utf=1", "ria.ru"),
        ("https://m.vk.com/away?to=https%3A%2F%2Fria.ru", "ria.ru"),
        ("https://www.youtube.com/redirect?event=d&q=https%3A%2F%2Fria.ru", "ria.ru"),
        ("https://t.me/iv?url=https%3A%2F%2Fria.ru%2Fx&rhash=1", "ria.ru"),
        ("https://t.me/share/url?url=https://ria.ru/x", "ria.ru"),
        ("https://t.me/s/rian_ru/5", "t.me/rian_ru"),
        ("https://web.telegram.org/k/#@rian_ru", "t.me/rian_ru"),
        ("https://web.telegram.org/a/#?tgaddr=tg%3A%2F%2Fresolve%3Fdomain%3Drian_ru", "t.me/rian_ru"),
        ("HTTPS://WEB.ARCHIVE.ORG./WEB/2020/HTTPS://RIA.RU/", "ria.ru"),
    ],
)
def test_what_an_address_stands_for_is_its_source(address: str, source: str) -> None:
    assert source_of(address) == source


@pytest.mark.parametrize(
    "address",
    [
        "https://archive.ph/AbC12",
        "https://archive.ph/AbC12/ria.ru",
        "https://archive.today/wip/AbC12",
        "archive.is",
        "https://web.archive.org/",
        "https://ghostarchive.org/archive/AbC12",
        "https://news.google.com/articles/CBMi",
        "https://bit.ly/3abc",
        "https://t.co/abc",
        "https://l.facebook.com/l.php?h=AT0",
        "https://www.google.com/url?q=слово",
        "https://vk.com/away.php",
        "https://web.telegram.org/k/#-100123",
        "https://translate.google.com/",
        "https://translate.goog/",
        "https://a-ua.translate.goog/?_x_tr_hp=ukrinform-",  # the host goes on in a parameter
        # Two targets: which of them is opened is for the redirect to say.
        "https://l.facebook.com/l.php?u=https://evil.example/&u=https://ukrinform.ua/",
        "https://www.google.com/url?q=https://evil.example/&url=https://ukrinform.ua/",
    ],
)
def test_what_cannot_be_told_without_opening_it_is_unknown(address: str) -> None:
    assert source_of(address) == ""


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("https://ria.ru/web/2020/https://ukrinform.ua", "ria.ru"),
        ("https://ria.ru/url?q=https://ukrinform.ua", "ria.ru"),
        ("https://google.example/url?q=https://ukrinform.ua", "google.example"),
        ("https://web.archive.org.evil.com/web/2020/https://ukrinform.ua", "evil.com"),
        ("https://archive.org/details/x", "archive.org"),
        ("https://vk.com/wall-1_2?to=https://ukrinform.ua", "vk.com"),
        ("https://www.facebook.com/page/posts/1", "facebook.com"),
        (WAYBACK + "https://evil.example/?u=https://ukrinform.ua", "evil.example"),
        (WAYBACK + "https://ukrinform.ua@evil.example/", "evil.example"),
        (
            "https://l.facebook.com/l.php?h=1%26u%3Dhttps://ukrinform.ua&u=https://evil.example/",
            "evil.example",
        ),
    ],
)
def test_an_address_of_somebody_else_does_not_lend_a_name(address: str, source: str) -> None:
    assert source_of(address) == source


def test_addresses_inside_each_other_are_opened_to_a_depth() -> None:
    assert source_of(
        "https://l.facebook.com/l.php?u=https%3A%2F%2Farchive.ph%2F2020%2Fhttp%3A%2F%2Fria.ru"
    ) == ("ria.ru")
    assert unwrapped(WAYBACK * DEPTH + "https://ria.ru/") == "https://ria.ru/"
    assert unwrapped(WAYBACK * (DEPTH + 1) + "https://ria.ru/") == ""


@pytest.mark.parametrize("hostile", [WAYBACK * 50_000, "https://l.facebook.com/l.php?" + "u=a.ua&" * 200_000])
def test_a_megabyte_of_wrappers_does_no_harm(hostile: str) -> None:
    start = time.perf_counter()
    source_of(hostile)
    assert time.perf_counter() - start < 5
