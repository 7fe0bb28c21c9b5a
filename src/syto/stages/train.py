"""`syto train`: prepared articles in; a run folder with a calibrated bundle, tracked in MLflow, out."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from transformers import PreTrainedModel, Trainer, TrainingArguments, set_seed
from transformers.utils.logging import disable_progress_bar

from syto.config import Config, dump_config, load_config
from syto.corpus.prepared import MANIFEST as PREPARED_MANIFEST
from syto.corpus.prepared import read_manifest, read_split
from syto.digest import sha256_of
from syto.errors import UserError
from syto.labels.label_set import LabelSet
from syto.model.bundle import TOKENIZER
from syto.model.encoder import freeze_layers, load_encoder, load_tokenizer, scratch_encoder, train_tokenizer
from syto.model.network import SytoModel
from syto.model.windows import Windower
from syto.records import SPLITS, Article, Split
from syto.stages.export import make_bundle
from syto.tables.whole import whole_file
from syto.tracking.tracker import Tracker
from syto.training.agreed_run import Resume, agreed_run, choose_run, is_main
from syto.training.augmentation import augmented
from syto.training.baselines import Baseline, fit_baselines
from syto.training.ngrams import fit_ngrams, weigh_ngrams
from syto.training.run_folder import RunFolder
from syto.training.settings import AugmentationSettings
from syto.training.targets import Heads, choose_heads, label_matrix, without_silent
from syto.training.trainer import LogMetrics, MetricsLog, make_trainer, training_arguments
from syto.training.windows_dataset import WindowsDataset

BASELINE_SCHEMA = pa.schema(
    {
        "system": pa.string(),
        "task": pa.string(),
        "split": pa.string(),
        "id": pa.string(),
        "probabilities": pa.list_(pa.float64()),  # in the order of the head's labels
    }
)
RUNS = Path("runs")
Fit = Callable[["Config", "Corpus", Heads, TrainingArguments, RunFolder, LogMetrics], Trainer]
console = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The prepared splits of one config."""

    manifest: Mapping[str, Any]
    digest: str  # of the manifest, which holds the digests of the files
    splits: Mapping[Split, Sequence[Article]]


def train(config: Config, resume: Resume = None, fit: Fit | None = None) -> Path:
    """Train, calibrate, export and track one model; return its run folder.

    `fit` trains the network, on the labels if none is given.
    Started by `accelerate launch` or `torchrun`, every process trains and the first one does the rest.
    """
    corpus = read_corpus(config)
    heads = heads_of(config, corpus)
    arguments = training_arguments(config.training, RUNS, config.seed)
    text = dump_config(config)
    run = agreed_run(lambda: choose_run(RUNS, config.name, text, corpus.digest, resume, resolved), arguments)
    arguments.output_dir = str(run.checkpoints)
    main = is_main(arguments)
    try:
        with Tracker.open(config.tracking, run.path.name, run.mlflow_run_id(), main) as tracker:
            if main:
                start_tracking(tracker, config, corpus, run)
            trainer = (fit or fit_labels)(config, corpus, heads, arguments, run, tracker.log_metrics)
            if main:
                _finish(config, corpus, heads, trainer, run, tracker)
    except UserError:
        if main and not run.metrics.exists():
            shutil.rmtree(run.path)  # nothing was trained, so nothing is left behind
        raise
    return run.path


def read_corpus(config: Config) -> Corpus:
    """Read what `prepare` wrote."""
    folder, tasks = config.data.prepared, list(config.tasks)
    manifest = read_manifest(folder)
    splits: dict[Split, Sequence[Article]] = {split: read_split(folder, split, tasks) for split in SPLITS}
    for split in ("train", "validation"):  # what is tested on keeps all its labels
        splits[split] = without_silent(splits[split], config.tasks)
    return Corpus(manifest, sha256_of(folder / PREPARED_MANIFEST), splits)


def heads_of(config: Config, corpus: Corpus) -> Heads:
    """Choose the heads by the labels of the training articles."""
    label_sets = {task: LabelSet.from_file(settings.labels) for task, settings in config.tasks.items()}
    return choose_heads(config.tasks, label_sets, corpus.splits["train"])


def resolved(path: Path) -> str:
    """Return a config file as it reads today."""
    return dump_config(load_config(path))


def start_tracking(tracker: Tracker, config: Config, corpus: Corpus, run: RunFolder) -> None:
    """Tell tracking what is trained, and on what."""
    if tracker.run_id:
        run.remember(tracker.run_id, tracker.uri)
    tracker.log_params(config.model_dump(mode="json"))
    tracker.log_artifact(run.config)
    for split in SPLITS:
        path = config.data.prepared / f"{split}.parquet"
        tracker.log_dataset(config.data.prepared.name, path, sha256_of(path), split)


def fit_labels(
    config: Config,
    corpus: Corpus,
    heads: Heads,
    arguments: TrainingArguments,
    run: RunFolder,
    log_metrics: LogMetrics,
) -> Trainer:
    """Train on the labels, from the run's last checkpoint if it has one."""
    set_seed(arguments.seed)
    disable_progress_bar()  # of loading and saving; the Trainer keeps its own
    with arguments.main_process_first(local=False, desc="encoder and tokenizer"):
        encoder = _encoder(config, corpus.splits["train"], run)
    freeze_layers(encoder, config.encoder.frozen_layers)
    model = SytoModel.around(
        encoder, heads.specs, losses(config, heads), config.encoder.dropout, ngram_tasks(config)
    )
    windower = Windower(run.tokenizer / TOKENIZER, config.window)
    trainer = make_trainer(
        model,
        arguments,
        windows_of(_taught(config, _augmented(config, corpus, config.augmentation)), heads, windower, config),
        windows_of(corpus.splits["validation"], heads, windower, config),
        config.early_stopping,
        [MetricsLog(run.metrics, log_metrics)],
    )
    run_trainer(trainer, run)
    return trainer


def run_trainer(trainer: Trainer, run: RunFolder) -> None:
    """Train from the run's last checkpoint, if it has one; not at all where n-grams answer every task."""
    config = cast(SytoModel, trainer.model).config
    if {spec.task for spec in config.head_specs()} <= set(config.ngram_tasks):
        return
    checkpoint = run.last_checkpoint()
    if checkpoint:
        console.print(f"going on from {checkpoint}")
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)


def _augmented(config: Config, corpus: Corpus, settings: AugmentationSettings) -> list[Article]:
    repeats = {dataset.name: dataset.repeat for dataset in config.data.datasets}
    return augmented(corpus.splits["train"], settings, config.seed, repeats)


def _taught(config: Config, articles: Sequence[Article]) -> list[Article]:
    """Return the articles with a label that the network learns; the others would cost a step for nothing."""
    learnt = set(config.tasks) - set(ngram_tasks(config)) or set(config.tasks)
    return [article for article in articles if learnt & article.labels.keys()]


def _encoder(config: Config, articles: Sequence[Article], run: RunFolder) -> PreTrainedModel:
    """Load or make the encoder, and keep its tokenizer with the run."""
    settings = config.encoder
    if settings.scratch is None:
        encoder, tokenizer = load_encoder(settings.source or "", settings)
    else:
        known = run.tokenizer.is_dir()
        texts = (article.clean for article in articles)
        tokenizer = load_tokenizer(run.tokenizer) if known else train_tokenizer(settings.tokenizer, texts)
        encoder = scratch_encoder(settings.scratch, tokenizer, settings.attention)
    if not run.tokenizer.is_dir():
        tokenizer.save_pretrained(run.tokenizer)
    return encoder


def ngram_tasks(config: Config) -> list[str]:
    """Return the tasks that n-grams alone answer."""
    return [task for task, settings in config.tasks.items() if not settings.network]


def losses(config: Config, heads: Heads) -> list[dict[str, Any]]:
    """Return how each head is trained."""
    return [
        {
            "loss_weight": config.tasks[spec.task].loss_weight,
            "label_smoothing": config.tasks[spec.task].label_smoothing,
            "class_weights": list(weights),
        }
        for spec, weights in zip(heads.specs, heads.class_weights, strict=True)
    ]


def windows_of(
    articles: Sequence[Article], heads: Heads, windower: Windower, config: Config
) -> WindowsDataset:
    """Cut labelled articles into windows."""
    texts = [article.clean for article in articles]
    return WindowsDataset(windower, texts, label_matrix(heads.specs, articles), config.window.train_windows)


def _finish(
    config: Config, corpus: Corpus, heads: Heads, trainer: Trainer, run: RunFolder, tracker: Tracker
) -> None:
    """Make the baselines and then the bundle, whose presence says that the run is finished; track them."""
    model = network_of(config, corpus, heads, trainer, run)
    if config.baselines.enabled:
        with console.status("fitting the baselines"):
            _write_baselines(config, corpus, heads, run)
    with console.status("exporting and calibrating"):
        bundle, left_out = make_bundle(
            config, corpus.manifest, heads, model, run, corpus.splits["validation"]
        )
    for reason in left_out:
        console.print(f"[yellow]left out of the bundle:[/] {reason}")
    tracker.log_artifact(run.metrics)
    example = [{"title": a.title, "text": a.text, "url": a.url} for a in corpus.splits["validation"][:3]]
    tracker.log_bundle(bundle.folder, example, config.data.ratings, f"syto-{config.name}")
    console.print(f"bundle: {bundle.folder}")
    for problem in tracker.problems:
        console.print(f"[yellow]not logged to MLflow:[/] {problem}")


def network_of(config: Config, corpus: Corpus, heads: Heads, trainer: Trainer, run: RunFolder) -> SytoModel:
    """Return the trained network, with the n-gram head if the config wants one."""
    model: SytoModel = trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
    if config.ngrams.enabled:
        _add_ngrams(config, corpus, heads, trainer, model, run)
    return model


def _add_ngrams(
    config: Config, corpus: Corpus, heads: Heads, trainer: Trainer, model: SytoModel, run: RunFolder
) -> None:
    """Fit the n-gram head on what the network was trained on, without the copies with swapped words."""
    with console.status("fitting the n-gram head"):
        articles = _augmented(config, corpus, config.augmentation.model_copy(update={"swaps": 0}))
        windower = Windower(run.tokenizer / TOKENIZER, config.window)
        texts, labels = [article.clean for article in articles], label_matrix(heads.specs, articles)
        windows = WindowsDataset(windower, texts, labels, config.ngrams.windows)
        languages = [articles[place].language for place in windows.articles]
        head = fit_ngrams(model, windows, config.ngrams, languages)
        validation = cast(WindowsDataset, trainer.eval_dataset)
        weights = weigh_ngrams(model, head, validation) if len(validation) else {}
    model.add_ngrams(head)
    if weights:
        shown = ", ".join(f"{task} {weight:g}" for task, weight in weights.items())
        console.print(f"weight of the n-grams beside the network, by validation loss: {shown}")


def _write_baselines(config: Config, corpus: Corpus, heads: Heads, run: RunFolder) -> None:
    """Fit the baselines on the training split and keep what they say of the others; no pickle."""
    rows: list[dict[str, Any]] = []
    for spec in heads.specs:
        labelled = {split: [a for a in corpus.splits[split] if spec.task in a.labels] for split in SPLITS}
        fitted = fit_baselines(spec.task, spec.kind, spec.labels, corpus.splits["train"], config.baselines)
        for baseline in fitted:
            for split in ("validation", "test"):
                rows += _baseline_rows(baseline, spec.task, split, labelled[split])
    with whole_file(run.baselines) as file:
        pq.write_table(pa.Table.from_pylist(rows, schema=BASELINE_SCHEMA), file)


def _baseline_rows(
    baseline: Baseline, task: str, split: Split, articles: Sequence[Article]
) -> list[dict[str, Any]]:
    if not articles:
        return []
    shares = baseline.probabilities(articles).tolist()
    return [
        {"system": baseline.name, "task": task, "split": split, "id": article.id, "probabilities": row}
        for article, row in zip(articles, shares, strict=True)
    ]
