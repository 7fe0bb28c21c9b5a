"""A review queue as tasks of Label Studio, and its export as decisions.

The form is that of https://labelstud.io/guide/task_format and /guide/predictions, read in the sources of
Label Studio 1 (task_format.md at commit 321ee1d; the newest commit read calls itself 1.24.0.dev0). Texts
stand in the tag `Text` with `valueType="text"`: nothing in them is taken for markup or loaded.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from syto.review.queue import AT, BY, DECIDED, DIGEST, NOTE
from syto.tables.cells import encodable
from syto.tables.table import Values

_TITLES = {"topic": "Topic", "reliability": "Reliability"}
_NOTE = "note"
_COLUMNS = {task: column for column, task in DECIDED.items()} | {_NOTE: NOTE}


def tasks(rows: Sequence[Values]) -> str:
    """Return JSON of one task a row, with the model's topic as a prediction."""
    return encodable(json.dumps([_task(row) for row in rows], ensure_ascii=False, indent=1))


def _task(row: Values) -> dict[str, object]:
    empty = (*DECIDED, NOTE, BY, AT)
    task: dict[str, object] = {"data": {name: value for name, value in row.items() if name not in empty}}
    if row["topic"]:
        result = _result("topic", str(row["topic"]).split(";"))
        task["predictions"] = [
            {"model_version": row["model"], "score": row["topic_probability"], "result": [result]}
        ]
    return task


def _result(task: str, labels: Sequence[str]) -> dict[str, object]:
    return {"from_name": task, "to_name": "text", "type": "choices", "value": {"choices": [*labels]}}


def config(choices: Mapping[str, Sequence[str]]) -> str:
    """Return the labelling config of a project that the tasks are imported to."""
    asked = [
        f'  <Header value="{_TITLES[task]}"/>\n'
        f'  <Choices name="{task}" toName="text" choice="single">\n'
        + "".join(f"    <Choice value={quoteattr(label)}/>\n" for label in labels)
        + "  </Choices>\n"
        for task, labels in choices.items()
    ]
    shown = "".join(
        f'  <Text name="{name}" value="${name}" valueType="text"/>\n'
        for name in ("review_reason", "title", "text", "url", "source")
    )
    note = f'  <TextArea name="{_NOTE}" toName="text" placeholder="note"/>\n'
    return f"<View>\n{shown}{''.join(asked)}{note}</View>\n"


def rows_of(exported: Sequence[Any]) -> Iterator[dict[str, object]]:
    """Yield one decided row for each annotation of an export; one that was skipped decides nothing."""
    for task in exported:
        for annotation in task.get("annotations") or ():
            if not annotation.get("was_cancelled"):
                yield {DIGEST: task["data"].get(DIGEST), **_decided(annotation)}


def _decided(annotation: Mapping[str, Any]) -> dict[str, object]:
    decided = {
        _COLUMNS[result["from_name"]]: _answer(result["value"])
        for result in annotation.get("result") or ()
        if result.get("from_name") in _COLUMNS
    }
    return {**decided, BY: _who(annotation.get("completed_by")), AT: _when(annotation)}


def _answer(value: Mapping[str, Any]) -> str:
    found = value.get("choices") or value.get("text") or ""
    return found if isinstance(found, str) else ";".join(map(str, found))


def _who(by: object) -> object:
    """Return an address where the export has one, else the number of a user."""
    return by.get("email") or by.get("id") if isinstance(by, Mapping) else by


def _when(annotation: Mapping[str, Any]) -> object:
    return annotation.get("updated_at") or annotation.get("created_at")
