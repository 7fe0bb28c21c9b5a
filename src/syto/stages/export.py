"""From a trained network to a bundle: ONNX files, calibration, and what is too much worse left out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syto import __version__
from syto.config import Config
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
from syto.records import Article, Prediction
from syto.tables.whole import whole_folder
from syto.text.scope import NEWS_SCOPE
from syto.training.calibration import CalibratedHead, calibrate
from syto.training.export import export_onnx, quantise, quantise_to_blocks
from syto.training.run_folder import RunFolder
from syto.training.targets import Heads, label_matrix, split_label_columns
from syto.training.trainer import task_macro_f1

QUANTISED: Mapping[str, tuple[str, Callable[[Path, Path], None]]] = {
    "int8": (ONNX_INT8, quantise),
    "int4": (ONNX_INT4, quantise_to_blocks),
}
Logits = Mapping[str, NDArray[np.float32]]  # task → (articles, outputs)


def make_bundle(
    config: Config,
    prepared: Mapping[str, Any],
    heads: Heads,
    model: SytoModel,
    run: RunFolder,
    validation: Sequence[Article],
) -> tuple[Bundle, list[str]]:
    """Write the run's bundle; return it and a line for each export that was too much worse to keep.

    The exports are judged, and the heads calibrated, on logits that come the way `syto score` gets them.
    """
    with whole_folder(run.bundle) as folder:
        manifest, left_out = _fill(config, prepared, heads, model, run, validation, folder)
    return Bundle(run.bundle, manifest), left_out


def _fill(
    config: Config,
    prepared: Mapping[str, Any],
    heads: Heads,
    model: SytoModel,
    run: RunFolder,
    validation: Sequence[Article],
    folder: Path,
) -> tuple[BundleManifest, list[str]]:
    write_weights(model, run, folder)
    export_onnx(model, folder / ONNX)
    for kind in config.export.kinds:
        name, quantised = QUANTISED[kind]
        quantised(folder / ONNX, folder / name)
    manifest = manifest_of(config, prepared, heads, run)
    exports = (ONNX, *(QUANTISED[kind][0] for kind in config.export.kinds))
    every = (WEIGHTS, NETWORK_CONFIG, TOKENIZER, *exports)
    uncalibrated = write_bundle(folder, manifest, every)
    labelled, logits = _validation_logits(uncalibrated, validation, exports)
    labels = split_label_columns(heads.specs, label_matrix(heads.specs, labelled))
    scores = {name: _scores(heads, by_task, labels) for name, by_task in logits.items()}
    left_out = _too_much_worse(scores, config.export.max_quality_drop)
    kept = tuple(name for name in every if name not in left_out)
    # What `auto` scores with: the first kind of the config that is good enough.
    shipped = next(name for name in (*exports[1:], ONNX, WEIGHTS) if name in kept)
    calibrated = [
        calibrate(spec, logits[shipped][spec.task], labels[spec.task], labelled, config.calibration)
        for spec in heads.specs
    ]
    final = _calibrated(manifest, calibrated, scores)
    for name in left_out:
        (folder / name).unlink()
    written = write_bundle(folder, final, kept)
    return written.manifest, list(left_out.values())


def _calibrated(
    manifest: BundleManifest,
    heads: Sequence[CalibratedHead],
    scores: Mapping[str, Mapping[str, float]],
) -> BundleManifest:
    """Put the fitted heads in place and what was measured on validation into the summary."""
    measured = {
        head.spec.task: {"articles": head.articles, "coverage": head.coverage, "accuracy": head.accuracy}
        for head in heads
    }
    training = {**manifest.training, "validation_macro_f1": scores, "calibration": measured}
    return manifest.model_copy(update={"heads": tuple(head.spec for head in heads), "training": training})


def write_weights(model: SytoModel, run: RunFolder, folder: Path) -> None:
    """Write the trained network and its tokenizer."""
    folder.mkdir(exist_ok=True)
    model.float().eval().cpu().save_pretrained(folder)
    (folder / TOKENIZER).write_bytes((run.tokenizer / TOKENIZER).read_bytes())


def manifest_of(config: Config, prepared: Mapping[str, Any], heads: Heads, run: RunFolder) -> BundleManifest:
    """Describe the bundle of a run, before it is calibrated."""
    encoder = config.encoder
    return BundleManifest(
        name=config.name,
        syto_version=__version__,
        created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        encoder=f"{encoder.source}@{encoder.revision or 'main'}"
        if encoder.source
        else f"{encoder.scratch.architecture if encoder.scratch else ''} from scratch",
        licence=config.licence,
        heads=heads.specs,
        window=config.window,
        languages=tuple(config.data.languages),
        min_letters=config.data.min_letters,
        scope=NEWS_SCOPE if config.data.news_only else "",
        mastheads=tuple(prepared["mastheads"]),
        endings=tuple(prepared.get("endings", ())),
        text=config.text,
        training={
            "run": run.path.name,
            "prepared": config.data.prepared.name,
            "seed": config.seed,
            "labels": prepared.get("labels", {}),
            "labels_left_out": heads.left_out,
            "ratings": sorted(prepared.get("ratings", {})),
        },
    )


def _validation_logits(
    bundle: Bundle, validation: Sequence[Article], exports: Sequence[str]
) -> tuple[list[Article], dict[str, Logits]]:
    """Return the articles in scope and, for each weights file in rising order of speed, their logits."""
    backends: dict[str, Backend] = {
        WEIGHTS: TorchBackend(bundle.folder, device="cpu"),
        **{name: OnnxBackend(bundle.path(name)) for name in exports},
    }
    by_file = {
        name: Predictor(bundle, backend, passages=0).predict(validation) for name, backend in backends.items()
    }
    in_scope = [_in_scope(prediction) for prediction in by_file[WEIGHTS]]
    labelled = [article for article, kept in zip(validation, in_scope, strict=True) if kept]
    return labelled, {name: _stack(bundle.manifest.heads, p, in_scope) for name, p in by_file.items()}


def _in_scope(prediction: Prediction) -> bool:
    return not prediction.error and all(head.logits.size for head in prediction.heads.values())


def _stack(heads: Sequence[HeadSpec], predictions: Sequence[Prediction], kept: Sequence[bool]) -> Logits:
    rows = [prediction for prediction, keep in zip(predictions, kept, strict=True) if keep]
    return {head.task: np.stack([row.heads[head.task].logits for row in rows]) for head in heads}


def _scores(heads: Heads, logits: Logits, labels: Mapping[str, NDArray[np.float32]]) -> dict[str, float]:
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
