"""From an address or a name to the source behind it: a registrable domain, a Telegram channel or a name."""

import re
import unicodedata
from functools import cache, lru_cache
from urllib.parse import parse_qs, urlsplit

from tldextract import TLDExtract

from syto.sources.hosts import SCHEME, host_of, parts_of
from syto.sources.wrappers import unwrapped

_MENTION = re.compile(r"@(\w{2,})")
_TELEGRAM_HOSTS = ("t.me", "telegram.me", "telegram.dog")


def source_of(url_or_name: str) -> str:
    """Return `example.com`, `t.me/channel`, or any other name in lower case; empty for nothing.

    An archive, a redirect or a translation is looked through; where what it stands for is unknown: empty.
    """
    return addresses_of(url_or_name)[-1]


def name_of(host: str) -> str:
    """Return what stands before the public suffix: `pravda` of pravda.com.ua."""
    return _extractor()(host).domain or host


@lru_cache(maxsize=1_024)  # one row asks for its rating, its name, its network and its claim
def addresses_of(url_or_name: str) -> tuple[str, ...]:
    """Return the keys under which a source may be listed: the full host first, `source_of` last."""
    text = unwrapped(url_or_name.strip())
    channel = _telegram_channel(text)
    if channel:
        return (f"t.me/{channel}",)
    host = host_of(text)
    if not host:
        return ("" if SCHEME.match(text) else _name(text),)
    labels = host.split(".")
    spare = len(labels) - len(_registrable(host).split("."))
    return tuple(".".join(labels[start:]) for start in range(spare + 1))


def _name(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text.lower()).split())


def _telegram_channel(text: str) -> str:
    mention = _MENTION.fullmatch(text)
    if mention:
        return mention[1].lower()
    if text.lower().startswith("tg://resolve?"):
        return parse_qs(urlsplit(text).query).get("domain", [""])[0].lower()
    host = host_of(text)
    if host.endswith(".t.me"):
        return host.removesuffix(".t.me")
    return _channel_in_path(text) if host in _TELEGRAM_HOSTS else ""


def _channel_in_path(text: str) -> str:
    steps = [step for step in parts_of(text)[1].split("/") if step]
    if steps[:1] == ["s"]:  # the web preview of a channel
        steps = steps[1:]
    if not steps:
        return ""
    if steps[0] in ("c", "joinchat"):  # a private channel has no name, only a number or an invitation
        return "/".join(steps[:2])
    return steps[0] if steps[0].startswith("+") else steps[0].lower()  # invitations are case-sensitive


@lru_cache(maxsize=65_536)
def _registrable(host: str) -> str:
    """Return the registrable domain; an IP address or a host under no public suffix is its own."""
    return _extractor()(host).top_domain_under_public_suffix or host


@cache
def _extractor() -> TLDExtract:
    # The snapshot of the Public Suffix List inside tldextract: no network, no cache folder.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
