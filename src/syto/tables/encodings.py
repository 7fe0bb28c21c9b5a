"""Which encoding a text file is in, and its lines without stray NULs.

charset-normalizer is not used: its 3.5 takes a short file in Windows-1251 for Japanese or Chinese and gives
up on UTF-8 with one damaged byte or cut inside a character. How common the letters are that come out tells
those apart that matter.
"""

import codecs
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import IO, AnyStr

import pyarrow as pa

from syto.errors import UserError
from syto.tables.table import Table, empty, unreadable

LINE_LIMIT = 1 << 26  # bytes or characters of one line
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
_SINGLE_BYTE = ("cp1251", "koi8-u", "cp866")  # of two that are as likely the first
_BY_LINE = ("utf-8", "utf-8-sig", *_SINGLE_BYTE)
# Ukrainian and Russian letters from the most to the least frequent: the rank is what one costs.
_COSTS = {letter: cost for cost, letter in enumerate("оаинетіврслкдмупязьбгчхйжшюцщїєфыэґёъ")}
_COSTS |= {letter.upper(): cost + 2 for letter, cost in _COSTS.items()}
_COSTS |= dict.fromkeys("«»—–“”„’…№ʼ\u00a0", 15)
_STRANGE = 60  # what any other character outside ASCII costs
_HUMP = re.compile("[а-яіїєґ][А-ЯІЇЄҐ]")  # a capital inside a word: the letters of KOI8 read as Windows-1251


def needs_mark(table: Table) -> bool:
    """Tell whether Excel needs a mark in what is made of a text file: this has one, or is not UTF-8."""
    with table.open() as stream:
        head = stream.read(_HEAD)
    return head.startswith(tuple(mark for mark, _ in _BOMS)) or _encoding(table, head) != "utf-8"


def find_encoding(head: bytes) -> str:
    """Return the encoding of what begins with `head`: UTF-8, -16 or -32, Windows-1251, KOI8-U or CP866."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    return _utf16_without_mark(head) or _likeliest(head)


def _utf16_without_mark(head: bytes) -> str:
    pairs = len(head) // 2
    if pairs < 2:
        return ""
    for name, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        high = head[offset : 2 * pairs : 2]
        if sum(high.count(byte) for byte in _HIGH_BYTES) >= 0.7 * pairs:
            return name
    return ""


def _likeliest(raw: bytes) -> str:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(raw)  # a character may be cut at the end
        return "utf-8"
    except UnicodeDecodeError:
        return min(("utf-8", *_SINGLE_BYTE), key=lambda name: _strangeness(raw.decode(name, "replace")))


def _strangeness(text: str) -> int:
    letters = Counter(text)
    cost = sum(count * _COSTS.get(sign, _STRANGE) for sign, count in letters.items() if not sign.isascii())
    return cost + _STRANGE * len(_HUMP.findall(text))


def decoded(raw: bytes, encoding: str) -> str:
    """Decode a line of a file in `encoding`; one that was pasted in from another file is read in its own.

    Bytes that cannot be decoded become U+FFFD.
    """
    if raw.isascii():
        return raw.decode("ascii")
    likeliest = _likeliest(raw)
    if encoding == likeliest or (encoding in _SINGLE_BYTE and likeliest != "utf-8"):
        return raw.decode(encoding, "replace")
    return min((raw.decode(name, "replace") for name in (encoding, likeliest)), key=_strangeness)


def decode(raw: bytes, table: Table) -> str:
    """Decode a whole text in the encoding that the table gives, or the likeliest."""
    text = raw.decode(_encoding(table, raw[:_HEAD]), "replace")
    return text.replace("\x00", "").removeprefix("\ufeff")


def decoded_lines(table: Table) -> Iterator[str]:
    """Yield the lines of a text with their ends; bytes that cannot be decoded become U+FFFD.

    A lone carriage return ends a line only in a file that has no other ends. An empty text, an unknown
    encoding, a line over `LINE_LIMIT` and a packed file that is damaged are a `UserError`.
    """
    try:
        with table.open() as stream:
            head = stream.read(_HEAD)
        if not head.strip(_NOTHING):
            raise empty(table.name)
        name = _encoding(table, head)
        with table.open() as stream:
            first = True
            for line in _lines(stream, name, head, by_line=not table.encoding and name in _BY_LINE):
                line = line.replace("\x00", "")
                yield line.removeprefix("\ufeff") if first else line
                first = False
    except (OSError, pa.ArrowException) as error:
        raise unreadable(table.name, f"a {table.format.name} file", error) from error
    except _TooLongError as error:
        message = f"{table.name} has a line of over {LINE_LIMIT:,} characters; is it a table?"
        raise UserError(message) from error


def _lines(stream: IO[bytes], name: str, head: bytes, by_line: bool) -> Iterator[str]:
    feeds = "\n" in head.decode(name, "replace")
    if by_line and feeds:
        encoding = name.removesuffix("-sig")
        yield from (decoded(raw, encoding) for raw in _limited(stream))
    else:
        with io.TextIOWrapper(stream, name, "replace", newline="\n" if feeds else "\r") as text:
            yield from _limited(text)


def _limited(stream: IO[AnyStr]) -> Iterator[AnyStr]:
    while line := stream.readline(LINE_LIMIT):
        if len(line) == LINE_LIMIT:
            raise _TooLongError
        yield line


class _TooLongError(Exception):
    """A line that would fill the memory."""


def _encoding(table: Table, head: bytes) -> str:
    if not table.encoding:
        return find_encoding(head)
    try:
        return codecs.lookup(table.encoding).name
    except LookupError:
        raise UserError(
            f"{table.name}: encoding {table.encoding!r} is unknown; try utf-8, utf-16 or windows-1251"
        ) from None
