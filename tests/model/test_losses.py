import math

import pytest
import torch

from syto.model.bundle import HeadSpec
from syto.model.losses import TaskLoss

NAN = math.nan


def _loss(kind: str, labels: int, weights: list[float] | None = None, smoothing: float = 0.0) -> TaskLoss:
    spec = HeadSpec(task="t", kind=kind, labels=tuple("abcd"[:labels]))
    return TaskLoss.for_head(spec, 1.0, smoothing, weights or [1.0] * labels)


def test_unlabelled_articles_do_not_count() -> None:
    loss = _loss("single_label", 3)
    logits = torch.tensor([[2.0, 0.0, 0.0], [9.0, -9.0, 0.0]])
    masked = loss(logits, torch.tensor([[0.0], [NAN]]))
    assert masked == pytest.approx(loss(logits[:1], torch.tensor([[0.0]])).item())


def test_a_batch_without_labels_has_no_loss_and_still_a_gradient() -> None:
    logits = torch.ones((2, 3), requires_grad=True)
    loss = _loss("single_label", 3)(logits, torch.full((2, 1), NAN))
    loss.backward()
    assert loss.item() == 0
    assert logits.grad is not None and not logits.grad.any()


def test_ordinal_loss_grows_with_the_distance() -> None:
    loss = _loss("ordinal", 3)
    far_up = torch.tensor([[6.0, 4.0]])
    distances = [loss(far_up, torch.tensor([[label]])).item() for label in (2.0, 1.0, 0.0)]
    assert distances == sorted(distances)
    assert distances[2] - distances[1] > 1


def test_multi_label_loss_is_the_mean_of_the_binary_losses() -> None:
    loss = _loss("multi_label", 2)(torch.tensor([[0.0, 0.0]]), torch.tensor([[1.0, 0.0]]))
    assert loss.item() == pytest.approx(math.log(2))


def test_class_weights_move_the_loss() -> None:
    logits = torch.tensor([[0.0, 0.0], [3.0, 0.0]])
    labels = torch.tensor([[1.0], [0.0]])
    heavy = _loss("single_label", 2, [1.0, 3.0])(logits, labels)
    assert heavy > _loss("single_label", 2)(logits, labels)
