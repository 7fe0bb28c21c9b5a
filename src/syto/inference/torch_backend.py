"""The network of a bundle in torch, for a GPU and for checking the ONNX files."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from syto.inference.backends import BATCH_SIZE, Ids, WindowOutput
from syto.model.bundle import WEIGHTS
from syto.model.network import SytoModel
from syto.model.windows import pad_batch

_LENGTH = 256  # tokens of a window, where nobody says


class TorchBackend:
    """Runs `model.safetensors` in float32, windows of like length together."""

    articles = 256  # so many that windows of like length are found

    def __init__(
        self,
        folder: Path,
        device: str = "auto",
        batch_tokens: int = BATCH_SIZE * _LENGTH,
        meanings: bool = False,
    ) -> None:
        chosen = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        self._device = torch.device(chosen)
        self._batch_tokens = batch_tokens
        self._meanings = meanings
        self._one_at_a_time = Lock()  # torch takes all cores for itself
        self.name = WEIGHTS
        model: SytoModel = SytoModel.from_pretrained(folder, dtype=torch.float32)
        self.outputs = sum(head.outputs for head in model.config.head_specs())
        self._model: SytoModel = model.eval().to(self._device)

    def run(self, windows: Sequence[Ids]) -> list[WindowOutput]:
        """Return what the network says of each window, in order."""
        outputs: dict[int, WindowOutput] = {}
        for places, said in self._said(windows):
            logits, token_logits = said.logits.cpu().numpy(), said.token_logits.cpu().numpy()
            layer = None if said.layer is None else said.layer.cpu().numpy()
            for row, place in enumerate(places):
                tokens = len(windows[place])
                meaning = None if layer is None else layer[row, :tokens].mean(0)
                outputs[place] = WindowOutput(logits[row], token_logits[row, :tokens], meaning)
        return [outputs[place] for place in range(len(windows))]

    def vectors(self, windows: Sequence[Ids]) -> NDArray[np.float32]:
        """Return vectors (windows, dimensions) of unit length."""
        found: dict[int, NDArray[np.float32]] = {}
        for places, said in self._said(windows):
            found |= dict(zip(places, said.vectors.cpu().numpy(), strict=True))
        return np.stack([found[place] for place in range(len(windows))])

    def _said(self, windows: Sequence[Ids]) -> Iterator[tuple[list[int], Any]]:
        for places in _batches(windows, self._batch_tokens):
            batch = pad_batch([windows[place] for place in places])
            ids, mask = (torch.from_numpy(each).to(self._device) for each in batch)
            with self._one_at_a_time, torch.inference_mode():
                said = self._model(input_ids=ids, attention_mask=mask, with_layer=self._meanings)
            yield places, said


def _batches(windows: Sequence[Ids], budget: int) -> Iterator[list[int]]:
    """Put windows of like length together, so many that they, padded, have at most `budget` tokens."""
    batch: list[int] = []
    for place in sorted(range(len(windows)), key=lambda place: len(windows[place])):
        if batch and (len(batch) + 1) * len(windows[place]) > budget:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
