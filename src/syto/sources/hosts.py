"""The host of an address, read as a browser reads it."""

import re
import unicodedata
from urllib.parse import unquote

_LABEL = r"[\w-]{1,63}"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})+")
SCHEME = re.compile(r"https?:[/\\]*|[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LEFT_OUT = str.maketrans("", "", "\t\r\n")  # of an address, as browsers do
_MAX_HOST = 253  # characters, RFC 1035


def host_of(url: str) -> str:
    """Return the host of an address in lower-case Unicode, without port and `www.`; empty for no address."""
    authority = parts_of(url)[0].rpartition("@")[2]
    host = _plain(unquote(authority.partition(":")[0][: 3 * _MAX_HOST])).rstrip(".")
    if len(host) > _MAX_HOST or not _HOST.fullmatch(host):
        return ""
    host = _plain(".".join(_decoded(label) for label in host.split(".")))
    return host.removeprefix("www.") if host.count(".") > 1 else host


def parts_of(url: str) -> tuple[str, str, str]:
    """Split an address, with or without its scheme, into authority, path, and query with fragment."""
    text = url.strip().translate(_LEFT_OUT)
    scheme = SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text.removeprefix("//")
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    after = rest[len(authority) :]
    path = re.split(r"[?#]", after, maxsplit=1)[0]
    return authority, path, after[len(path) :]


def _plain(host: str) -> str:
    """Write full-width letters and dots as plain ones, all in lower case."""
    return unicodedata.normalize("NFKC", host).replace("。", ".").lower()


def _decoded(label: str) -> str:
    """Turn one punycode label into Unicode; a broken one stays as it is."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label
