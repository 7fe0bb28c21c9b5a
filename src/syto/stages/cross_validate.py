"""`syto cross-validate`: one model a fold of sources, measured together on sources they have not seen."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syto import __version__
from syto.config import Config
from syto.corpus.settings import SplitRule
from syto.errors import UserError, did_you_mean
from syto.evaluation.answers import BaselineAnswers, join_answers
from syto.evaluation.bootstrap import DRAWS
from syto.evaluation.facts import bundle_facts, dataset_facts
from syto.evaluation.head import evaluate_head
from syto.evaluation.notes import notes_on
from syto.evaluation.redaction import guessed_outlets
from syto.evaluation.results import HeadResult, Results
from syto.inference.decisions import decide
from syto.inference.predictor import Predictor
from syto.inference.torch_backend import TorchBackend
from syto.model.bundle import NETWORK_CONFIG, TOKENIZER, WEIGHTS, HeadSpec, read_bundle, write_bundle
from syto.recipe.bundling import manifest_of, write_weights
from syto.recipe.corpus import Corpus, heads_of, read_corpus
from syto.recipe.finishing import answers_of
from syto.recipe.fitting import fit_labels, network_of
from syto.recipe.kept_answers import MODEL, Said, keep_answers, read_answers, rows_of
from syto.recipe.publishing import publish
from syto.recipe.run import RUNS, Run, begun, log_splits
from syto.records import SPLITS, Article, Prediction, Split
from syto.terminal import doing, say
from syto.tracking.tracker import Tracker
from syto.training.agreed_run import Resume
from syto.training.baselines import fit_baselines
from syto.training.calibration import calibrate
from syto.training.folds import in_fold, outside_fold, source_folds
from syto.training.run_folder import RunFolder
from syto.training.targets import Heads, label_matrix, split_label_columns
from syto.training.trainer import training_arguments

ANSWERS = "answers.parquet"  # of a fold; its presence says that the fold is finished
UNWATCHED: Mapping[str, Any] = {"eval_strategy": "no", "load_best_model_at_end": False}
_TOLD: Split = "test"  # the split that what is said of a fold's articles counts as


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """The articles of all folds, and what was said of each by the models that had not seen its source."""

    articles: Sequence[Article]
    folds: NDArray[np.int_]  # (articles,)
    logits: NDArray[np.float32]  # (articles, outputs)
    baselines: Mapping[str, BaselineAnswers]

    @property
    def rules(self) -> dict[str, SplitRule]:
        """How each data set was split: by source."""
        return {article.dataset: "sources" for article in self.articles}


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
    heads = heads_of(config, pooled)
    spec = next(head for head in heads.specs if head.task == task)
    arguments = training_arguments(config.training, RUNS, config.seed)
    name = f"{config.name}-{task}-{folds}-folds"
    with begun(config, corpus.digest, arguments, resume, _has_a_fold, name) as (run, tracker):
        log_splits(config, tracker)
        for fold in range(folds):
            if not (_fold(run, fold).path / ANSWERS).is_file():
                say(f"fold {fold + 1} of {folds}", "bold")
                outside = corpus.divided(outside_fold(pooled, fold_of, fold))
                _train_fold(
                    _fold_run(config, outside, heads, _fold(run, fold)),
                    spec,
                    in_fold(labelled, fold_of, fold),
                )
        told = _out_of_fold(run, labelled, fold_of, spec)
        results = _results(config, corpus, run, _head(config, spec, told), told)
        return publish(results, run.path, tracker)


def _fold(run: RunFolder, fold: int) -> RunFolder:
    return RunFolder(run.path / f"fold-{fold}")


def _has_a_fold(run: RunFolder) -> bool:
    return any(run.path.glob("fold-*"))


def _fold_run(config: Config, outside: Corpus, heads: Heads, folder: RunFolder) -> Run:
    """Return a run of its own for a fold, which nobody tracks."""
    folder.path.mkdir(exist_ok=True)
    arguments = training_arguments(config.training, folder.checkpoints, config.seed)
    return Run(config, outside, heads, arguments, folder, Tracker(config.tracking))


def _train_fold(run: Run, spec: HeadSpec, held_out: Sequence[Article]) -> None:
    """Train on the sources outside a fold and keep what model and baselines say of those inside."""
    model = network_of(run, fit_labels(run))
    write_weights(run, model, run.folder.bundle)
    bundle = write_bundle(run.folder.bundle, manifest_of(run), (WEIGHTS, NETWORK_CONFIG, TOKENIZER))
    predictor = Predictor(bundle, TorchBackend(bundle.folder, device="cpu"), passages=0)
    told = [each.heads[spec.task].logits if each.heads else () for each in predictor.predict(held_out)]
    rows = rows_of(Said(MODEL, spec.task, _TOLD), held_out, told)
    train = run.corpus.splits["train"]
    with doing("fitting the baselines"):
        for baseline in fit_baselines(spec.task, spec.kind, spec.labels, train, run.config.baselines):
            rows += answers_of(baseline, spec.task, _TOLD, held_out)
    keep_answers(run.folder.path / ANSWERS, rows)


def _out_of_fold(
    run: RunFolder, labelled: Sequence[Article], fold_of: Mapping[str, int], spec: HeadSpec
) -> OutOfFold:
    """Read the answers of all folds; what was out of scope is left out."""
    said: dict[str, dict[str, Sequence[float]]] = {}
    for fold in range(max(fold_of.values()) + 1):
        for who, values in read_answers(_fold(run, fold).path / ANSWERS).items():
            said.setdefault(who.system, {}).update(values)
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
    return evaluate_head(answers, told.rules, DRAWS, np.random.default_rng(0))


def _results(config: Config, corpus: Corpus, run: RunFolder, head: HeadResult, told: OutOfFold) -> Results:
    folds = int(told.folds.max()) + 1
    manifests = [read_bundle(_fold(run, fold).bundle).manifest for fold in range(folds)]
    fingerprints = "".join(each.fingerprint for each in manifests)
    facts = bundle_facts(manifests[0], "torch").model_copy(
        update={
            "fingerprint": hashlib.sha256(fingerprints.encode()).hexdigest()[:12],
            "temperatures": {},
            "thresholds": {},
        }
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
        datasets=dataset_facts(told.articles, told.rules),
        notes=(note, *notes_on([head], "test")),
        heads=(head,),
        redaction=tuple(guessed_outlets(told.articles, np.random.default_rng(0))),
    )
