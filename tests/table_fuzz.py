"""Damaged and hostile tables: each is read whole, one row out a row in, or refused in one sentence."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

from syto.errors import UserError
from syto.tables.formats import FORMATS, ODS, PACKED, XLS, open_table
from syto.tables.table import Format, Layout

READ = (*FORMATS, *PACKED, ODS, XLS)
_SIGNS = "аїґЖx1 ,;\t|\"'\r\n\0=+-@<>&{}[]:\\_\ufeff\u2028😀\ud83d"
_TOKENS = (
    *(
        b"\x00",
        b"\r",
        b"\n",
        b'"',
        b",",
        b"\t",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"PK\x03\x04",
        b"PAR1",
    ),
    *(
        b"{",
        b"}",
        b"[" * 2_000,
        b"NaN",
        b"-1",
        b"99999999999999999999",
        b"1e999",
        b'{"a":',
        b"\\ud83d",
        b"a" * 5_000,
    ),
    *(
        b'r="XFD1048576"',
        b'r="0"',
        b's="-1"',
        b't="s"',
        b't="d"',
        b't="e"',
        b"<row>",
        b"</c>",
        b"<c/>",
        b"<v>",
    ),
    *(
        b"<!DOCTYPE x>",
        b"&#0;",
        b"&lt;",
        b"<t>",
        b"<rPh>",
        b"r:id",
        b'number-rows-repeated="9999999"',
        b"_xD83D_",
    ),
)


def check(path: Path) -> int | None:
    """Read a file twice; return the number of its rows, or None where it was refused with a `UserError`."""
    table = open_table(path, known_names=("text",))
    try:
        found = table.survey()
        rows = list(table.rows())
    except UserError as error:
        assert str(error).startswith(str(path))
        return None
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert found.rows == len(rows)
    assert all(set(row.values) <= set(found.names) for row in rows)
    return len(rows)


def make(rng: random.Random, folder: Path) -> Path:
    """Write a random table in a random format, more often than not damaged."""
    format = rng.choice(READ)
    path = folder / f"a{rng.choice(format.suffixes)}"
    names = tuple(dict.fromkeys(_text(rng) or "text" for _ in range(rng.randint(1, 4))))
    rows = [{name: _value(rng) for name in names} for _ in range(rng.randint(0, 6))]
    _write(path, format, Layout(names, {}), rows)
    if rng.random() < 0.8:
        path.write_bytes(_damaged(rng, path.read_bytes()))
    return path


def _write(path: Path, format: Format, layout: Layout, rows: list[dict[str, object]]) -> None:
    if format is ODS:
        path.write_bytes(_ods(rows))
    elif format is XLS:  # nothing writes them: the mark of one, and what follows is damage
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + str(rows).encode("utf-16", "replace"))
    else:
        with path.open("wb") as stream, format.sink(stream, layout) as write:
            for row in rows:
                write(row)


def _ods(rows: list[dict[str, object]]) -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    filled = ("".join(cell.format(len(str(value))) for value in row.values()) for row in rows)
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in filled)
    body = f'<office:spreadsheet><table:table table:name="a">{lines}</table:table></office:spreadsheet>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
        archive.writestr("content.xml", f"<office:document-content>{body}</office:document-content>")
    return packed.getvalue()


def _text(rng: random.Random) -> str:
    return "".join(rng.choices(_SIGNS, k=rng.randint(0, 8)))


def _value(rng: random.Random) -> object:
    return rng.choice(
        (None, "", _text(rng), _text(rng), rng.randint(-5, 10**17), rng.random(), True, [_text(rng)])
    )


def _damaged(rng: random.Random, raw: bytes) -> bytes:
    """Damage a file, and in an archive one of its members or the whole."""
    if zipfile.is_zipfile(io.BytesIO(raw)) and rng.random() < 0.8:
        return _damaged_member(rng, raw)
    for _ in range(rng.randint(1, 4)):
        raw = rng.choice(_DAMAGES)(rng, raw)
    return raw


def _damaged_member(rng: random.Random, raw: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            new.writestr(
                name, rng.choice(_DAMAGES)(rng, old.read(name)) if name == chosen else old.read(name)
            )
    return packed.getvalue()


def _cut(rng: random.Random, raw: bytes) -> bytes:
    return raw[: rng.randint(0, len(raw))]


def _changed(rng: random.Random, raw: bytes) -> bytes:
    changed = bytearray(raw)
    for _ in range(min(len(raw), rng.randint(1, 8))):
        changed[rng.randrange(len(raw))] = rng.randrange(256)
    return bytes(changed)


def _left_out(rng: random.Random, raw: bytes) -> bytes:
    at = rng.randint(0, len(raw))
    return raw[:at] + raw[at + rng.randint(1, 40) :]


def _put_in(rng: random.Random, raw: bytes) -> bytes:
    at = rng.randint(0, len(raw))
    return raw[:at] + rng.choice(_TOKENS) + raw[at:]


def _twice(rng: random.Random, raw: bytes) -> bytes:
    at, end = sorted((rng.randint(0, len(raw)), rng.randint(0, len(raw))))
    return raw[:end] + raw[at:]


_DAMAGES: tuple[Callable[[random.Random, bytes], bytes], ...] = (_cut, _changed, _left_out, _put_in, _twice)
