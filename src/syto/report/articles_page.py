"""Scored articles as one page that opens from disk: what came in, its sources, and each article with reasons.

All that comes from outside travels as JSON, and `articles/page.js` makes text of it, never markup.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from syto import __version__
from syto.errors import UserError
from syto.labels.label_set import LabelSet
from syto.report.article_columns import article_columns, source_rows
from syto.report.gathered import Gathered, Listed, shown
from syto.report.timeline import timeline
from syto.resources import resource
from syto.sources.registry import Registry
from syto.tables.cells import encodable

LIMIT = 2_900_000  # bytes of a page
_ROOMS = (  # characters of a text
    *(20_000, 10_000, 6_000, 4_000, 2_800, 2_000, 1_400, 1_000, 850, 700, 600, 500, 420, 350, 290, 240),
    *(200, 160, 120, 80, 40, 0),
)
_HOPELESS = 4_000_000  # characters of all texts, more than fit when packed; to pack them takes seconds
_SUFFIXES = (".html", ".htm")
_LABELS = ("topics", "reliability", "techniques", "manipulation")
_PARTS = Path(__file__).parent / "articles"
_SLOT = re.compile(r"\{\{(\w+)\}\}")
Data = Mapping[str, object]


def check_page(path: Path, others: Sequence[str]) -> None:
    """Refuse the name of a page that is none, or that of another file of the run: `UserError`."""
    if path.suffix.lower() not in _SUFFIXES:
        raise UserError(f"{path} is no page; name it {path.stem}.html")
    if path.resolve() in {Path(other).resolve() for other in others}:
        raise UserError(f"{path} is an input or the output of this run; name the page otherwise")


def articles_page(
    gathered: Gathered, registry: Registry, files: Sequence[str], today: str, limit: int = LIMIT
) -> str:
    """Return the page as HTML, with texts as long, and as many articles, as fit into `limit` bytes."""
    frame = _frame(gathered, files, today)
    sources = source_rows(gathered, registry)
    page = ""
    for packed, data in _ever_smaller(gathered.listed, sources):
        page = _page(_as_json({**frame, **data}), packed=packed)
        if len(page.encode()) <= limit:
            break
    return page


def _ever_smaller(listed: Sequence[Listed], sources: Sequence[Data]) -> Iterator[tuple[bool, Data]]:
    """Yield what is listed: whole, then packed with shorter texts, then with fewer articles and sources."""
    rooms = [room for room in _ROOMS if sum(min(room, len(item.text)) for item in listed) <= _HOPELESS]
    if rooms[0] == _ROOMS[0]:
        yield False, _listed(listed, sources, rooms[0])
    for room in rooms:
        yield True, _listed(listed, sources, room)
    while listed:
        by_share = sorted(listed, key=lambda item: -_share(item))
        listed = sorted(by_share[: len(listed) // 2], key=lambda item: item.number)
        here = {item.said["source"] for item in listed}
        yield True, _listed(listed, [row for row in sources if row["name"] in here], 0)


def _share(item: Listed) -> float:
    share = item.said["unreliable_probability"]
    return share if isinstance(share, float) else -1.0


def _listed(listed: Sequence[Listed], sources: Sequence[Data], room: int) -> Data:
    places = {str(row["name"]): place for place, row in enumerate(sources)}
    return {"room": room, "sources": sources, "articles": article_columns(listed, places, room)}


def _frame(gathered: Gathered, files: Sequence[str], today: str) -> dict[str, object]:
    """Return what stands around the list: counts of all rows, and what things are called."""
    counts = {name: dict(counter.most_common()) for name, counter in gathered.counts.items()}
    unit, bars = timeline(counts.pop("day", {}))
    return {
        "files": [shown(name, 200) for name in files],
        "made": today,
        "version": __version__,
        "rows": gathered.rows,
        "all_sources": len(gathered.sources),
        "counts": counts,
        "unit": unit,
        "bars": bars,
        "names": _names(),
        "words": json.loads((_PARTS / "words.json").read_text(encoding="utf-8")),
    }


def _names() -> dict[str, Mapping[str, str]]:
    """Return label → its name by language."""
    sets = [LabelSet.from_file(resource(f"labels/{name}.yaml")) for name in _LABELS]
    return {label.id: label.names for each in sets for label in each.labels}


def _as_json(data: Data) -> str:
    return encodable(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def _page(data: str, *, packed: bool) -> str:
    """Put the page together; its rule lets run only the script and the style that belong to it."""
    style, script = (_part(name) for name in ("page.css", "page.js"))
    parts = {
        "rule": f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'",
        "style": style,
        "script": script,
        "kind": "text/plain" if packed else "application/json",
        "data": _packed(data) if packed else _harmless(data),
    }
    return _SLOT.sub(lambda slot: parts[slot[1]], _part("page.html"))


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _packed(data: str) -> str:
    return base64.b64encode(gzip.compress(data.encode(), mtime=0)).decode()


def _harmless(data: str) -> str:
    """Escape what could end the element that JSON stands in."""
    return data.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
