"""A linear head on sub-words and pairs of them, beside the heads on the encoder's output (torch).

TF-IDF with logistic regression inside the network: the hashing trick (Weinberger et al., 2009) keeps the
table of pairs small, and because the model is linear every token's share in a logit is known.
"""

from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Ids = TypeVar("Ids", Tensor, NDArray[np.int64])
_LARGEST = 127  # int8
_SHORTEST = 1e-6  # of a window in which nothing is heard


def pair_feature(previous: Ids, current: Ids, vocabulary: int, buckets: int) -> Ids:
    """Return the feature of each pair of neighbouring ids; the first `vocabulary` features are the ids."""
    return (previous * 1_000_003 + current * 7_919) % buckets + vocabulary


class NgramHead(nn.Module):
    """Token logits whose mean over a window is `coefficients · tfidf + bias`.

    tfidf counts a sub-word or pair each time it stands there and has length 1. The table holds int8: a
    row a feature, with its idf in the last column and its coefficients times idf in the others. A sub-word
    without a word in it, a full stop or a dash, has the idf 0: neither it nor its pairs are heard.
    """

    table: Tensor
    scale: Tensor
    bias: Tensor

    def __init__(self, vocabulary: int, buckets: int, outputs: int) -> None:
        super().__init__()
        self.vocabulary, self.buckets = vocabulary, buckets
        table = torch.zeros((vocabulary + buckets, outputs + 1), dtype=torch.int8)
        self.register_buffer("table", table)
        self.register_buffer("scale", torch.ones(outputs + 1))
        self.register_buffer("bias", torch.zeros(outputs))

    def fill(
        self, coefficients: NDArray[np.float64], idf: NDArray[np.float64], bias: NDArray[np.float64]
    ) -> None:
        """Take over coefficients (features, outputs), idf (features,) and bias (outputs,)."""
        columns = np.concatenate([coefficients * idf[:, None], idf[:, None]], axis=1)
        scale = np.maximum(np.abs(columns).max(0), np.finfo(np.float32).tiny) / _LARGEST
        self.table.copy_(torch.from_numpy((columns / scale).round().astype(np.int8)))
        self.scale.copy_(torch.from_numpy(scale))
        self.bias.copy_(torch.from_numpy(bias))

    def weigh(self, weights: Tensor) -> None:
        """Multiply each output by its weight (outputs,)."""
        self.scale[:-1] *= weights
        self.bias *= weights

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Map ids and mask (batch, tokens) to token logits (batch, tokens, outputs)."""
        mask = attention_mask.unsqueeze(-1).to(self.scale.dtype)  # (batch, tokens, 1)
        in_pair = torch.cat([torch.zeros_like(mask[:, :1]), mask[:, 1:]], dim=1)
        previous = torch.cat([input_ids[:, :1], input_ids[:, :-1]], dim=1)
        pairs = pair_feature(previous, input_ids, self.vocabulary, self.buckets)
        single = self._rows(input_ids) * mask
        heard = (single[..., -1:] != 0).to(mask.dtype)
        before = torch.cat([heard[:, :1], heard[:, :-1]], dim=1)
        pair = self._rows(pairs) * in_pair * heard * before
        squares = (single[..., -1:] ** 2 + pair[..., -1:] ** 2).sum(1, keepdim=True)
        shares = (single[..., :-1] + pair[..., :-1]) / squares.sqrt().clamp(min=_SHORTEST)
        return shares * mask.sum(1, keepdim=True) + self.bias

    def _rows(self, features: Tensor) -> Tensor:
        rows = self.table.index_select(0, features.reshape(-1)).to(self.scale.dtype) * self.scale
        return rows.reshape(*features.shape, -1)
