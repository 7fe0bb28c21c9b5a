"""`syto.load`: a model by whatever name it is known."""

from collections.abc import Sequence
from pathlib import Path

from syto.inference.backends import BATCH_SIZE, choose_backend
from syto.inference.loaded import PASSAGES, Model, find_bundle
from syto.sources.registry import Registry

REGISTERED = "models:/"  # how MLflow names what it has registered


def load(
    model: str | Path | None = None,
    *,
    backend: str = "auto",
    passages: int = PASSAGES,
    ratings: Sequence[Path] = (),
    batch_size: int = BATCH_SIZE,
    threads: int | None = None,
) -> Model:
    """Load a model: the one that ships, `accurate`, a bundle's folder, or `models:/name@alias` of MLflow.

    `backend` is auto, onnx, onnx-int4, onnx-fp16, onnx-fp32 or torch; `passages` that decided, so many
    a head at most; `ratings` are further files of rated sources; `batch_size` windows run at once in torch;
    `threads` run in ONNX Runtime (None: one a core). What cannot be read is a `UserError`.
    """
    if isinstance(model, str) and model.startswith(REGISTERED):
        from syto.tracking.registered_model import fetch_bundle  # MLflow takes seconds to import

        model, more = fetch_bundle(model)
        ratings = (*more, *ratings)
    bundle = find_bundle(model)
    chosen = choose_backend(bundle, backend, batch_size, threads)
    return Model(bundle, chosen, Registry.consulted(ratings), passages)
