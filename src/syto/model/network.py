"""Any `AutoModel` encoder with one small head a task (torch)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel
from transformers.utils.generic import ModelOutput

from syto.model.bundle import HeadSpec
from syto.model.encoder import leave_out_pooler
from syto.model.losses import TaskLoss
from syto.model.ngrams import NgramHead

VECTOR_WEIGHT = 2.0  # of the cosine distance to a teacher's vectors, beside 1 for its answers


class SytoConfig(PreTrainedConfig):
    """An encoder's config, the heads and how each is trained."""

    model_type = "syto"
    keys_to_ignore_at_inference: ClassVar = ["token_logits", "vectors"]  # not gathered over an evaluation

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        heads: Sequence[dict[str, Any]] = (),
        losses: Sequence[dict[str, Any]] = (),
        head_dropout: float = 0.1,
        ngram_buckets: int = 0,  # 0: no n-gram head
        ngram_tasks: Sequence[str] = (),  # tasks that n-grams alone answer: no head on the encoder
        vector_size: int = 0,  # of a projection of the vectors; 0: they are as wide as the encoder
        **kwargs: Any,  # noqa: ANN401 - what transformers itself keeps in a config
    ) -> None:
        self.encoder = encoder or {}
        self.heads = list(heads)
        self.losses = list(losses)
        self.head_dropout = head_dropout
        self.ngram_buckets = ngram_buckets
        self.ngram_tasks = list(ngram_tasks)
        self.vector_size = vector_size
        super().__init__(**kwargs)

    def head_specs(self) -> tuple[HeadSpec, ...]:
        """Return the heads in the order of their outputs."""
        return tuple(HeadSpec(**head) for head in self.heads)


@dataclass
class SytoOutput(ModelOutput):
    """What a forward pass gives."""

    loss: Tensor | None = None
    logits: Tensor | None = None  # (batch, outputs of all heads)
    token_logits: Tensor | None = None  # (batch, tokens, outputs of all heads)
    vectors: Tensor | None = None  # (batch, dimensions), the mean over the tokens, of unit length
    layer: Tensor | None = None  # (batch, tokens, hidden), what the last layer reads, if asked for


class SytoModel(PreTrainedModel):
    """Encoder, and n-grams where they were fitted → token logits → their mean over the tokens.

    Because each head is linear and pooling is a mean, `logits` are exactly the mean of `token_logits`: every
    token's share in a decision is known from the one forward pass.
    """

    config_class = SytoConfig
    base_model_prefix = "encoder"
    accepts_loss_kwargs = False  # the loss is a mean: the Trainer divides it by the accumulation steps itself
    _supports_sdpa = True
    supports_gradient_checkpointing = True
    _supports_flash_attn = True

    def __init__(self, config: SytoConfig) -> None:
        super().__init__(config)
        encoder = AutoConfig.for_model(**config.encoder)
        self.encoder = AutoModel.from_config(encoder, attn_implementation=config._attn_implementation)
        leave_out_pooler(self.encoder)
        self.dropout = nn.Dropout(config.head_dropout)
        specs = config.head_specs()
        self.heads = nn.ModuleDict({spec.task: _head(spec, encoder.hidden_size, config) for spec in specs})
        self.ngrams = (
            NgramHead(encoder.vocab_size, config.ngram_buckets, sum(spec.outputs for spec in specs))
            if config.ngram_buckets
            else None
        )
        self.projection = nn.Linear(encoder.hidden_size, config.vector_size) if config.vector_size else None
        self.losses = [
            TaskLoss.for_head(spec, **loss) for spec, loss in zip(specs, config.losses, strict=True)
        ]
        self.post_init()

    @classmethod
    def around(
        cls,
        encoder: PreTrainedModel,
        specs: Sequence[HeadSpec],
        losses: Sequence[dict[str, Any]],
        dropout: float,
        ngram_tasks: Sequence[str] = (),
        vector_size: int = 0,
    ) -> "SytoModel":
        """Put new heads on an encoder, which keeps its weights."""
        config = SytoConfig(
            encoder=encoder.config.to_dict(),
            heads=[spec.model_dump() for spec in specs],
            losses=losses,
            head_dropout=dropout,
            ngram_tasks=ngram_tasks,
            vector_size=vector_size,
            attn_implementation=encoder.config._attn_implementation,
        )
        model = cls(config)
        model.encoder = encoder
        return model

    def add_ngrams(self, head: NgramHead) -> None:
        """Put a fitted n-gram head beside the others; the logits are the sums of both."""
        self.ngrams = head
        self.config.ngram_buckets = head.buckets

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        labels: Tensor | None = None,
        teacher_logits: Tensor | None = None,
        teacher_vectors: Tensor | None = None,
        with_layer: bool = False,
        **_: object,
    ) -> SytoOutput:
        """Run ids and mask (batch, tokens); labels (batch, label columns of all tasks), NaN = unlabelled.

        With a teacher's logits (batch, outputs) and vectors (batch, dimensions), their distance is the loss.
        """
        encoded = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=with_layer
        )
        hidden = encoded.last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        vectors = self._vectors((hidden * mask).sum(1) / mask.sum(1))
        hidden = self.dropout(hidden)  # (batch, tokens, hidden)
        token_logits = torch.cat([head(hidden) for head in self.heads.values()], dim=-1)
        if self.ngrams is not None:
            token_logits = token_logits + self.ngrams(input_ids, attention_mask)
        mask = mask.to(token_logits.dtype)
        logits = (token_logits * mask).sum(1) / mask.sum(1)  # (batch, outputs)
        loss = None
        if teacher_logits is not None and teacher_vectors is not None:
            loss = self._distance(logits.float(), vectors.float(), teacher_logits, teacher_vectors)
        elif labels is not None:
            loss = self._loss(logits.float(), labels)
        layer = encoded.hidden_states[-2] if with_layer else None
        return SytoOutput(loss, logits, None if self.training else token_logits, vectors, layer)

    def _vectors(self, means: Tensor) -> Tensor:
        return nn.functional.normalize(means if self.projection is None else self.projection(means), dim=-1)

    def _distance(
        self, logits: Tensor, vectors: Tensor, teacher_logits: Tensor, teacher_vectors: Tensor
    ) -> Tensor:
        """Return how far the answers of the trained heads and the vectors are from the teacher's."""
        outputs = [
            each.split([loss.outputs for loss in self.losses], -1) for each in (logits, teacher_logits)
        ]
        distances = [
            loss.distance(own, taught)
            for task, loss, own, taught in zip(self.heads, self.losses, *outputs, strict=True)
            if task not in self.config.ngram_tasks
        ]
        cosine = (vectors * teacher_vectors).sum(-1).mean()
        return torch.stack([*distances, VECTOR_WEIGHT * (1 - cosine)]).sum()

    def _loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        outputs = logits.split([loss.outputs for loss in self.losses], dim=-1)
        targets = labels.split([loss.label_columns for loss in self.losses], dim=-1)
        trained = zip(self.heads, self.losses, outputs, targets, strict=True)
        losses = [
            loss(out, target) for task, loss, out, target in trained if task not in self.config.ngram_tasks
        ]
        return torch.stack(losses).sum()


class SilentHead(nn.Module):
    """Says nothing: the logits of its task are those of the n-grams."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.outputs = outputs

    def forward(self, hidden: Tensor) -> Tensor:
        """Map (batch, tokens, hidden) to zeros (batch, tokens, outputs)."""
        return torch.zeros_like(hidden[..., :1]).expand(*hidden.shape[:-1], self.outputs)


class OrdinalHead(nn.Module):
    """Proportional odds: one score against ascending cut points, so that probabilities are never negative.

    McCullagh, Regression Models for Ordinal Data, 1980.
    """

    def __init__(self, hidden: int, labels: int) -> None:
        super().__init__()
        self.score = nn.Linear(hidden, 1)
        self.first_cut = nn.Parameter(torch.tensor(-0.5))
        self.gaps = nn.Parameter(torch.zeros(labels - 2))

    def forward(self, hidden: Tensor) -> Tensor:
        """Map (batch, tokens, hidden) to cumulative logits (batch, tokens, labels - 1), descending."""
        steps = torch.cat([self.first_cut.reshape(1), nn.functional.softplus(self.gaps)])
        score: Tensor = self.score(hidden)
        return score - steps.cumsum(0)


def _head(spec: HeadSpec, hidden: int, config: SytoConfig) -> nn.Module:
    if spec.task in config.ngram_tasks:
        return SilentHead(spec.outputs)
    if spec.kind == "ordinal":
        return OrdinalHead(hidden, len(spec.labels))
    return nn.Linear(hidden, spec.outputs)


AutoConfig.register("syto", SytoConfig)
AutoModel.register(SytoConfig, SytoModel)
