"""From a trained network to a bundle: ONNX files, calibration, and what is too much worse left out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from syto import __version__
from syto.inference.backends import Backend
from syto.model.bundle import (
    NETWORK_CONFIG,
    ONNX,
    TOKENIZER,
    WEIGHTS,
    Bundle,
    BundleManifest,
    write_bundle,
)
from syto.model.network import SytoModel
from syto.recipe.gate import Logits, Said, backend_of, pass_gate, said_by
from syto.recipe.run import Run
from syto.records import Article
from syto.tables.whole import whole_folder
from syto.terminal import say
from syto.text.scope import NEWS_SCOPE
from syto.training.calibration import CalibratedHead, calibrate
from syto.training.export import export_onnx
from syto.training.ngrams import best_weight

_OF_TORCH = (WEIGHTS, NETWORK_CONFIG, TOKENIZER)


def make_bundle(run: Run, model: SytoModel) -> tuple[Bundle, Sequence[str]]:
    """Write the run's bundle; return it and a line for each smaller file that was refused.

    The files are judged, and the heads calibrated, on logits that come the way `syto score` gets them.
    """
    with whole_folder(run.folder.bundle) as folder:
        manifest, left_out = _fill(folder, run, model)
    return Bundle(run.folder.bundle, manifest), left_out


def _fill(folder: Path, run: Run, model: SytoModel) -> tuple[BundleManifest, Sequence[str]]:
    write_weights(run, model, folder)
    export_onnx(model, folder / ONNX)
    bundle = write_bundle(folder, manifest_of(run), (*_OF_TORCH, ONNX))
    articles, settings = run.corpus.splits["validation"], run.config.export
    passed = pass_gate(bundle, articles, settings, run.config.seed, say)
    backend = backend_of(folder / passed.file)
    said, _ = said_by(bundle, backend, articles)
    of_first = _first_windows(bundle, said.articles, backend)
    scores = {name: judged.macro_f1() for name, judged in passed.judged.items()}
    final = _calibrated(run, bundle, said, of_first, scores)
    written = write_bundle(folder, final, tuple(dict.fromkeys((*_OF_TORCH, *passed.judged))))
    return written.manifest, passed.refused


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


def _calibrated(
    run: Run,
    bundle: Bundle,
    said: Said,
    of_first: Logits,
    scores: Mapping[str, Mapping[str, float]],
) -> BundleManifest:
    """Put the fitted heads in place and what was measured on validation into the summary."""
    heads: list[CalibratedHead] = []
    for spec in run.heads.specs:
        labels, mean = said.labels[spec.task], said.logits[spec.task]
        towards_first = of_first[spec.task] - mean
        share = best_weight(spec, mean, towards_first, labels)
        spec = spec.model_copy(update={"first_window": share})
        logits = mean + share * towards_first
        heads.append(calibrate(spec, logits, labels, said.articles, run.config.calibration))
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
    said, _ = said_by(beginnings, backend, articles)
    return said.logits
