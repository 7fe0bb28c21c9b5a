"""A review queue as records of Argilla, and its export as decisions.

The form is that of `dataset.records.from_json` and `.to_json` of Argilla 2 (`JsonIO` and `Record.from_dict`,
read at commits 1617a0f and 0991739). An export names users by their ids and has no times.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from syto.review.queue import BY, DECIDED, DIGEST, NOTE
from syto.tables.cells import encodable
from syto.tables.table import Values

_METADATA = ("url", "published", "language", "source", "source_rating", "unreliable_probability", "model")
_COLUMNS = {task: column for column, task in DECIDED.items()} | {"note": NOTE}


def records(rows: Sequence[Values]) -> str:
    """Return JSON of one record a row, with the model's topic as a suggestion."""
    return encodable(json.dumps([_record(row) for row in rows], ensure_ascii=False, indent=1))


def _record(row: Values) -> dict[str, object]:
    topic = {"value": row["topic"], "score": row["topic_probability"], "agent": row["model"]}
    return {
        "id": row[DIGEST],
        "fields": {"text": f"{row['title']}\n{row['text']}".strip(), "review_reason": row["review_reason"]},
        "metadata": {name: row[name] for name in _METADATA if row[name] not in ("", None)},
        "suggestions": {"topic": topic} if row["topic"] else {},
        "responses": {},
        "vectors": {},
    }


def rows_of(exported: Sequence[Any]) -> Iterator[dict[str, object]]:
    """Yield one decided row for each user who answered a record."""
    for record in exported:
        answers: dict[object, dict[str, object]] = {}
        for question, given in _answered(record):
            answers.setdefault(given.get("user_id"), {})[_COLUMNS[question]] = given.get("value")
        for user, answer in answers.items():
            yield {DIGEST: record.get("id"), BY: user, **answer}


def _answered(record: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for question, given in (record.get("responses") or {}).items():
        if question in _COLUMNS:
            yield from ((question, each) for each in given)
