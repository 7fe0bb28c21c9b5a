import numpy as np
import pytest

from syto.errors import UserError
from syto.labels.label_set import Label, LabelSet
from syto.model.settings import TaskSettings
from syto.records import Article
from syto.training.targets import choose_heads, label_matrix

TOPICS = LabelSet(
    name="topics",
    labels=tuple(Label(id=name, names={"en": name}, definition=name) for name in ("a", "b", "c")),
)


def _articles(*labels: str) -> list[Article]:
    return [Article(str(i), "text", labels={"topic": (label,)}) for i, label in enumerate(labels)]


def _task(**changes: object) -> TaskSettings:
    return TaskSettings.model_validate({"kind": "single_label", "labels": "topics.yaml", **changes})


def test_a_label_with_too_little_support_is_left_out_and_reported() -> None:
    heads = choose_heads({"topic": _task(min_support=2)}, {"topic": TOPICS}, _articles(*"aabbc"))
    assert heads.specs[0].labels == ("a", "b")
    assert heads.left_out == {"topic": {"c": 1}}


def test_one_class_only_is_refused() -> None:
    with pytest.raises(UserError, match=r"only \['a'\]"):
        choose_heads({"topic": _task()}, {"topic": TOPICS}, _articles(*"aaa"))


def test_class_weights_are_capped() -> None:
    settings = _task(max_class_weight=2.0)
    heads = choose_heads({"topic": settings}, {"topic": TOPICS}, _articles(*"a" * 20, *"b" * 4, "c"))
    assert heads.class_weights[0] == pytest.approx((0.5, 2.0, 2.0))


def test_masks_and_several_labels() -> None:
    heads = choose_heads(
        {"topic": _task(), "tags": _task(kind="multi_label")},
        {"topic": TOPICS, "tags": TOPICS},
        [
            Article("1", "", labels={"topic": ("b",), "tags": ("a", "c")}),
            Article("2", "", labels={"topic": ("c",), "tags": ("b",)}),
        ],
    )
    articles = [Article("3", "", labels={"tags": ()}), Article("4", "", labels={"topic": ("c",)})]
    matrix = label_matrix(heads.specs, articles)
    nan = np.nan
    np.testing.assert_array_equal(matrix, [[nan, 0, 0, 0], [1, nan, nan, nan]])
