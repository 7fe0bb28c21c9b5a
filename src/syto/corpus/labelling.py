"""From a data set's own rubrics, and from the ratings of sources, to the labels of the tasks."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from syto.corpus.settings import (
    CROSSING,
    AnnotationLabels,
    ColumnLabels,
    DatasetSettings,
    LabelSettings,
    SeedWordLabels,
    SourceLabels,
    UrlFolderLabels,
    ValueLabels,
)
from syto.errors import UserError, did_you_mean
from syto.labels.annotations import Annotations
from syto.labels.label_set import LabelSet
from syto.labels.mapping import check_map
from syto.labels.seed_words import SeedWords
from syto.labels.url_folders import UrlFolders
from syto.records import HeadKind
from syto.sources.registry import Registry
from syto.sources.weighing import RATINGS
from syto.tables.fields import check_columns
from syto.tables.rows import Row
from syto.text.language import detect_language

Labels = dict[str, tuple[str, ...]]  # task → label ids


@dataclass(frozen=True, slots=True)
class LabelTask:
    """What labelling needs to know of a task."""

    kind: HeadKind
    labels: LabelSet


@dataclass(frozen=True, slots=True)
class Seen:
    """What may say the label of a row."""

    row: Row
    address: str  # where its source is found
    url: str
    text: str


Rule = Callable[[Seen], tuple[str, ...] | None]


@dataclass(slots=True)
class Labeller:
    """Labels the rows of one data set and counts what it could not label."""

    dataset: DatasetSettings
    tasks: Mapping[str, LabelTask]
    registry: Registry
    masked: Counter[str] = field(default_factory=Counter)  # task → labels withheld, since sources cross
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)  # (task, rubric) with no label
    rules: dict[str, Rule] = field(init=False)  # task → how its labels are found

    def __post_init__(self) -> None:
        self.rules = {task: self._rule(task, settings) for task, settings in self.dataset.labels.items()}

    def labels(self, row: Row, address: str, url: str = "", text: str = "") -> Labels:
        """Return the labels of a row whose source is found at `address` and whose text at `url`."""
        found: Labels = {}
        seen = Seen(row, address, url, text)
        for task, settings in self.dataset.labels.items():
            labels = self.rules[task](seen) if matches(settings.where, row) else None
            rated = isinstance(settings, SourceLabels)
            if labels is not None and rated and self.dataset.split in CROSSING:
                self.masked[task] += 1  # a model could learn the source by heart and be tested on it
            elif labels is not None:
                found[task] = labels
        return found

    def _rule(self, task: str, settings: LabelSettings) -> Rule:
        labels = self.tasks[task].labels
        match settings:
            case ColumnLabels():
                return lambda seen: self._from_column(task, settings, seen.row)
            case ValueLabels():
                return lambda seen: (settings.value,)
            case SourceLabels():
                return self._rating
            case UrlFolderLabels():
                folders = UrlFolders.from_file(settings.url_folders, labels)
                return lambda seen: self._agreed(task, folders.labels(seen.url))
            case SeedWordLabels():
                seeds = SeedWords.from_file(settings.seed_words, labels)
                return lambda seen: _one(seeds.label(seen.text, detect_language(seen.text)))
            case AnnotationLabels():
                annotations = Annotations.from_file(settings.annotations, labels, task)
                return lambda seen: _one(annotations.label(seen.text))

    def _rating(self, seen: Seen) -> tuple[str, ...] | None:
        rating = self.registry.rate(seen.address)
        return _one(rating.rating if rating else None)

    def _agreed(self, task: str, found: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return what the folders of an address say; where they disagree, nothing."""
        return found if len(found) == 1 or (found and self.tasks[task].kind == "multi_label") else None

    def _from_column(self, task: str, settings: ColumnLabels, row: Row) -> tuple[str, ...] | None:
        cell = row.values.get(settings.column)
        multi = self.tasks[task].kind == "multi_label"
        if cell is None or (cell == "" and not (multi and settings.separator)):
            return None
        labels: list[str] = []
        for rubric in rubrics(cell, settings.separator):
            label = self._label_of(task, settings, rubric)
            if label is not None and label not in labels:
                labels.append(label)
        if len(labels) > 1 and not multi:
            raise UserError(
                f"data set {self.dataset.name!r}, row {row.number}: {len(labels)} labels {labels} for task "
                f"{task!r}, which takes one; map all but one to null, or make the task `kind: multi_label`"
            )
        return tuple(labels) if labels or multi else None

    def _label_of(self, task: str, settings: ColumnLabels, rubric: str) -> str | None:
        if settings.map is None:
            known = rubric in self.tasks[task].labels.ids
            label = rubric if known else None
        else:
            known = rubric in settings.map
            label = settings.map.get(rubric)
        self.unknown[task, rubric] += not known
        return label

    def check(self) -> None:
        """Raise `UserError` when a rubric was neither mapped nor left unlabelled on purpose."""
        missing = {key: rows for key, rows in self.unknown.items() if rows}
        if not missing:
            return
        task = next(iter(missing))[0]
        listed = ", ".join(
            f"{rubric!r} ({rows} rows)" for (of, rubric), rows in missing.items() if of == task
        )
        raise UserError(
            f"data set {self.dataset.name!r}, task {task!r}: no label for rubric {listed}; add each to "
            f"`labels.{task}.map` with one of {', '.join(self.tasks[task].labels.ids)}, or with null for none"
        )


def check_labels(dataset: DatasetSettings, tasks: Mapping[str, LabelTask], has_ratings: bool) -> None:
    """Raise `UserError` for an unknown task or label, before anything is read."""
    for task, settings in dataset.labels.items():
        where = f"data set {dataset.name!r}, task {task!r}"
        if task not in tasks:
            raise UserError(f"{where}: there is no such task under `tasks`{did_you_mean(task, tasks)}")
        if isinstance(settings, SourceLabels) and not has_ratings:
            raise UserError(f"{where}: `from: sources` needs ratings; name the files in `data.ratings`")
        check_map(_named(settings), tasks[task].labels, where)


def _named(settings: LabelSettings) -> Mapping[str, str | None]:
    """Return what the config maps to labels itself; files are checked when they are read."""
    match settings:
        case ColumnLabels():
            return settings.map or {}
        case ValueLabels():
            return {"every row": settings.value}
        case SourceLabels():
            return {rating: rating for rating in RATINGS}
        case _:
            return {}


def check_label_columns(dataset: DatasetSettings, names: Sequence[str]) -> None:
    """Raise `UserError` when a column that labels are taken from is missing."""
    for task, settings in dataset.labels.items():
        columns = [settings.column] if isinstance(settings, ColumnLabels) else []
        used = dict.fromkeys([*columns, *settings.where], f"labels.{task}")
        wanted = {**dict.fromkeys(dataset.only, "only"), **used}
        check_columns(names, wanted, f"data set {dataset.name!r}")


def rubrics(cell: object, separator: str | None) -> list[str]:
    """Return the rubrics of a cell: its items, its parts, or the cell itself."""
    if isinstance(cell, list | tuple):
        return [_as_rubric(item) for item in cell]
    text = _as_rubric(cell)
    parts = text.split(separator) if separator else [text]
    return [part.strip() for part in parts if part.strip()]


def _one(label: str | None) -> tuple[str, ...] | None:
    return (label,) if label else None


def _as_rubric(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()  # as YAML and JSON write it
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # whole numbers beside empty cells are read as floats
    return str(value)


def matches(where: Mapping[str, Sequence[str]], row: Row) -> bool:
    """Tell whether each column holds one of its values."""
    return all(_as_rubric(row.values.get(column)) in allowed for column, allowed in where.items())
