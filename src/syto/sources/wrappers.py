"""Addresses that stand for another one: archives, redirects, translations, copies for telephones.

What cannot be told from the address alone, such as a short link, is unknown: nothing is fetched.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, unquote

from syto.sources.hosts import host_of, parts_of

DEPTH = 5  # of addresses inside each other; what lies deeper is unknown
_ESCAPED = re.compile(r"(https?|tg)%3a", re.IGNORECASE)  # the start of an address that is escaped as a whole
# (host, path, query with fragment) → the address inside, "" where it is unknown, None where there is none
_Rule = Callable[[str, str, str], str | None]


def unwrapped(address: str) -> str:
    """Return the address that another one stands for; itself for most, empty where that cannot be told."""
    for _ in range(DEPTH + 1):
        inside = _inside(address)
        if inside is None:
            return address
        address = inside
    return ""


def _inside(address: str) -> str | None:
    host = host_of(address)
    rule = _RULES.get(host) or _RULES.get(host.partition(".")[2])  # each page has a host under translate.goog
    return rule(host, *parts_of(address)[1:]) if rule else None


def _found(text: str) -> str:
    """Return what stands inside if it is an address."""
    text = unquote(text) if _ESCAPED.match(text) else text
    return text if host_of(text) or text.lower().startswith("tg://") else ""


def _unknown(_host: str, _path: str, _rest: str) -> str:
    return ""


def _in_path(before: str, otherwise: str | None = "") -> _Rule:
    """The address follows in the path; the query is its own."""
    start = re.compile(before, re.IGNORECASE)

    def rule(_host: str, path: str, rest: str) -> str | None:
        match = start.match(path)
        return _found(path[match.end() :] + rest) if match else otherwise

    return rule


def _in_query(names: str, pages: str = "") -> _Rule:
    """A parameter of these pages, else of any, is the address; where two of them differ, it is unknown."""
    page = re.compile(pages or ".*", re.IGNORECASE)

    def rule(_host: str, path: str, rest: str) -> str | None:
        if not page.fullmatch(path.rstrip("/")):
            return None
        query = parse_qs(rest.partition("#")[0].removeprefix("?"))
        found = {_found(value) for name in names.split() for value in query.get(name, ())} - {""}
        return found.pop() if len(found) == 1 else ""

    return rule


def _in_host(host: str, _path: str, rest: str) -> str:
    """Undo what Google does to a host: dots as hyphens, hyphens doubled; unknown where it did more."""
    label, _, parent = host.partition(".")
    more = re.search(r"[?&]_x_tr_(hp|enc)=", rest) or not label.isascii()
    if more or parent not in _RULES:
        return ""
    return _found(re.sub(r"(?<!-)-(?!-)", ".", label).replace("--", "-"))


def _in_fragment(_host: str, _path: str, rest: str) -> str:
    """A channel stands behind the hash of web.telegram.org, by its name or as a `tg://` address."""
    fragment = rest.partition("#")[2]
    if fragment.startswith("?"):
        return _found("".join(parse_qs(fragment[1:]).get("tgaddr", ())))
    name = re.fullmatch(r"(?:/im\?p=)?(@\w+)", fragment)
    return name[1] if name else ""


def _first(*rules: _Rule) -> _Rule:
    """The first rule that finds an address not to stand for itself."""

    def rule(host: str, path: str, rest: str) -> str | None:
        return next((found for each in rules if (found := each(host, path, rest)) is not None), None)

    return rule


def _hosts(names: str, endings: str) -> str:
    return " ".join(f"{name}.{ending}" for name in names.split() for ending in endings.split())


_COUNTRIES = "com com.ua ru by kz md ge pl sk hu ro cz lt lv ee de fr it es co.uk ca com.tr"
_TABLE: Mapping[str, _Rule] = {
    # archives
    "web.archive.org wayback.archive.org": _in_path(r"/(web|save)/([\d*]+[a-z_]*/)?|/\d+[a-z_]*/"),
    "archive.org": _in_path(r"/web/[\d*]+[a-z_]*/", None),
    _hosts("archive", "ph today is li md vn fo"): _first(
        _in_path(r"/([\d.-]{4,}|newest|oldest|timegate|o/\w+)/|/(?=https?(:|%3a))", None), _in_query("url")
    ),
    "ghostarchive.org perma.cc webcache.googleusercontent.com": _unknown,
    # redirects
    "l.facebook.com lm.facebook.com l.instagram.com l.messenger.com": _in_query("u"),
    "facebook.com": _in_query("u", r"/l\.php|/flx/warn|/sharer(/sharer)?\.php"),
    "out.reddit.com": _in_query("url"),
    "vk.com": _in_query("to", r"/away(\.php)?"),
    "youtube.com": _in_query("q", "/redirect"),
    "t.me telegram.me": _in_query("url", "/iv|/share|/share/url"),
    "web.telegram.org": _in_fragment,
    _hosts("google", _COUNTRIES): _first(_in_query("q url", "/url"), _in_path("/amp/(s/)?", None)),
    # translations, copies for telephones
    "translate.goog": _in_host,
    _hosts("translate.google", _COUNTRIES): _in_query("u"),
    "cdn.ampproject.org": _first(_in_path("/[a-z]/(s/)?", None), _in_host),
    # a number or a short code in place of the address
    "news.google.com": _unknown,
    "t.co bit.ly tinyurl.com goo.gl is.gd ow.ly buff.ly cutt.ly clck.ru fb.me lnkd.in": _unknown,
}
_RULES: Mapping[str, _Rule] = {host: rule for hosts, rule in _TABLE.items() for host in hosts.split()}
