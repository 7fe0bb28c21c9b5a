"""`syto.load`: a model by whatever name it is known."""

from collections.abc import Sequence
from pathlib import Path

from syto.claims.index import find_index
from syto.inference.backends import BATCH_SIZE, choose_backend
from syto.inference.loaded import PASSAGES, Model, find_bundle
from syto.sources.registry import Registry

REGISTERED = "models:/"  # how MLflow names what it has registered
ON_HUB = "hf://"
_SENTENCE = "Верховна Рада ухвалила закон про державний бюджет на наступний рік."


def load(
    model: str | Path | None = None,
    *,
    backend: str = "auto",
    passages: int = PASSAGES,
    ratings: Sequence[Path] = (),
    batch_size: int = BATCH_SIZE,
    threads: int | None = None,
    claims: str | Path | None = None,
) -> Model:
    """Load a model: the one that ships, `accurate`, a bundle's folder, or one of MLflow or the Hub.

    MLflow's are named `models:/name@alias`, those of the Hugging Face Hub `hf://owner/name@revision`.
    `backend` is auto, onnx, onnx-int4, onnx-fp16, onnx-fp32 or torch; `passages` that decided, so many
    a head at most; `ratings` are further files of rated sources; `batch_size` windows run at once in torch;
    `threads` run in ONNX Runtime (None: one a core); `claims` is an index of claims already debunked, by its
    file or name (`voxcheck` ships). What cannot be read is a `UserError`.
    """
    if isinstance(model, str) and model.startswith(REGISTERED):
        from syto.tracking.registered_model import fetch_bundle  # MLflow takes seconds to import

        model, more = fetch_bundle(model)
        ratings = (*more, *ratings)
    if isinstance(model, str) and model.startswith(ON_HUB):
        from syto.model.hub import fetch_from_hub  # only here is the network asked for

        model = fetch_from_hub(model)
    bundle = find_bundle(model)
    index = find_index(claims) if claims else None
    if index:
        index.check_model(bundle.manifest.model_name)
    chosen = choose_backend(bundle, backend, batch_size, threads, meanings=index is not None)
    return Model(bundle, chosen, Registry.consulted(ratings), passages, index)


def trial(model: Model) -> str:
    """Have a model read a sentence of news; return what is wrong with its answer, or nothing."""
    [answer] = model.score([_SENTENCE])
    return answer.error
