"""What runs the network of a bundle: ONNX Runtime on the CPU, or torch, behind one Protocol."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, Protocol, get_args

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from syto.errors import UserError, did_you_mean
from syto.model.bundle import ONNX, ONNX_INT4, ONNX_INT8, WEIGHTS, Bundle

BackendName = Literal["auto", "onnx", "onnx-int4", "onnx-fp32", "torch"]
VECTORS = "vectors"
_FILES = {"onnx": ONNX_INT8, "onnx-int4": ONNX_INT4, "onnx-fp32": ONNX, "torch": WEIGHTS}  # as "auto" asks


class Backend(Protocol):
    """Runs ids and mask (windows, tokens)."""

    def run(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return logits (windows, outputs) and token logits (windows, tokens, outputs)."""
        ...

    def vectors(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return vectors (windows, dimensions) of unit length; `UserError` where the bundle has none."""
        ...


class OnnxBackend:
    """ONNX Runtime on the CPU, one window a call and a call a core.

    Int8 activations are scaled by the largest value in a call, so a window that shared its call with others
    would get another score in other company. Alone and without padding its score depends on it alone. On two
    cores that was also faster than batches of 32 from 128 tokens a window on, and half as fast at 24.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the windows run side by side instead
        options.log_severity_level = 3  # errors
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._pool = ThreadPoolExecutor(threads or _cores(), thread_name_prefix="onnx")

    def run(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return logits (windows, outputs) and token logits (windows, tokens, outputs), zero where padded."""
        lengths = attention_mask.sum(axis=1)
        windows = [ids[:length] for ids, length in zip(input_ids, lengths, strict=True)]
        results = list(self._pool.map(self._run_one, windows))
        logits = np.concatenate([logits for logits, _ in results])
        token_logits = np.zeros((*input_ids.shape, logits.shape[1]), dtype=np.float32)
        for row, (_, tokens) in enumerate(results):
            token_logits[row, : tokens.shape[1]] = tokens[0]
        return logits, token_logits

    def vectors(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return vectors (windows, dimensions) of unit length; `UserError` where the bundle has none."""
        if VECTORS not in {output.name for output in self._session.get_outputs()}:
            raise UserError("this bundle was made before there were vectors; train it anew to have them")
        windows = [ids[:length] for ids, length in zip(input_ids, attention_mask.sum(1), strict=True)]
        found = self._pool.map(lambda ids: self._session.run([VECTORS], _feed(ids))[0], windows)
        return np.concatenate(list(found))

    def _run_one(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits, token_logits = self._session.run(["logits", "token_logits"], _feed(ids))
        return logits, token_logits


def _feed(ids: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    return {"input_ids": ids[np.newaxis], "attention_mask": np.ones((1, len(ids)), dtype=np.int64)}


def choose_backend(bundle: Bundle, name: str = "auto") -> Backend:
    """Return the backend of that name; `auto` takes int8 ONNX, else int4, else ONNX, else torch."""
    if name not in get_args(BackendName):
        raise UserError(f"backend {name!r} is unknown{did_you_mean(name, get_args(BackendName))}")
    if name == "auto":
        name = next((known for known, file in _FILES.items() if bundle.has(file)), "onnx")
    path = bundle.path(_FILES[name])
    return _torch_backend(bundle.folder) if name == "torch" else OnnxBackend(path)


def _torch_backend(folder: Path) -> Backend:
    try:
        from syto.inference.torch_backend import TorchBackend  # torch is not in the light install
    except ImportError as error:
        raise UserError(f"the backend torch needs pip install 'syto[train]' ({error})") from error
    return TorchBackend(folder)


def _cores() -> int:
    """Cores that this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
