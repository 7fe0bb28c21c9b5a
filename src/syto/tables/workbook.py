"""The cells of an xlsx workbook, read as a stream: a sheet of any length takes little memory.

openpyxl is not used: it keeps all shared texts and a stub of every row, and drops the links while it streams.
fastexcel is not, since it lays out every cell up to the last one, which two cells can put 17 billion apart,
and gives a column one type. What is hostile is refused: entities, members that unpack to far more than they
are, texts that no cell of Excel holds.
"""

import posixpath
import re
import zlib
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from tempfile import SpooledTemporaryFile
from typing import Literal
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from syto.errors import UserError, did_you_mean
from syto.tables.table import Table, unreadable

TEXT_LIMIT = 1 << 20  # characters of one cell; Excel's own limit is 32,767
_BOMB_BYTES, _BOMB_RATIO = 1 << 26, 200  # a member that unpacks to more than both was made to do harm
# What the libraries raise for a zip or an XML that is damaged.
BROKEN = (BadZipFile, expat.ExpatError, zlib.error, OSError, LookupError, ValueError, RuntimeError, EOFError)
_MAX_LINKS = 65_530  # of a sheet, which is also Excel's limit
_LAST_COLUMN = 16_384
_CHUNK = 1 << 16
_IN_MEMORY = 1 << 25  # bytes of shared texts; more of them wait on disk
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d*)", re.ASCII)
# Number formats that Excel has without writing them down.
_DATES, _TIMES, _DATETIMES, _ELAPSED = (14, 15, 16, 17), (18, 19, 20, 21, 45, 47), (22,), (46,)
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)

Cells = dict[int, object]  # column from 0 → value of a cell with anything in it
Links = dict[tuple[int, int], str]  # row from 1, column from 0 → address
Kind = Literal["number", "date", "time", "datetime", "elapsed"]
Handler = Callable[[str, Mapping[str, str]], object]  # takes the local name and attributes of an element


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of an open workbook."""

    archive: ZipFile
    member: str
    strings: "_Strings"
    kinds: list[Kind]  # style → what a number of it is
    epoch: datetime

    def rows(self, links: Links | None = None) -> Iterator[tuple[int, Cells]]:
        """Yield number and filled cells of each row that is written down; fill `links` at the end."""
        reader = _RowReader(self)
        last = 0
        for _ in parse(self.archive, self.member, reader.start, reader.end, reader.text):
            for number, cells in reader.take():
                if number <= last:
                    raise ValueError("its rows are out of order")
                last = number
                yield number, cells
        if links is not None and reader.targets:
            addresses = _relations(self.archive, self.member)
            links |= {at: addresses[key][0] for at, key in reader.targets.items() if key in addresses}


@contextmanager
def open_sheet(table: Table) -> Iterator[Sheet]:
    """Open the sheet of a workbook that `table` names; whatever is wrong with it is a `UserError`."""
    try:
        with ZipFile(table.path) as archive, _Strings() as strings:
            check_sizes(archive, table.name)
            parts = {kind: path for path, kind in _relations(archive, "").values()}
            book = parts.get("officeDocument", "xl/workbook.xml")
            parts = {kind: path for path, kind in _relations(archive, book).values()}
            if member := parts.get("sharedStrings"):
                strings.read(archive, member)
            names, epoch = _sheets(archive, book)
            kinds = _kinds(archive, parts["styles"]) if "styles" in parts else []
            yield Sheet(archive, names[choose_sheet(list(names), table)], strings, kinds, epoch)
    except BadZipFile as error:
        raise UserError(_no_zip(table, error)) from error
    except BROKEN as error:
        raise unreadable(table.name, "an Excel workbook (xlsx)", error) from error


def _no_zip(table: Table, error: Exception) -> str:
    with table.path.open("rb") as stream:
        if stream.read(4) == b"\xd0\xcf\x11\xe0":
            return f"{table.name} is an old or a protected workbook; take off its password, or name it .xls"
    return str(unreadable(table.name, "an Excel workbook (xlsx)", error))


def check_sizes(archive: ZipFile, where: str) -> None:
    """Raise `UserError` for an archive with a member that unpacks to far more than it is."""
    for member in archive.infolist():
        if member.file_size > max(_BOMB_BYTES, _BOMB_RATIO * member.compress_size):
            raise UserError(
                f"{where} would fill the memory: {member.filename} unpacks from {member.compress_size:,} to "
                f"{member.file_size:,} bytes; open it in Excel and save it anew"
            )


def parse(
    archive: ZipFile,
    member: str,
    start: Handler,
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> Iterator[None]:
    """Call the handlers with what a member holds, and yield after each piece of it."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
            yield
    parser.Parse(b"", True)
    yield


def _refuse_doctype(*_: object) -> None:
    raise ValueError("it declares entities, which no workbook needs")


def _elements(archive: ZipFile, member: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    found: list[tuple[str, Mapping[str, str]]] = []
    for _ in parse(archive, member, lambda tag, attributes: found.append((tag, attributes))):
        yield from found
        found.clear()


def _relations(archive: ZipFile, member: str) -> dict[str, tuple[str, str]]:
    """Return id → path in the archive (or address) and last word of the type of what a member refers to."""
    folder, name = posixpath.split(member)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.namelist():
        return {}
    found = {}
    for tag, at in _elements(archive, path):
        if tag == "Relationship":
            target = at["Target"]
            if at.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[at["Id"]] = target, at.get("Type", "").rpartition("/")[2]
    return found


def _sheets(archive: ZipFile, book: str) -> tuple[dict[str, str], datetime]:
    """Return name → member of the sheets with cells, and the day that dates are counted from."""
    targets = _relations(archive, book)
    names, epoch = {}, datetime(1899, 12, 30)
    for tag, at in _elements(archive, book):
        if tag == "workbookPr" and at.get("date1904") in ("1", "true"):
            epoch = datetime(1904, 1, 1)
        key = next((value for name, value in at.items() if name.endswith(":id")), "")
        if tag == "sheet" and key in targets and targets[key][1] == "worksheet":
            names[at["name"]] = targets[key][0]
    return names, epoch


def choose_sheet(names: list[str], table: Table) -> str:
    """Return the sheet that the table wants, by name or number; one that is missing is a `UserError`."""
    wanted = 1 if table.sheet is None else table.sheet
    if wanted in names:
        return str(wanted)
    if str(wanted).isdecimal() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    if not names:
        raise ValueError("it has no sheet with cells")
    raise UserError(f"{table.name} has no sheet {wanted!r}{did_you_mean(str(wanted), names)}")


def _kinds(archive: ZipFile, styles: str) -> list[Kind]:
    codes: dict[int, str] = {}
    used: list[int] = []
    inside = False  # cellXfs, not the cellStyleXfs that look the same
    for tag, at in _elements(archive, styles):
        if tag == "numFmt":
            codes[int(at["numFmtId"])] = at.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            used.append(int(at.get("numFmtId", 0)))
    return [_kind_of(codes[number]) if number in codes else _built_in(number) for number in used]


def _built_in(number: int) -> Kind:
    kinds: dict[Kind, tuple[int, ...]] = {
        "date": _DATES,
        "time": _TIMES,
        "datetime": _DATETIMES,
        "elapsed": _ELAPSED,
    }
    return next((kind for kind, numbers in kinds.items() if number in numbers), "number")


def _kind_of(code: str) -> Kind:
    """Tell from its format what a number is: `m` is a month, or minutes beside hours and seconds."""
    letters = _QUOTED.sub("", code.split(";")[0]).casefold()
    if "[" in letters:
        return "elapsed"
    letters = letters.replace("general", "")
    days, hours = re.search("[yd]", letters), re.search("[hs]", letters)
    if hours:
        return "datetime" if days else "time"
    return "date" if days or "m" in letters else "number"


class _Strings:
    """The texts that cells share, in a file of their own where they are many."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._ends = array("q", [0])
        self._taken = _Taken()

    def __enter__(self) -> "_Strings":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise ValueError(f"it has no shared text {index}")
        self._file.seek(self._ends[index])
        return self._file.read(self._ends[index + 1] - self._ends[index]).decode("utf-8", "surrogatepass")

    def read(self, archive: ZipFile, member: str) -> None:
        """Take in all texts of a workbook."""
        for _ in parse(archive, member, self._taken.start, self._end, self._taken.text):
            pass

    def _end(self, tag: str) -> None:
        self._taken.end(tag)
        if tag == "si":
            raw = self._taken.whole().encode("utf-8", "surrogatepass")
            self._file.write(raw)
            self._ends.append(self._ends[-1] + len(raw))


class _Taken:
    """Collects the text of an element from its runs; how a word is read aloud (rPh) is left out."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._open = self._aside = False

    def start(self, tag: str, _: object = None) -> None:
        if tag in ("t", "v"):
            self._open = not self._aside
        elif tag == "rPh":
            self._aside = True

    def end(self, tag: str) -> None:
        if tag in ("t", "v"):
            self._open = False
        elif tag == "rPh":
            self._aside = False

    def text(self, data: str) -> None:
        if self._open:
            self._parts.append(data)
            self._size += len(data)
            if self._size > TEXT_LIMIT:
                raise ValueError(f"a cell has over {TEXT_LIMIT:,} characters, and Excel's hold 32,767")

    def whole(self) -> str:
        text = "".join(self._parts)
        self._parts, self._size = [], 0
        return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


@dataclass(slots=True)
class _RowReader:
    """Makes rows of the XML of a sheet as it comes."""

    sheet: Sheet
    targets: dict[tuple[int, int], str] = field(default_factory=dict)  # place → id of a link
    _rows: list[tuple[int, Cells]] = field(default_factory=list)
    _cells: Cells = field(default_factory=dict)
    _row: int = 0
    _column: int = -1
    _kind: str = "n"
    _style: int = 0
    _taken: _Taken = field(default_factory=_Taken)

    def take(self) -> list[tuple[int, Cells]]:
        rows, self._rows = self._rows, []
        return rows

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            at = attributes.get("r")
            self._column = _place(at)[1] if at else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._cells, self._column = {}, -1
        elif tag == "hyperlink":
            self._link(attributes)
        else:
            self._taken.start(tag)

    def end(self, tag: str) -> None:
        if tag == "c":
            value = self._value(self._taken.whole())
            if value not in (None, ""):
                self._cells[self._column] = value
        elif tag == "row":
            self._rows.append((self._row, self._cells))
        else:
            self._taken.end(tag)

    def text(self, data: str) -> None:
        self._taken.text(data)

    def _value(self, text: str) -> object:
        if not text:
            return None
        if self._kind == "s":
            return self.sheet.strings[int(text)]
        if self._kind == "b":
            return text.strip() in ("1", "true")
        if self._kind == "d":
            return _from_iso(text)
        return self._number(text) if self._kind == "n" else text

    def _number(self, text: str) -> object:
        try:
            number = float(text) if re.search(r"[.eE]", text) else int(text)
        except ValueError:  # what no writer of numbers writes
            return text
        kinds = self.sheet.kinds
        kind = kinds[self._style] if 0 <= self._style < len(kinds) else "number"
        return number if kind == "number" else moment(number, kind, self.sheet.epoch)

    def _link(self, attributes: Mapping[str, str]) -> None:
        key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
        if key and len(self.targets) < _MAX_LINKS:
            self.targets[_place(attributes["ref"])] = key


def _place(reference: str) -> tuple[int, int]:
    """Return row (0 where it is not said) and column of `B7`, or of the first cell of `B7:C9`."""
    found = _REFERENCE.match(reference)
    column = 0
    for letter in found[1] if found else "":
        column = 26 * column + ord(letter) - 64
    if not found or not 1 <= column <= _LAST_COLUMN:
        raise ValueError(f"it has no cell {reference[:20]!r}")
    return int(found[2] or 0), column - 1


def _from_iso(text: str) -> object:
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return text


def moment(number: float, kind: Kind, epoch: datetime) -> float | date | time | timedelta:
    """Return the date or time that Excel keeps as a number of days; one outside the calendar stays one."""
    try:
        span = timedelta(milliseconds=round(number * 86_400_000))
        if kind == "elapsed":
            return span
        if kind == "time" and 0 <= number < 1:
            return (datetime.min + span).time()
        if number < 0:
            return number
        if number < 60 and epoch.year < 1900:  # Excel's calendar has a 29 February 1900
            span += timedelta(days=1)
        when = epoch + span
    except (OverflowError, ValueError):
        return number
    return when.date() if kind == "date" and when.time() == time() else when
