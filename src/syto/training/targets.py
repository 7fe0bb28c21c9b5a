"""Labels as numbers: which labels a model carries, their weights, and the label matrix."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syto.errors import UserError
from syto.labels.label_set import LabelSet
from syto.model.bundle import HeadSpec
from syto.model.settings import TaskSettings
from syto.records import Article


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of a model and what training found out about their labels."""

    specs: tuple[HeadSpec, ...]
    class_weights: tuple[tuple[float, ...], ...]  # one tuple a head, one weight a label
    left_out: Mapping[str, Mapping[str, int]]  # task → label → its articles, fewer than min_support


def choose_heads(
    tasks: Mapping[str, TaskSettings], label_sets: Mapping[str, LabelSet], train: Sequence[Article]
) -> Heads:
    """Give each task a head with the labels that training supports; `UserError` when too few are left."""
    specs, weights, left_out = [], [], {}
    for task, settings in tasks.items():
        counts = Counter(label for article in train for label in article.labels.get(task, ()))
        labelled = sum(task in article.labels for article in train)
        carried = _carried(task, settings, label_sets[task], counts, labelled)
        specs.append(HeadSpec(task=task, kind=settings.kind, labels=carried))
        weights.append(_class_weights(settings, carried, counts, labelled))
        left_out[task] = {label: counts[label] for label in label_sets[task].ids if label not in carried}
    return Heads(tuple(specs), tuple(weights), left_out)


def _carried(
    task: str, settings: TaskSettings, labels: LabelSet, counts: Counter[str], labelled: int
) -> tuple[str, ...]:
    carried = tuple(label for label in labels.ids if counts[label] >= settings.min_support)
    fewest = 1 if settings.kind == "multi_label" else 2
    if len(carried) < fewest or (settings.kind == "ordinal" and len(carried) < 3):
        raise UserError(
            f"task {task!r} cannot be trained: of its labels {list(labels.ids)} only {list(carried)} have "
            f"{settings.min_support} or more of the {labelled} labelled training articles"
            f" (counts: {dict(counts)}); add data, lower tasks.{task}.min_support, or remove the task"
        )
    return carried


def _class_weights(
    settings: TaskSettings, labels: tuple[str, ...], counts: Counter[str], labelled: int
) -> tuple[float, ...]:
    """Inverse frequency, capped on both sides; multi-label: negatives for each positive, capped."""
    support = np.array([counts[label] for label in labels], dtype=float)
    cap = settings.max_class_weight
    if settings.kind == "multi_label":
        ratio = (labelled - support) / support
    else:
        ratio = support.sum() / (len(labels) * support)
    return tuple(np.clip(ratio, 1 / cap, cap).tolist())


def label_matrix(specs: Sequence[HeadSpec], articles: Sequence[Article]) -> NDArray[np.float32]:
    """Return (articles, label columns of all heads); NaN where an article has no label the head carries."""
    blocks = [_task_block(spec, articles) for spec in specs]
    return np.concatenate(blocks, axis=1)


def _task_block(spec: HeadSpec, articles: Sequence[Article]) -> NDArray[np.float32]:
    index = {label: i for i, label in enumerate(spec.labels)}
    multi = spec.kind == "multi_label"
    block = np.full((len(articles), len(index) if multi else 1), np.nan, dtype=np.float32)
    for row, article in enumerate(articles):
        labels = article.labels.get(spec.task)
        if labels is None:
            continue
        known = [index[label] for label in labels if label in index]
        if multi:
            block[row] = 0
            block[row, known] = 1
        elif known:
            block[row, 0] = known[0]
    return block


def split_label_columns(
    specs: Sequence[HeadSpec], matrix: NDArray[np.float32]
) -> dict[str, NDArray[np.float32]]:
    """Cut a label matrix into one block (articles, label columns) a task."""
    widths = [len(spec.labels) if spec.kind == "multi_label" else 1 for spec in specs]
    ends = np.cumsum(widths)
    return {
        spec.task: matrix[:, end - width : end] for spec, width, end in zip(specs, widths, ends, strict=True)
    }
