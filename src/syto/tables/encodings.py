"""Which encoding a text file is in, and its lines without stray NULs.

charset-normalizer is not used: its 3.5 takes a short file in Windows-1251 for Japanese or Chinese and gives
up on UTF-8 with one damaged byte or cut inside a character. Plain rules tell the four apart that matter.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

from syto.errors import UserError
from syto.tables.table import Table, empty

_HEAD = 1 << 20  # bytes that decide
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


def has_mark(path: Path) -> bool:
    """Tell whether a file begins with a byte-order mark."""
    with path.open("rb") as stream:
        return stream.read(4).startswith(tuple(mark for mark, _ in _BOMS))


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


def decoded_lines(table: Table) -> Iterator[str]:
    """Yield the lines of a text with their ends; bytes that cannot be decoded become U+FFFD.

    An empty text and an unknown encoding are a `UserError`.
    """
    with table.path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip(_NOTHING):
        raise empty(table.name)
    name = _known(table.encoding, table.name) if table.encoding else find_encoding(head)
    with table.path.open(encoding=name, errors="replace", newline="") as text:
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
