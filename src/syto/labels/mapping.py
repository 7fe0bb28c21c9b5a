"""The check of a data set's map from its own rubrics to the labels of a task."""

from collections.abc import Mapping

from syto.errors import UserError, did_you_mean
from syto.labels.label_set import LabelSet


def check_map(mapping: Mapping[str, str | None], labels: LabelSet, where: str) -> None:
    """Raise UserError where a rubric maps to an unknown label; None leaves a rubric unlabelled on purpose."""
    for rubric, label in mapping.items():
        if label is not None and label not in labels.ids:
            raise UserError(
                f"{where}: rubric {rubric!r} maps to {label!r}, which is no label of {labels.name!r}"
                f"{did_you_mean(label, labels.ids)}"
            )
