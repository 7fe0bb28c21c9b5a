"""The scored row: the columns that other people's scripts rely on, in their order."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from syto.records import HeadPrediction, Passage, Prediction, Status
from syto.sources.source import Source
from syto.sources.weighing import Rating
from syto.tables.table import ColumnKind

TOPIC, RELIABILITY = "topic", "reliability"
UNRELIABLE = "unreliable"
CLAIMS = "claims"
_DIGITS = 6  # of a probability

OUTPUT_COLUMNS: Mapping[str, ColumnKind] = MappingProxyType(
    {
        "language": "text",
        "topic": "text",
        "topic_probability": "number",
        "topic_probabilities": "json",
        "topic_status": "text",
        "reliability": "text",
        "reliability_probability": "number",
        "unreliable_probability": "number",
        "reliability_status": "text",
        "reliability_basis": "text",
        "source_texts": "number",  # these three: of the source, from its texts in the batch
        "source_unreliable_probability": "number",
        "source_interval": "json",
        "source_note": "text",
        "source": "text",
        "source_rating": "text",
        "source_rater": "text",
        "source_rated": "text",
        "passages": "json",
        "error": "text",
        "model": "text",
    }
)


def output_columns(tasks: Iterable[str], claims: bool = False) -> dict[str, ColumnKind]:
    """Return the contract's columns; those of further tasks come between reliability and source.

    That of known claims is there where an index of them was given.
    """
    extra = [task for task in tasks if task not in (TOPIC, RELIABILITY)]
    columns: dict[str, ColumnKind] = {}
    for name, kind in OUTPUT_COLUMNS.items():
        if name == "source_note":
            for task in extra:
                columns |= _task_columns(task)
        columns[name] = kind
        if name == "source_note" and claims:
            columns[CLAIMS] = "json"
    return columns


def _task_columns(task: str) -> dict[str, ColumnKind]:
    return {
        task: "text",
        f"{task}_probability": "number",
        f"{task}_probabilities": "json",
        f"{task}_status": "text",
    }


def renamed(columns: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """Return output column → its name beside the input's: a name that the input has gets `syto_`."""
    names: dict[str, str] = {}
    for column in columns:
        name = column
        while name in taken or name in names.values():
            name = f"syto_{name}"
        names[column] = name
    return names


def scored_row(
    tasks: Iterable[str], source: Source, prediction: Prediction, model_name: str
) -> dict[str, object]:
    """Return the output columns of one article; a text that is not known is '', all else None."""
    tasks = tuple(tasks)
    row = empty_row(tasks, prediction.error, model_name)
    row |= {"language": prediction.language, "source": source.name, "source_note": source.note}
    if rating := source.rating:
        row |= {"source_rating": rating.rating, "source_rater": rating.rater, "source_rated": rating.date}
    if prediction.error:
        return row
    row |= {f"{task}_status": status for task, status in statuses_of(source, prediction).items()}
    for task, head in prediction.heads.items():
        if task != RELIABILITY:
            row |= _decided(task, head)
    row |= _reliability(prediction.heads.get(RELIABILITY), source.rating)
    passages = {task: [_passage(each) for each in head.passages] for task, head in prediction.heads.items()}
    row["passages"] = passages if any(passages.values()) else None
    return row


def statuses_of(source: Source, prediction: Prediction) -> dict[str, Status]:
    """Return task → how sure its answer is; a rated source is sure of its own, an error of nothing."""
    if prediction.error:
        return {}
    rated: dict[str, Status] = {RELIABILITY: "sure"} if source.rating else {}
    return {task: head.status for task, head in prediction.heads.items()} | rated


def empty_row(tasks: Iterable[str], error: str, model_name: str) -> dict[str, object]:
    """Return the output columns of a row that could not be scored."""
    columns = output_columns(tasks)
    row: dict[str, object] = {name: "" if kind == "text" else None for name, kind in columns.items()}
    return row | {"error": error, "model": model_name}


def _decided(task: str, head: HeadPrediction) -> dict[str, object]:
    shares = [head.probabilities[label] for label in head.labels]
    return {
        task: ";".join(head.labels),
        f"{task}_probability": round(max(shares), _DIGITS) if shares else None,
        f"{task}_probabilities": _rounded(head.probabilities) or None,
    }


def _reliability(head: HeadPrediction | None, rating: Rating | None) -> dict[str, object]:
    """A rated source decides, else the text where it is sure: a guess about a newsroom is no answer.

    A rating is no probability, so a rated row has none of `reliability`; what the text alone says stays
    beside it in `unreliable_probability`.
    """
    shares = head.probabilities if head else {}
    label = head.labels[0] if head and head.status == "sure" else ""
    return {
        RELIABILITY: rating.rating if rating else label,
        f"{RELIABILITY}_probability": None if rating else _share(shares, label),
        f"{UNRELIABLE}_probability": _share(shares, UNRELIABLE),
        f"{RELIABILITY}_basis": "source" if rating else "text" if head else "",
    }


def _share(probabilities: Mapping[str, float], label: str) -> float | None:
    return round(probabilities[label], _DIGITS) if label in probabilities else None


def _rounded(probabilities: Mapping[str, float]) -> dict[str, float]:
    return {label: round(share, _DIGITS) for label, share in probabilities.items()}


def _passage(passage: Passage) -> dict[str, object]:
    return {
        "field": passage.field,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "weight": round(passage.weight, 4),
    }
