"""Arrays and records in one `.npz` file, vectors in eight bits; nothing in it is ever unpickled."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syto.errors import UserError
from syto.tables.whole import whole_file

Vectors = NDArray[np.float32]
_STEPS = 127


def write_archive(path: Path, facts: Mapping[str, Any], **arrays: NDArray[Any]) -> None:
    """Write what `read_archive` reads; of matrices of single floats, eight bits a value are kept."""
    packed: dict[str, NDArray[Any]] = {
        "facts": np.frombuffer(json.dumps(facts, ensure_ascii=False).encode(), np.uint8)
    }
    for name, array in arrays.items():
        if array.dtype == np.float32 and array.ndim == 2:
            scale = np.maximum(np.abs(array).max(0, initial=0), 1e-12) / _STEPS  # one a column
            packed[f"{name}.scale"] = scale.astype(np.float32)
            array = np.rint(array / scale).astype(np.int8)
        packed[name] = array
    with whole_file(path) as stream:
        np.savez_compressed(stream, allow_pickle=False, **packed)


def read_archive(path: Path, made_by: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return facts and arrays; `UserError` for a file that the verb `made_by` did not write."""
    if not path.is_file():
        raise UserError(f"{path} is not there; make it with `{made_by}`")
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        facts = json.loads(arrays.pop("facts").tobytes())
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise UserError(f"{path} cannot be read ({error}); make it again with `{made_by}`") from None
    scales = {name: arrays.pop(f"{name}.scale") for name in list(arrays) if f"{name}.scale" in arrays}
    return facts, arrays | {name: arrays[name] * scale for name, scale in scales.items()}
