"""From a trained network to a bundle: ONNX files, calibration, and what is too much worse left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from syto import __version__
from syto.inference.backends import Backend, OnnxBackend
from syto.inference.predictor import Predictor
from syto.inference.torch_backend import TorchBackend
from syto.model.bundle import (
    NETWORK_CONFIG,
    ONNX,
    ONNX_INT4,
    ONNX_INT8,
    TOKENIZER,
    WEIGHTS,
    Bundle,
    BundleManifest,
    HeadSpec,
    write_bundle,
)
from syto.model.network import SytoModel
from syto.recipe.run import Run
from syto.records import Article, Prediction
from syto.tables.whole import whole_folder
from syto.text.scope import NEWS_SCOPE
from syto.training.calibration import CalibratedHead, calibrate
from syto.training.export import export_onnx, quantise, quantise_to_blocks
from syto.training.ngrams import best_weight
from syto.training.targets import Heads, label_matrix, split_label_columns
from syto.training.trainer import task_macro_f1

QUANTISED: Mapping[str, tuple[str, Callable[[Path, Path], None]]] = {
    "int8": (ONNX_INT8, quantise),
    "int4": (ONNX_INT4, quantise_to_blocks),
}
Floats = NDArray[np.floating]
Logits = Mapping[str, Floats]  # task → (articles, outputs)


@dataclass(frozen=True, slots=True)
class Validation:
    """The validation articles in scope, and what each weights file says of them."""

    articles: Sequence[Article]
    labels: Mapping[str, Floats]  # task → (articles, label columns), NaN = unlabelled
    logits: Mapping[str, Logits]  # file → what it says, in rising order of speed


def make_bundle(run: Run, model: SytoModel) -> tuple[Bundle, list[str]]:
    """Write the run's bundle; return it and a line for each export that was too much worse to keep.

    The exports are judged, and the heads calibrated, on logits that come the way `syto score` gets them.
    """
    with whole_folder(run.folder.bundle) as folder:
        manifest, left_out = _fill(folder, run, model)
    return Bundle(run.folder.bundle, manifest), left_out


def _fill(folder: Path, run: Run, model: SytoModel) -> tuple[BundleManifest, list[str]]:
    settings = run.config.export
    write_weights(run, model, folder)
    export_onnx(model, folder / ONNX)
    for kind in settings.kinds:
        name, quantised = QUANTISED[kind]
        quantised(folder / ONNX, folder / name)
    exports = (ONNX, *(QUANTISED[kind][0] for kind in settings.kinds))
    every = (WEIGHTS, NETWORK_CONFIG, TOKENIZER, *exports)
    bundle = write_bundle(folder, manifest_of(run), every)
    backends: dict[str, Backend] = {
        WEIGHTS: TorchBackend(folder, device="cpu"),
        **{name: OnnxBackend(folder / name) for name in exports},
    }
    validation = _read_validation(run, bundle, backends)
    scores = {name: _scores(run.heads, said, validation.labels) for name, said in validation.logits.items()}
    left_out = _too_much_worse(scores, settings.max_quality_drop)
    kept = tuple(name for name in every if name not in left_out)
    # What `auto` scores with: the first kind of the config that is good enough.
    shipped = next(name for name in (*exports[1:], ONNX, WEIGHTS) if name in kept)
    of_first = _first_windows(bundle, validation.articles, backends[shipped])
    final = _calibrated(run, bundle, validation, validation.logits[shipped], of_first, scores)
    for name in left_out:
        (folder / name).unlink()
    written = write_bundle(folder, final, kept)
    return written.manifest, list(left_out.values())


def write_weights(run: Run, model: SytoModel, folder: Path) -> None:
    """Write the trained network and its tokenizer."""
    folder.mkdir(exist_ok=True)
    model.float().eval().cpu().save_pretrained(folder)
    (folder / TOKENIZER).write_bytes((run.folder.tokenizer / TOKENIZER).read_bytes())


def manifest_of(run: Run) -> BundleManifest:
    """Describe the bundle of a run, before it is calibrated."""
    config, prepared = run.config, run.corpus.manifest
    return BundleManifest(
        name=config.name,
        syto_version=__version__,
        created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        encoder=config.encoder.described(),
        licence=config.licence,
        heads=run.heads.specs,
        window=config.window,
        languages=tuple(config.data.languages),
        min_letters=config.data.min_letters,
        scope=NEWS_SCOPE if config.data.news_only else "",
        mastheads=tuple(prepared["mastheads"]),
        endings=tuple(prepared.get("endings", ())),
        text=config.text,
        training={
            "run": run.folder.path.name,
            "prepared": config.data.prepared.name,
            "seed": config.seed,
            "labels": prepared.get("labels", {}),
            "labels_left_out": run.heads.left_out,
            "ratings": sorted(prepared.get("ratings", {})),
        },
    )


def _read_validation(run: Run, bundle: Bundle, backends: Mapping[str, Backend]) -> Validation:
    """Score the validation articles with every weights file."""
    articles = run.corpus.splits["validation"]
    said = {name: _predictions(bundle, backend, articles) for name, backend in backends.items()}
    in_scope = [_in_scope(prediction) for prediction in said[WEIGHTS]]
    kept = [article for article, keep in zip(articles, in_scope, strict=True) if keep]
    specs = run.heads.specs
    labels = split_label_columns(specs, label_matrix(specs, kept))
    return Validation(kept, labels, {name: _stack(specs, each, in_scope) for name, each in said.items()})


def _predictions(bundle: Bundle, backend: Backend, articles: Sequence[Article]) -> list[Prediction]:
    return Predictor(bundle, backend, passages=0).predict(articles)


def _in_scope(prediction: Prediction) -> bool:
    return not prediction.error and all(head.logits.size for head in prediction.heads.values())


def _stack(heads: Sequence[HeadSpec], predictions: Sequence[Prediction], kept: Sequence[bool]) -> Logits:
    rows = [prediction for prediction, keep in zip(predictions, kept, strict=True) if keep]
    return {head.task: np.stack([row.heads[head.task].logits for row in rows]) for head in heads}


def _scores(heads: Heads, logits: Logits, labels: Mapping[str, Floats]) -> dict[str, float]:
    return {spec.task: task_macro_f1(spec, logits[spec.task], labels[spec.task]) for spec in heads.specs}


def _too_much_worse(scores: Mapping[str, Mapping[str, float]], allowed: float) -> dict[str, str]:
    """Return file → why, for each export that loses more macro-F1 on some task than is allowed."""
    reference, reasons = scores[WEIGHTS], {}
    for name in [name for name in scores if name != WEIGHTS]:
        for task, score in scores[name].items():
            if reference[task] - score > allowed:
                reasons[name] = (
                    f"{name}: validation macro-F1 of {task} falls from {reference[task]:.3f} to {score:.3f}, "
                    f"more than export.max_quality_drop {allowed}"
                )
    return reasons


def _calibrated(
    run: Run,
    bundle: Bundle,
    validation: Validation,
    of_all: Logits,
    of_first: Logits,
    scores: Mapping[str, Mapping[str, float]],
) -> BundleManifest:
    """Put the fitted heads in place and what was measured on validation into the summary."""
    heads: list[CalibratedHead] = []
    for spec in run.heads.specs:
        labels, mean = validation.labels[spec.task], of_all[spec.task]
        towards_first = of_first[spec.task] - mean
        share = best_weight(spec, mean, towards_first, labels)
        spec = spec.model_copy(update={"first_window": share})
        logits = mean + share * towards_first
        heads.append(calibrate(spec, logits, labels, validation.articles, run.config.calibration))
    measured = {
        head.spec.task: {"articles": head.articles, "coverage": head.coverage, "accuracy": head.accuracy}
        for head in heads
    }
    training = {**bundle.manifest.training, "validation_macro_f1": scores, "calibration": measured}
    return bundle.manifest.model_copy(
        update={"heads": tuple(head.spec for head in heads), "training": training}
    )


def _first_windows(bundle: Bundle, articles: Sequence[Article], backend: Backend) -> Logits:
    """Return what a weights file says of the beginnings of articles."""
    window = bundle.manifest.window.model_copy(update={"max_windows": 1})
    beginnings = replace(bundle, manifest=bundle.manifest.model_copy(update={"window": window}))
    said = _predictions(beginnings, backend, articles)
    return _stack(bundle.manifest.heads, said, [True] * len(said))
