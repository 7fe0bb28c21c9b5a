"""Whether enough is left to train every task and to test it."""

from collections.abc import Mapping, Sequence

from syto.corpus.labelling import LabelTask
from syto.errors import UserError
from syto.records import Article, Split


def check_enough(splits: Mapping[Split, Sequence[Article]], tasks: Mapping[str, LabelTask]) -> None:
    """Raise `UserError` for an empty split, a task with one class only, or one without a held-out label."""
    for split, articles in splits.items():
        if not articles:
            raise UserError(
                f"no article is left for the split {split!r}; at least three sources (or dates) with labels "
                "are needed: add data, pin a source to it (data.splits.pin), or loosen the caps and splits"
            )
    for task, of in tasks.items():
        _check_classes(task, of, splits["train"])
        for split in ("validation", "test"):
            if not any(task in article.labels for article in splits[split]):
                raise UserError(
                    f"task {task!r} has no labelled article in {split}; add labelled sources to the data, "
                    "or pin one to it (data.splits.pin)"
                )


def _check_classes(task: str, of: LabelTask, train: Sequence[Article]) -> None:
    classes = sorted({label for article in train for label in article.labels.get(task, ())})
    needed = 1 if of.kind == "multi_label" else 2
    if len(classes) < needed:
        raise UserError(
            f"task {task!r} has {len(classes)} of its labels in train ({', '.join(classes) or 'none'}), "
            f"{needed} are needed; add a data set with others, or remove the task"
        )
