"""The network of a bundle in torch, for a GPU and for checking the ONNX files."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from syto.model.network import SytoModel


class TorchBackend:
    """Runs `model.safetensors` in float32."""

    def __init__(self, folder: Path, device: str = "auto") -> None:
        chosen = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        self._device = torch.device(chosen)
        model: nn.Module = SytoModel.from_pretrained(folder, dtype=torch.float32)
        self._model = model.eval().to(self._device)

    def run(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return logits (windows, outputs) and token logits (windows, tokens, outputs)."""
        output = self._output(input_ids, attention_mask)
        return output.logits.cpu().numpy(), output.token_logits.cpu().numpy()

    def vectors(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return vectors (windows, dimensions) of unit length."""
        found: NDArray[np.float32] = self._output(input_ids, attention_mask).vectors.cpu().numpy()
        return found

    def _output(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Any:  # noqa: ANN401
        ids = torch.from_numpy(input_ids).to(self._device)
        mask = torch.from_numpy(attention_mask).to(self._device)
        with torch.inference_mode():
            return self._model(input_ids=ids, attention_mask=mask)
