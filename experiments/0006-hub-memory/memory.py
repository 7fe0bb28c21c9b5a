"""Compute the memory that the configs with an encoder of the Hub need: `python experiments/0006-hub-memory/memory.py`.

Nothing is downloaded and no GPU is used. The whole model runs one micro-batch with fake tensors, which have shapes but
no contents, and the bytes that are alive are counted op by op.
"""

import sys
import weakref
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from transformers import AttentionInterface, AttentionMaskInterface, AutoConfig, AutoModel
from transformers.initialization import no_init_weights
from transformers.masking_utils import sdpa_mask
from transformers.utils.logging import set_verbosity_error

from syto.config import Config, load_config
from syto.labels.label_set import LabelSet
from syto.model.bundle import HeadSpec
from syto.model.network import SytoModel

ROOT = Path(__file__).parents[2]
MMBERT = {
    "model_type": "modernbert",
    "vocab_size": 256_000,
    "num_hidden_layers": 22,
    "intermediate_size": 1152,
}
SPECIAL = {"pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 1, "cls_token_id": 1, "sep_token_id": 1}
HUB: dict[str, dict[str, Any]] = {  # as the encoders' own config.json has it
    "mmbert-small": {**MMBERT, **SPECIAL, "hidden_size": 384, "num_attention_heads": 6},
    "mmbert-base": {**MMBERT, **SPECIAL, "hidden_size": 768, "num_attention_heads": 12},
    "xlm-roberta-large": {
        "model_type": "xlm-roberta",
        "vocab_size": 250_002,
        "hidden_size": 1024,
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "intermediate_size": 4096,
        "max_position_embeddings": 514,
        "type_vocab_size": 1,
        "attention_probs_dropout_prob": 0.0,  # it is 0.1, of which a GPU keeps a seed and a CPU every weight
        "pad_token_id": 1,
    },
}
FIXED = 4 + 4 + 8  # bytes a parameter: weight, gradient, the two moments of AdamW; all in fp32
SCORED = 32  # windows a batch when torch scores


class LiveBytes(TorchDispatchMode):
    """Counts the bytes of the storages that ops make, each once and as long as it lives."""

    def __init__(self, known: list[Tensor]) -> None:
        super().__init__()
        self._alive = {tensor.untyped_storage()._cdata for tensor in known}
        self._now = self.most = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # noqa: ANN401
        made = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(made):
            if isinstance(leaf, Tensor):
                self._count(leaf.untyped_storage())
        return made

    def _count(self, storage: torch.UntypedStorage) -> None:
        key, size = storage._cdata, storage.nbytes()
        if key not in self._alive:
            self._alive.add(key)
            self._now += size
            self.most = max(self.most, self._now)
            weakref.finalize(storage, self._free, key, size)

    def _free(self, key: int, size: int) -> None:
        self._alive.discard(key)
        self._now -= size


def fused_attention(
    module: Any,  # noqa: ANN401
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    **_: object,
) -> tuple[Tensor, None]:
    """Attend in one kernel that keeps no matrix of weights, as sdpa does on a GPU; fake tensors would not choose it."""
    if attention_mask is not None and attention_mask.dtype == torch.bool:  # as sdpa itself does
        attention_mask = torch.zeros_like(attention_mask, dtype=query.dtype).masked_fill_(
            ~attention_mask, -torch.inf
        )
    out, _ = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
        query, key, value, 0.0, False, attn_mask=attention_mask, scale=scaling
    )
    return out.transpose(1, 2).contiguous(), None


def make_model(config: Config, options: dict[str, Any], attention: str = "fused") -> SytoModel:
    encoder = AutoModel.from_config(AutoConfig.for_model(**options), attn_implementation=attention)
    specs = [
        HeadSpec(task=task, kind=settings.kind, labels=LabelSet.from_file(ROOT / settings.labels).ids)
        for task, settings in config.tasks.items()
    ]
    losses = [
        {"loss_weight": 1, "label_smoothing": 0, "class_weights": [1] * len(spec.labels)} for spec in specs
    ]
    return SytoModel.around(encoder, specs, losses, config.encoder.dropout)


def training_peak(config: Config, model: SytoModel, rows: int, checkpointing: bool) -> int:
    """Most bytes alive in a micro-batch, beside weights, gradients and AdamW's moments."""
    model.train()
    if checkpointing:
        model.encoder.activation_checkpointing_enable()
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)  # as from the second micro-batch of a step on
    known = [
        *model.parameters(),
        *model.buffers(),
        *(p.grad for p in model.parameters() if p.grad is not None),
    ]
    ids, mask = _batch(rows, config.window.length)
    with LiveBytes(known) as live:
        with torch.autocast("cpu", torch.bfloat16, enabled=config.training["bf16"]):
            logits = model(ids, mask).logits
        logits.float().sum().backward()  # the true loss holds a few kilobytes more
    return live.most


def scoring_peak(config: Config, model: SytoModel) -> int:
    """Most bytes alive while torch scores a batch in fp32, beside the weights."""
    ids, mask = _batch(SCORED, config.window.length)
    with torch.no_grad(), LiveBytes([*model.parameters(), *model.buffers()]) as live:
        model.eval()(ids, mask)
    return live.most


def _batch(rows: int, length: int) -> tuple[Tensor, Tensor]:
    mask = torch.ones((rows, length), dtype=torch.int64)
    mask[0, -1] = 0  # one token of padding, or the attention would need no mask
    return torch.full_like(mask, 5), mask


def figures(name: str, options: dict[str, Any]) -> list[str]:
    """One row of the table."""
    config = load_config(ROOT / "configs" / f"{name}.yaml")
    rows = config.training["per_device_train_batch_size"]
    with FakeTensorMode(), no_init_weights():
        plain, checkpointing = (
            training_peak(config, make_model(config, options), rows, on) for on in (False, True)
        )
        model = make_model(config, options)
        scoring = scoring_peak(config, model)
        count = sum(parameter.numel() for parameter in model.parameters())
    words = options["vocab_size"] * options["hidden_size"]
    sizes = (4 * count, plain, FIXED * count + plain, FIXED * count + checkpointing, 4 * count + scoring)
    return [
        f"`{name}`",
        f"{count / 1e6:.0f} M",
        f"{(count - words) / 1e6:.0f} M",
        f"{rows} × {config.window.length}",
        *(f"{size / 1e9:.1f}" for size in sizes),
    ]


def check() -> None:
    """Count the same with real tensors and sdpa's own choice of kernel: four layers, four rows, a hundred words."""
    for name, options in HUB.items():
        config = load_config(ROOT / "configs" / f"{name}.yaml")
        small = {**options, "num_hidden_layers": 4, "vocab_size": 100}
        with FakeTensorMode(), no_init_weights():
            fake = training_peak(config, make_model(config, small), 4, False)
        real = training_peak(config, make_model(config, small, config.encoder.attention), 4, False)
        sys.stdout.write(f"{name}: {fake:,} bytes with fake tensors, {real:,} with real ones\n")


def main() -> None:
    set_verbosity_error()
    AttentionInterface.register("fused", fused_attention)
    AttentionMaskInterface.register("fused", sdpa_mask)
    columns = "config|parameters|without words|rows × tokens|weights file|activations|training|checkpointing|scoring"
    sys.stdout.write(f"| {columns.replace('|', ' | ')} |\n{'|---' * (columns.count('|') + 1)}|\n")
    for name, options in HUB.items():
        sys.stdout.write(f"| {' | '.join(figures(name, options))} |\n")
    check()


main()
