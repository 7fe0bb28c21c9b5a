"""A pupil taught by a larger network: the teacher answers each batch while it is put together (torch)."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from transformers import TrainingArguments

from syto.errors import UserError
from syto.model.bundle import NETWORK_CONFIG, TOKENIZER, WEIGHTS
from syto.model.encoder import with_layers
from syto.model.network import SytoModel
from syto.model.windows import Windower, pad_batch
from syto.training.windows_dataset import Item, WindowsDataset, collate


def check_teacher(folder: Path) -> None:
    """Raise `UserError` when the folder lacks weights or tokenizer; costs nothing, so ask first."""
    if missing := [name for name in (WEIGHTS, NETWORK_CONFIG, TOKENIZER) if not (folder / name).is_file()]:
        raise UserError(
            f"distil.teacher {folder} has no {', '.join(missing)}; give a bundle that `syto train` made"
        )


def load_teacher(folder: Path) -> SytoModel:
    """Load the network of a bundle, which learns no more."""
    model: SytoModel = SytoModel.from_pretrained(folder, dtype=torch.float32)
    model.eval().requires_grad_(False)
    return model


def pupil_of(teacher: SytoModel, layers: Sequence[int]) -> SytoModel:
    """Return a network of some of the teacher's layers, with its heads."""
    pupil = SytoModel.around(
        with_layers(teacher.encoder, layers),
        teacher.config.head_specs(),
        teacher.config.losses,
        teacher.config.head_dropout,
        teacher.config.ngram_tasks,
        teacher.config.vector_size,
    )
    pupil.heads.load_state_dict(teacher.heads.state_dict())
    if pupil.projection is not None and teacher.projection is not None:
        pupil.projection.load_state_dict(teacher.projection.state_dict())
    return pupil


class TaughtDataset(WindowsDataset):
    """The first window of each text for the pupil and, where it reads otherwise, for the teacher.

    The pupil may see a text in another form (`shown`); it learns what the teacher says of the text itself.
    """

    def __init__(
        self,
        pupil: Windower,
        teacher: Windower | None,
        texts: Sequence[str],
        shown: Sequence[str] | None = None,
    ) -> None:
        super().__init__(pupil, shown or texts, None, per_article=1)
        if shown and not teacher:
            teacher = pupil
        self._teacher_ids = WindowsDataset(teacher, texts, None, per_article=1).ids if teacher else None

    def __getitem__(self, index: int) -> Item:
        item = super().__getitem__(index)
        return item if self._teacher_ids is None else {**item, "teacher_ids": self._teacher_ids[index]}


class Teaching:
    """Puts batches together, with what the teacher says of them; labelled ones, to evaluate, as they are."""

    def __init__(self, teacher: SytoModel, arguments: TrainingArguments) -> None:
        self._teacher: nn.Module = teacher.to(arguments.device)  # type: ignore[arg-type]
        self._device = arguments.device
        self._half = bool(arguments.bf16)

    def __call__(self, items: Sequence[Item]) -> dict[str, Tensor]:
        """Return input_ids, attention_mask (batch, tokens), and what the teacher says or labels."""
        batch = collate(items)
        if "labels" in batch:
            return batch
        windows = [list(item.get("teacher_ids", item["input_ids"])) for item in items]
        ids, mask = (torch.from_numpy(each).to(self._device) for each in pad_batch(windows))
        with torch.inference_mode(), self._precision():
            said = self._teacher(input_ids=ids, attention_mask=mask)
        # Copies, since what inference made cannot take part in a backward pass.
        return {
            **batch,
            "teacher_logits": said.logits.float().cpu().clone(),
            "teacher_vectors": said.vectors.float().cpu().clone(),
        }

    def _precision(self) -> AbstractContextManager[object]:
        if not self._half:
            return nullcontext()
        return cast(AbstractContextManager[object], torch.autocast(self._device.type, torch.bfloat16))
