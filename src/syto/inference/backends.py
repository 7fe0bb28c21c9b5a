"""What runs the network of a bundle: ONNX Runtime on the CPU, or torch, behind one Protocol."""

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, get_args

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from syto.errors import UserError, did_you_mean
from syto.model.bundle import ONNX, ONNX_FP16, ONNX_INT4, ONNX_INT8, WEIGHTS, Bundle, check_outputs

BackendName = Literal["auto", "onnx", "onnx-int4", "onnx-fp16", "onnx-fp32", "torch"]
BATCH_SIZE = 32  # windows of full length that torch runs at once
VECTORS = "vectors"
_FILES = {  # as "auto" asks
    "onnx": ONNX_INT8,
    "onnx-int4": ONNX_INT4,
    "onnx-fp16": ONNX_FP16,
    "onnx-fp32": ONNX,
    "torch": WEIGHTS,
}
# The fused kernel takes seven times as long as the sum and the normalisation apart (experiments/0017-speed).
_SLOWER = ["SkipLayerNormFusion"]
_NORMS = 2  # of a layer of the encoder
Ids = Sequence[int]  # token ids of a window, special tokens included


@dataclass(frozen=True, slots=True)
class WindowOutput:
    """What the network says of one window."""

    logits: NDArray[np.float32]  # (outputs,)
    token_logits: NDArray[np.float32]  # (tokens, outputs)
    meaning: NDArray[np.float32] | None = None  # (hidden,), where the backend was asked for it


class Backend(Protocol):
    """Runs windows of any length."""

    @property
    def name(self) -> str:
        """What results say of it: the file that it runs."""
        ...

    @property
    def outputs(self) -> object:
        """Numbers that the network gives a window."""
        ...

    @property
    def articles(self) -> int:
        """How many articles had best be read together."""
        ...

    def run(self, windows: Sequence[Ids]) -> list[WindowOutput]:
        """Return what the network says of each window, in order; two threads may ask at once."""
        ...

    def vectors(self, windows: Sequence[Ids]) -> NDArray[np.float32]:
        """Return vectors (windows, dimensions) of unit length; `UserError` where the bundle has none."""
        ...


class OnnxBackend:
    """ONNX Runtime on the CPU, one window a call and a call a core.

    Int8 activations are scaled by the largest value in a call, so a window that shared its call with others
    would get another score in other company. Alone and without padding its score depends on it alone. On two
    cores that was also faster than batches of 32 from 128 tokens a window on, and half as fast at 24.
    """

    articles = 16  # windows share nothing; a few articles keep every core at work

    def __init__(self, path: Path, threads: int | None = None, meanings: bool = False) -> None:
        self.name = path.name
        self._asked = ["logits", "token_logits"]
        network: Path | bytes = path
        if meanings:
            network = path.read_bytes()
            self._asked.append(layer_before_the_last(network, path))
            network += _further_output(self._asked[-1])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the windows run side by side instead
        options.log_severity_level = 3  # errors
        self._session = onnxruntime.InferenceSession(
            network, options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER
        )
        self._pool = ThreadPoolExecutor(threads or _cores(), thread_name_prefix="onnx")

    @property
    def outputs(self) -> object:
        """Numbers that the network gives a window."""
        shapes = {output.name: output.shape for output in self._session.get_outputs()}
        return shapes["logits"][-1] if "logits" in shapes else "no"

    def run(self, windows: Sequence[Ids]) -> list[WindowOutput]:
        """Return what the network says of each window, in order."""
        return list(self._pool.map(self._run_one, windows))

    def vectors(self, windows: Sequence[Ids]) -> NDArray[np.float32]:
        """Return vectors (windows, dimensions) of unit length; `UserError` where the bundle has none."""
        if VECTORS not in {output.name for output in self._session.get_outputs()}:
            raise UserError("this bundle was made before there were vectors; train it anew to have them")
        found = self._pool.map(lambda ids: self._session.run([VECTORS], _feed(ids))[0], windows)
        return np.concatenate(list(found))

    def _run_one(self, ids: Ids) -> WindowOutput:
        logits, token_logits, *layer = self._session.run(self._asked, _feed(ids))
        return WindowOutput(logits[0], token_logits[0], layer[0][0].mean(0) if layer else None)


def layer_before_the_last(network: bytes, path: Path) -> str:
    """Return the name of what the last layer reads; `UserError` where the exporter left none.

    The last layer keeps what the heads ask for and little else: of what a text says, the one before it knows
    far more (experiments/0019-claims).
    """
    numbers = {int(found or 0) for found in re.findall(rb"layer_norm(?:_(\d+))?", network)}
    last = max(numbers, default=0)
    if last < _NORMS:
        raise UserError(f"{path} names no layers, so claims cannot be looked up with it; export it anew")
    return f"layer_norm_{last - _NORMS}".removesuffix("_0")


def _further_output(name: str) -> bytes:
    """Return what, behind the bytes of a network, makes a tensor inside it an output.

    Parts of one message that follow each other are merged, says the encoding of protobuf, so that neither
    the file has to change nor the light install to hold the library that edits it.
    """
    tensor_of_floats = _part(1, b"\x08\x01")
    return _part(7, _part(12, _part(1, name.encode()) + _part(2, tensor_of_floats)))


def _part(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def _feed(ids: Ids) -> dict[str, NDArray[np.int64]]:
    return {
        "input_ids": np.array([ids], dtype=np.int64),
        "attention_mask": np.ones((1, len(ids)), dtype=np.int64),
    }


def choose_backend(
    bundle: Bundle,
    name: str = "auto",
    batch_size: int = BATCH_SIZE,
    threads: int | None = None,
    meanings: bool = False,
) -> Backend:
    """Return the backend of that name; `auto` takes int8 ONNX, else int4, fp16, fp32 or torch.

    `batch_size` is torch's alone: windows of full length that it runs at once. `threads` is ONNX Runtime's
    alone; None: a thread a core. With `meanings`, windows come back with theirs.
    """
    if name not in get_args(BackendName):
        raise UserError(f"backend {name!r} is unknown{did_you_mean(name, get_args(BackendName))}")
    if name == "auto":
        name = next((known for known, file in _FILES.items() if bundle.has(file)), "onnx")
    path = bundle.path(_FILES[name])
    backend = (
        _torch_backend(bundle, batch_size, meanings)
        if name == "torch"
        else OnnxBackend(path, threads, meanings)
    )
    check_outputs(bundle, path.name, backend.outputs)
    return backend


def _torch_backend(bundle: Bundle, batch_size: int, meanings: bool) -> Backend:
    try:
        from syto.inference.torch_backend import TorchBackend  # torch is not in the light install
    except ImportError as error:
        raise UserError(f"the backend torch needs pip install '.[train]' ({error})") from error
    tokens = batch_size * bundle.manifest.window.length
    return TorchBackend(bundle.folder, batch_tokens=tokens, meanings=meanings)


def _cores() -> int:
    """Cores that this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
