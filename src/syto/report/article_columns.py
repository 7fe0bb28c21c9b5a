"""Articles and sources of a page as columns, which pack smaller than rows; `articles/page.js` reads them."""

from collections.abc import Iterable, Mapping, Sequence

from syto.inference.scored_row import CLAIMS, RELIABILITY, TOPIC
from syto.report.excerpt import excerpt
from syto.report.gathered import Gathered, Listed, shown
from syto.sources.raters import link_of_rater
from syto.sources.registry import Registry

_TITLE = 300  # characters of a title
_SHARES, _SMALL = 6, 0.01  # probabilities that are shown of a head, and the least of them
_CLAIMS = 3
_FAR = 400  # characters of what stands in a cell of evidence
_TEXTS = {  # what the page calls a column → the contract's name
    "language": "language",
    "topic": "topic",
    "topic_status": "topic_status",
    "status": "reliability_status",
    "basis": "reliability_basis",
    "note": "source_note",
    "error": "error",
}


def article_columns(listed: Sequence[Listed], places: Mapping[str, int], room: int) -> dict[str, object]:
    """Return column → one value an article, with `room` characters of each text; `places` are of sources."""
    said = [item.said for item in listed]
    tasks = sorted({task for each in said for task in _further(each)})
    return {
        "number": [item.number for item in listed],
        "id": ["" if item.id == str(item.number) else item.id for item in listed],
        "url": [item.url for item in listed],
        "day": [item.day for item in listed],
        "source": [places.get(str(each["source"]), -1) for each in said],
        "title": [_excerpt(item, "title", item.title, len(item.title), _TITLE) for item in listed],
        "text": [_excerpt(item, "text", item.text, item.length, room) for item in listed],
        "cut": [int(item.length > room) for item in listed],
        **{ours: [str(each[name]) for each in said] for ours, name in _TEXTS.items()},
        "topics": [_shares(each["topic_probabilities"]) or _first(each) for each in said],
        "unreliable": [_thousandths(each["unreliable_probability"]) for each in said],
        "disagrees": [int(bool(each["disagrees"])) for each in said],
        "claims": [_claims(each.get(CLAIMS)) for each in said],
        "further": {task: [_head(each, task) for each in said] for task in tasks},
    }


def _excerpt(item: Listed, field: str, text: str, length: int, room: int) -> object:
    """Return the pieces of a field; one that is plain and whole is a text, since most are."""
    pieces = excerpt(text, length, [mark for mark in item.marks if mark.field == field], room)
    return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], str) else pieces


def _thousandths(share: object) -> int | None:
    return round(1000 * share) if isinstance(share, float) else None


def _first(said: Mapping[str, object]) -> list[list[object]]:
    """Return the topic alone, where a file has no more of it."""
    share = _thousandths(said["topic_probability"])
    return [[said["topic"], share]] if said["topic"] and share is not None else []


def _shares(probabilities: object) -> list[list[object]]:
    """Return the labels that count, the most probable first, in thousandths."""
    if not isinstance(probabilities, dict):
        return []
    found = [
        (share, label)
        for label, share in probabilities.items()
        if isinstance(share, float | int) and _SMALL <= share <= 1
    ]
    kept = sorted(found, key=lambda pair: -pair[0])[:_SHARES]
    return [[shown(label, _FAR), round(1000 * share)] for share, label in kept]


def _further(said: Mapping[str, object]) -> Iterable[str]:
    tasks = (name.removesuffix("_status") for name in said if name.endswith("_status"))
    return (task for task in tasks if task not in (TOPIC, RELIABILITY) and task in said)


def _head(said: Mapping[str, object], task: str) -> list[object]:
    """Return the labels, the status and the probabilities of a further head."""
    return [said.get(task, ""), said.get(f"{task}_status", ""), _shares(said.get(f"{task}_probabilities"))]


def _claims(found: object) -> list[dict[str, str]]:
    claims = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return [{shown(key): shown(value, _FAR) for key, value in claim.items()} for claim in claims[:_CLAIMS]]


def source_rows(gathered: Gathered, registry: Registry) -> list[dict[str, object]]:
    """Return what is known of each source, the one with the most articles first."""
    rolled = {row["source"]: row for row in gathered.roll_up.rows()}
    return [
        {
            "name": name,
            "rows": facts["rows"],
            "rating": facts["source_rating"],
            "rater": facts["source_rater"],
            "rated": facts["source_rated"],
            "opinions": _opinions(name, str(facts["source_rating"]), registry),
            **_rolled(rolled.get(name, {}), rated=bool(facts["source_rating"])),
        }
        for name, facts in sorted(
            gathered.sources.items(), key=lambda pair: (-int(str(pair[1]["rows"])), pair[0])
        )
    ]


def _rolled(row: Mapping[str, object], *, rated: bool) -> dict[str, object]:
    """Return the roll-up of a source; what its texts say together is of use where nobody rates it."""
    if not row:
        return {}
    ends = None if rated else row["source_interval"]
    together = None if rated else row["source_unreliable_probability"]
    return {
        "read": row["articles"],
        "mean": [
            _thousandths(row[name]) for name in ("unreliable_mean", "unreliable_low", "unreliable_high")
        ],
        "together": [_thousandths(each) for each in (together, *ends)] if isinstance(ends, list) else None,
        "verdict": str(row["verdict"]).partition(",")[0],
    }


def _opinions(source: str, rating: str, registry: Registry) -> list[list[str]]:
    """Return rating, rater, date, evidence and a link of each rater; none where the file says otherwise."""
    known = registry.rate(source) if rating else None
    if known is None or known.rating != rating:
        return []
    return [
        [each.rating, each.rater, each.date, shown(each.evidence, _FAR), link_of_rater(each)]
        for each in registry.opinions_on(known.source)
    ]
