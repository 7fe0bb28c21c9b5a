"""Which encoding a text file is in, and its lines without stray NULs."""

import codecs
import io
from collections.abc import Iterator
from typing import IO

from syto.errors import UserError

HEAD = 1 << 20  # bytes that decide
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOTHING = b"".join(mark for mark, _ in _BOMS) + b"\x00 \r\n\t"
_HIGH_BYTES = b"\x00\x04"  # of Latin and Cyrillic letters in UTF-16
_DAMAGED = 0.1  # UTF-8 with a few bad bytes has fewer of them than this share of its non-ASCII characters


def find_encoding(head: bytes) -> str:
    """Return the encoding of a file that begins with `head`: UTF-8, UTF-16, UTF-32 or Windows-1251."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if name := _utf16_without_mark(head):
        return name
    return "utf-8" if _is_utf8(head) else "cp1251"


def _utf16_without_mark(head: bytes) -> str:
    pairs = len(head) // 2
    if pairs < 2:
        return ""
    for name, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        high = head[offset : 2 * pairs : 2]
        if sum(high.count(byte) for byte in _HIGH_BYTES) >= 0.7 * pairs:
            return name
    return ""


def _is_utf8(head: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")  # a character may be cut at the end
    text = decoder.decode(head)
    bad = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return bad <= _DAMAGED * foreign


class _Rejoined(io.RawIOBase):
    """A stream whose head was read already, whole again: pipes cannot be rewound."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        chunk = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(chunk) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


def decoded_lines(stream: IO[bytes], encoding: str | None, where: str) -> Iterator[str]:
    """Yield the lines of a text with their ends; bytes that cannot be decoded become U+FFFD.

    An empty text and an unknown encoding are a `UserError` that names `where`.
    """
    head = stream.read(HEAD)
    if not head.strip(_NOTHING):
        raise UserError(f"{where} is empty: it has no rows and no column names")
    name = _known(encoding, where) if encoding else find_encoding(head)
    whole = io.BufferedReader(_Rejoined(head, stream), HEAD)
    with io.TextIOWrapper(whole, name, errors="replace", newline="") as text:
        first = True
        for line in text:
            line = line.replace("\x00", "")
            yield line.removeprefix("\ufeff") if first else line  # an encoding was given and there is a mark
            first = False


def _known(encoding: str, where: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise UserError(
            f"{where}: encoding {encoding!r} is unknown; try utf-8, utf-16 or windows-1251"
        ) from None
