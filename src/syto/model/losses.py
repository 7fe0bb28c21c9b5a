"""The loss of each kind of head; articles without a label for a task do not count in its loss (torch)."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from syto.model.bundle import HeadSpec
from syto.records import HeadKind

SOFTNESS = 2.0  # temperature at which a pupil's answers are compared with its teacher's


@dataclass(frozen=True, slots=True)
class TaskLoss:
    """One task's loss.

    Label columns of a single-label or ordinal task: 1, the index of the label; of a multi-label task: one a
    label, 0 or 1. NaN: the article has no label for this task.
    """

    kind: HeadKind
    labels: int
    outputs: int
    loss_weight: float
    label_smoothing: float
    class_weights: tuple[float, ...]  # one a label

    @classmethod
    def for_head(
        cls, spec: HeadSpec, loss_weight: float, label_smoothing: float, class_weights: list[float]
    ) -> "TaskLoss":
        """Make the loss that belongs to a head."""
        count = len(spec.labels)
        return cls(spec.kind, count, spec.outputs, loss_weight, label_smoothing, tuple(class_weights))

    @property
    def label_columns(self) -> int:
        """Columns this task has in the label matrix."""
        return self.labels if self.kind == "multi_label" else 1

    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        """Loss of logits (batch, outputs) against target (batch, label columns), a scalar."""
        known = ~target[:, 0].isnan()
        if not known.any():
            return logits.sum() * 0.0  # keeps the head in the graph, which DDP needs
        weights = logits.new_tensor(self.class_weights)
        per_article = self._per_article(logits[known], target[known], weights)
        return self.loss_weight * per_article

    def distance(self, logits: Tensor, taught: Tensor) -> Tensor:
        """Distance of logits (batch, outputs) from a teacher's, a scalar: divergence of what both soften.

        Hinton et al., Distilling the knowledge in a neural network, 2015.
        """
        own, taught = logits / SOFTNESS, taught / SOFTNESS
        if self.kind == "single_label":
            divergence = functional.kl_div(
                own.log_softmax(-1), taught.log_softmax(-1), log_target=True, reduction="batchmean"
            )
        else:
            divergence = functional.binary_cross_entropy_with_logits(own, taught.sigmoid())
        return self.loss_weight * SOFTNESS**2 * divergence

    def _per_article(self, logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        if self.kind == "single_label":
            return functional.cross_entropy(
                logits, target[:, 0].long(), weight=weights, label_smoothing=self.label_smoothing
            )
        if self.kind == "multi_label":
            smooth = target * (1 - self.label_smoothing) + self.label_smoothing / 2
            return functional.binary_cross_entropy_with_logits(logits, smooth, pos_weight=weights)
        return self._ordinal(logits, target[:, 0].long(), weights)

    def _ordinal(self, logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        """Sum of the binary losses `label > k`, weighted by the article's label."""
        cuts = torch.arange(self.outputs, device=target.device)
        above = (target.unsqueeze(1) > cuts).to(logits.dtype)
        smooth = above * (1 - self.label_smoothing) + self.label_smoothing / 2
        losses = functional.binary_cross_entropy_with_logits(logits, smooth, reduction="none").sum(1)
        weight = weights[target]
        return (losses * weight).sum() / weight.sum()
