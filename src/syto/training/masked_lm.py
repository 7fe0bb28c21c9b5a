"""Masked-language modelling around any `AutoModelForMaskedLM`, logits at masked positions only (torch)."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel

from syto.training.packing import IGNORED

_TEMPERATURE = 0.05  # of the contrast


class _NoDecoder(nn.Identity):
    bias = None  # BERT takes over the bias of its decoder


class MaskedLanguageModel(nn.Module):
    """Loss of the masked tokens, and of telling which rows belong together.

    In training the softmax may be sampled: the targets of the batch and `candidates` further tokens stand
    for the vocabulary, each weighed by the chance to be among them (Jean et al., 2015). The contrast asks,
    of the mean-pooled rows, which two are halves of one document (Giorgi et al., DeCLUTR, 2021).
    """

    accepts_loss_kwargs = False  # the loss is a mean: the Trainer divides it by the accumulation steps itself

    def __init__(
        self, network: PreTrainedModel, counts: Tensor, candidates: int | None, contrast_weight: float
    ) -> None:
        """Take over a network with its head; `counts` (vocabulary) says how frequent each token is."""
        super().__init__()
        decoder: Any = network.get_output_embeddings()
        network.set_output_embeddings(_NoDecoder())  # so that the network ends before its decoder
        self.network = network
        self._decoder = (decoder.weight, decoder.bias)  # in a tuple: what is tied must not be saved twice
        held = {id(parameter) for parameter in network.parameters()}
        self.own = nn.ParameterList(p for p in self._decoder if p is not None and id(p) not in held)
        self._candidates = candidates
        self._contrast_weight = contrast_weight
        counts = counts.double().clamp(min=1)
        self.frequencies: Tensor
        self.shares: Tensor  # of the candidates; flatter, as word2vec draws them
        self.register_buffer("frequencies", (counts / counts.sum()).float(), persistent=False)
        self.register_buffer("shares", functional.normalize(counts.pow(0.75), 1, 0).float(), persistent=False)

    def forward(self, input_ids: Tensor, labels: Tensor, paired: Tensor | None = None) -> dict[str, Tensor]:
        """Return the loss of ids and labels (rows, length); `paired` (rows / 2): 2i, 2i + 1 are one text."""
        output = self.network(
            input_ids=input_ids,
            attention_mask=torch.ones_like(input_ids),  # packed rows have no padding
            output_hidden_states=paired is not None,
        )
        chosen = labels != IGNORED
        states, targets = output.logits[chosen], labels[chosen]
        sampled = self.training and self._candidates
        loss = self._sampled(states, targets) if sampled else self._full(states, targets)
        if paired is not None and self._contrast_weight:
            pooled = output.hidden_states[-1].mean(1)
            loss = loss + self._contrast_weight * contrastive_loss(pooled, paired)
        return {"loss": loss}

    def _full(self, states: Tensor, targets: Tensor) -> Tensor:
        return functional.cross_entropy(functional.linear(states, *self._decoder).float(), targets)

    def _sampled(self, states: Tensor, targets: Tensor) -> Tensor:
        drawn = torch.multinomial(self.shares, self._candidates or 1, replacement=True)
        candidates = torch.cat([targets, drawn]).unique()
        weight, bias = self._decoder
        bias = None if bias is None else bias[candidates]
        logits = functional.linear(states, weight[candidates], bias).float()
        expected = self.frequencies[candidates] * len(targets) + self.shares[candidates] * len(drawn)
        chance = -torch.expm1(-expected)  # to be among the candidates, drawn or as another position's target
        place = torch.searchsorted(candidates, targets).unsqueeze(1)
        corrected = (logits - chance.log()).scatter(1, place, logits.gather(1, place))
        return functional.cross_entropy(corrected, place.squeeze(1))


def contrastive_loss(pooled: Tensor, paired: Tensor) -> Tensor:
    """Return the cross-entropy of finding each row's other half among all rows; pooled (rows, hidden)."""
    units = functional.normalize(pooled.float(), dim=-1)
    similar = units @ units.T / _TEMPERATURE
    similar = similar.masked_fill(torch.eye(len(units), dtype=torch.bool, device=units.device), -torch.inf)
    other = torch.arange(len(units), device=units.device) ^ 1
    known = paired.repeat_interleave(2)
    if not known.any():
        return pooled.sum() * 0
    return functional.cross_entropy(similar[known], other[known])
