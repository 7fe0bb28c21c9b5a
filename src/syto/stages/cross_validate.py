"""`syto cross-validate`: one model a fold of sources, measured together on sources they have not seen."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from rich.console import Console
from transformers import Trainer

from syto import __version__
from syto.config import Config, dump_config
from syto.corpus.settings import SplitRule
from syto.errors import UserError, did_you_mean
from syto.evaluation.answers import BaselineAnswers, join_answers
from syto.evaluation.head import evaluate_head
from syto.evaluation.notes import notes_on
from syto.evaluation.redaction import guessed_outlets
from syto.evaluation.results import BundleFacts, HeadResult, Results
from syto.inference.decisions import decide
from syto.inference.predictor import Predictor
from syto.inference.torch_backend import TorchBackend
from syto.model.bundle import (
    NETWORK_CONFIG,
    TOKENIZER,
    WEIGHTS,
    Bundle,
    HeadSpec,
    read_bundle,
    write_bundle,
)
from syto.records import SPLITS, Article, Prediction
from syto.stages.evaluate import DRAWS, dataset_facts, publish
from syto.stages.export import manifest_of, write_weights
from syto.stages.train import (
    RUNS,
    Corpus,
    fit_labels,
    heads_of,
    network_of,
    read_corpus,
    resolved,
    start_tracking,
)
from syto.tables.whole import whole_file
from syto.tracking.tracker import Tracker
from syto.training.agreed_run import Resume, choose_run
from syto.training.baselines import fit_baselines
from syto.training.calibration import calibrate
from syto.training.folds import in_fold, outside_fold, source_folds
from syto.training.run_folder import RunFolder
from syto.training.targets import Heads, label_matrix, split_label_columns
from syto.training.trainer import training_arguments

ANSWERS = "answers.parquet"  # of a fold: the network's logits and the baselines' probabilities
MODEL = "model"  # the system whose rows hold logits
UNWATCHED: Mapping[str, Any] = {"eval_strategy": "no", "load_best_model_at_end": False}
Row = dict[str, str | list[float]]
SCHEMA = pa.schema({"system": pa.string(), "id": pa.string(), "values": pa.list_(pa.float64())})
console = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """The articles of all folds, and what was said of each by the models that had not seen its source."""

    articles: Sequence[Article]
    folds: NDArray[np.int_]  # (articles,)
    logits: NDArray[np.float32]  # (articles, outputs)
    baselines: Mapping[str, BaselineAnswers]


def cross_validate(config: Config, task: str, folds: int, resume: Resume = None) -> Path:
    """Train a model a fold on the sources outside it, and measure all on the sources inside; return the page.

    The recipe is that of `train`, without what looks at validation articles: the last step is kept, and
    n-grams weigh as much as the network. A fold is calibrated on the answers of the other folds.
    """
    if task not in config.tasks:
        raise UserError(f"there is no task {task!r}{did_you_mean(task, config.tasks)}")
    if config.tasks[task].kind == "multi_label":
        raise UserError(f"task {task!r} is multi-label; folds of sources need one label a source")
    config = config.model_copy(update={"early_stopping": None, "training": {**config.training, **UNWATCHED}})
    corpus = read_corpus(config)
    pooled = [article for split in SPLITS for article in corpus.splits[split]]
    labelled = [article for article in pooled if task in article.labels and article.source]
    fold_of = source_folds(labelled, task, folds, config.seed)
    name = f"{config.name}-{task}-{folds}-folds"
    run = choose_run(RUNS, name, dump_config(config), corpus.digest, resume, resolved)
    with Tracker.open(config.tracking, run.path.name, run.mlflow_run_id()) as tracker:
        start_tracking(tracker, config, corpus, run)
    heads = heads_of(config, replace(corpus, splits={**corpus.splits, "train": pooled}))
    for fold in range(folds):
        if not _answers(run, fold).is_file():
            console.print(f"[bold]fold {fold + 1} of {folds}[/]")
            others = outside_fold(pooled, fold_of, fold)
            outside = replace(corpus, splits={"train": others, "validation": (), "test": ()})
            held_out = in_fold(labelled, fold_of, fold)
            _train_fold(config, _spec(heads.specs, task), heads, outside, held_out, _fold(run, fold))
    spec = _spec(heads.specs, task)
    told = _out_of_fold(run, labelled, fold_of, spec)
    head = _head(config, spec, told)
    return publish(_results(config, corpus, run, head, told), run.path, config, run)


def _fold(run: RunFolder, fold: int) -> RunFolder:
    return RunFolder(run.path / f"fold-{fold}")


def _answers(run: RunFolder, fold: int) -> Path:
    return _fold(run, fold).path / ANSWERS


def _train_fold(
    config: Config,
    spec: HeadSpec,
    heads: Heads,
    outside: Corpus,
    held_out: Sequence[Article],
    run: RunFolder,
) -> None:
    """Train on the sources outside a fold and keep what model and baselines say of those inside."""
    run.path.mkdir(exist_ok=True)
    arguments = training_arguments(config.training, run.checkpoints, config.seed)
    trainer = fit_labels(config, outside, heads, arguments, run, lambda metrics, step: None)
    bundle = _fold_bundle(config, heads, outside, trainer, run)
    predictor = Predictor(bundle, TorchBackend(bundle.folder, device="cpu"), passages=0)
    told = [each.heads[spec.task].logits if each.heads else () for each in predictor.predict(held_out)]
    rows = _rows(MODEL, held_out, told)
    train = outside.splits["train"]
    with console.status("fitting the baselines"):
        for baseline in fit_baselines(spec.task, spec.kind, spec.labels, train, config.baselines):
            rows += _rows(baseline.name, held_out, baseline.probabilities(held_out))
    with whole_file(run.path / ANSWERS) as file:  # its presence says that the fold is finished
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), file)


def _fold_bundle(config: Config, heads: Heads, outside: Corpus, trainer: Trainer, run: RunFolder) -> Bundle:
    """Write what it takes to score as `syto score` does."""
    write_weights(network_of(config, outside, heads, trainer, run), run, run.bundle)
    manifest = manifest_of(config, outside.manifest, heads, run)
    return write_bundle(run.bundle, manifest, (WEIGHTS, NETWORK_CONFIG, TOKENIZER))


def _rows(system: str, articles: Sequence[Article], values: Iterable[Iterable[float]]) -> list[Row]:
    return [
        {"system": system, "id": article.id, "values": list(map(float, each))}
        for article, each in zip(articles, values, strict=True)
    ]


def _spec(heads: Sequence[HeadSpec], task: str) -> HeadSpec:
    return next(head for head in heads if head.task == task)


def _out_of_fold(
    run: RunFolder, labelled: Sequence[Article], fold_of: Mapping[str, int], spec: HeadSpec
) -> OutOfFold:
    """Read the answers of all folds; what was out of scope is left out."""
    said: dict[str, dict[str, list[float]]] = {}
    for fold in range(max(fold_of.values()) + 1):
        for row in pq.read_table(_answers(run, fold)).to_pylist():
            said.setdefault(row["system"], {})[row["id"]] = row["values"]
    logits = said.pop(MODEL)
    articles = [article for article in labelled if logits[article.id]]
    return OutOfFold(
        articles,
        np.array([fold_of[article.source] for article in articles]),
        np.array([logits[article.id] for article in articles], dtype=np.float32),
        {name: BaselineAnswers(shares) for name, shares in said.items()},
    )


def _head(config: Config, spec: HeadSpec, told: OutOfFold) -> HeadResult:
    """Calibrate each fold on the others and measure them together."""
    labels = split_label_columns([spec], label_matrix([spec], told.articles))[spec.task]
    settings = config.calibration.model_copy(update={"datasets": {}})  # those of the folds are all there is
    fitted = {}
    for fold in np.unique(told.folds):
        others = told.folds != fold
        articles = [article for article, kept in zip(told.articles, others, strict=True) if kept]
        fitted[fold] = calibrate(spec, told.logits[others], labels[others], articles, settings).spec
    predictions = [
        Prediction(each.id, each.language, {spec.task: decide(fitted[fold], logits, each.language)})
        for each, fold, logits in zip(told.articles, told.folds, told.logits, strict=True)
    ]
    answers = join_answers(spec, told.articles, predictions, told.baselines)
    return evaluate_head(answers, _rules(told), DRAWS, np.random.default_rng(0))


def _rules(told: OutOfFold) -> dict[str, SplitRule]:
    return {article.dataset: "sources" for article in told.articles}


def _results(
    config: Config,
    corpus: Corpus,
    run: RunFolder,
    head: HeadResult,
    told: OutOfFold,
) -> Results:
    folds = int(told.folds.max()) + 1
    manifests = [read_bundle(_fold(run, fold).bundle).manifest for fold in range(folds)]
    known = {"name", "encoder", "licence", "created", "languages", "syto_version"}
    facts = BundleFacts(
        **manifests[0].model_dump(include=known),
        fingerprint=hashlib.sha256("".join(each.fingerprint for each in manifests).encode()).hexdigest()[:12],
        backend="torch",
        temperatures={},
        thresholds={},
    )
    note = (
        f"Cross-validated by source: {folds} models, each measured on sources that it was not trained on. "
        "Sources are held out, dates are not."
    )
    return Results(
        created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        syto_version=__version__,
        bundle=facts,
        prepared=config.data.prepared.name,
        prepared_digest=corpus.digest,
        split="test",
        draws=DRAWS,
        seed=0,
        datasets=dataset_facts(told.articles, _rules(told)),
        notes=(note, *notes_on([head], "test")),
        heads=(head,),
        redaction=tuple(guessed_outlets(told.articles, np.random.default_rng(0))),
    )
