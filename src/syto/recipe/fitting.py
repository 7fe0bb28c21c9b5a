"""The network of a run, trained on labels, and the n-grams beside it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast, Trainer, TrainerCallback, set_seed
from transformers.utils.logging import disable_progress_bar

from syto.config import Config
from syto.model.bundle import MANIFEST, TOKENIZER, read_bundle
from syto.model.encoder import (
    bare_tokenizer,
    freeze_layers,
    load_encoder,
    load_tokenizer,
    scratch_encoder,
    train_tokenizer,
)
from syto.model.network import SytoModel
from syto.model.settings import EncoderSettings
from syto.model.windows import Windower
from syto.recipe.run import Run
from syto.records import Article
from syto.terminal import doing, say
from syto.training.augmentation import augmented
from syto.training.ngrams import fit_ngrams, weigh_ngrams
from syto.training.targets import label_matrix
from syto.training.trainer import Collator, MetricsLog, make_trainer
from syto.training.windows_dataset import WindowsDataset, collate


def fit_labels(run: Run, callbacks: Sequence[TrainerCallback] = ()) -> Trainer:
    """Train on the labels, from the run's last checkpoint if it has one."""
    config = run.config
    begin(run)
    with run.arguments.main_process_first(local=False, desc="encoder and tokenizer"):
        encoder, tokenizer = _encoder(config, run)
        keep(tokenizer, run)
    specs = run.heads.specs
    model = SytoModel.around(encoder, specs, losses(run), config.encoder.dropout, ngram_tasks(config))
    taught = windows_of(_taught(run), run, config.window.train_windows)
    return trained(run, model, taught, collate, callbacks)


def network_of(run: Run, trainer: Trainer) -> SytoModel:
    """Return the trained network, with the n-gram head if the config wants one."""
    model: SytoModel = trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
    if run.config.ngrams.enabled:
        with doing("fitting the n-gram head"):
            weights = _add_ngrams(run, model, cast(WindowsDataset, trainer.eval_dataset))
        if weights:
            shown = ", ".join(f"{task} {weight:g}" for task, weight in weights.items())
            say(f"weight of the n-grams beside the network, by validation loss: {shown}")
    return model


def ngram_tasks(config: Config) -> list[str]:
    """Return the tasks that n-grams alone answer."""
    return [task for task, settings in config.tasks.items() if not settings.network]


def windows_of(articles: Sequence[Article], run: Run, per_article: int) -> WindowsDataset:
    """Cut labelled articles into windows, as many of each as said at most."""
    texts = [article.clean for article in articles]
    return WindowsDataset(windower(run), texts, label_matrix(run.heads.specs, articles), per_article)


def begin(run: Run) -> None:
    """Seed everything, and leave the progress to the `Trainer`'s own bar."""
    set_seed(run.arguments.seed)
    disable_progress_bar()


def trained(
    run: Run,
    model: SytoModel,
    train: WindowsDataset,
    collator: Collator,
    callbacks: Sequence[TrainerCallback] = (),
) -> Trainer:
    """Train from the run's last checkpoint, if it has one; not at all where n-grams answer every task."""
    config = run.config
    freeze_layers(model.encoder, config.encoder.frozen_layers)
    trainer = make_trainer(
        model,
        run.arguments,
        train,
        windows_of(run.corpus.splits["validation"], run, config.window.train_windows),
        config.early_stopping,
        [MetricsLog(run.folder.metrics, run.tracker.log_metrics), *callbacks],
        collator,
    )
    if set(config.tasks) > set(ngram_tasks(config)):
        train_from(trainer, run.folder.last_checkpoint())
    return trainer


def train_from(trainer: Trainer, checkpoint: Path | None) -> None:
    """Train, from a checkpoint if there is one."""
    if checkpoint:
        say(f"going on from {checkpoint}")
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)


def windower(run: Run) -> Windower:
    """Return what cuts texts as the run's model reads them."""
    return Windower(run.folder.tokenizer / TOKENIZER, run.config.window)


def _taught(run: Run) -> list[Article]:
    """Return the articles with a label that the network learns; the others would cost a step for nothing."""
    config = run.config
    learnt = set(config.tasks) - set(ngram_tasks(config)) or set(config.tasks)
    return [article for article in _augmented(run) if learnt & article.labels.keys()]


def _augmented(run: Run) -> list[Article]:
    config = run.config
    repeats = {dataset.name: dataset.repeat for dataset in config.data.datasets}
    return augmented(run.corpus.splits["train"], config.augmentation, config.seed, repeats)


def _encoder(config: Config, run: Run) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """Load or make the encoder and its tokenizer."""
    settings = config.encoder
    if settings.scratch is None:
        return encoder_to_begin_with(settings)
    known = run.folder.tokenizer.is_dir()
    texts = (article.clean for article in run.corpus.splits["train"])
    tokenizer = load_tokenizer(run.folder.tokenizer) if known else train_tokenizer(settings.tokenizer, texts)
    return scratch_encoder(settings.scratch, tokenizer, settings.attention), tokenizer


def encoder_to_begin_with(settings: EncoderSettings) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """Load a checkpoint, or the encoder of a bundle, which keeps the options that it was trained with."""
    folder = Path(settings.source or "")
    if not (folder / MANIFEST).is_file():
        return load_encoder(settings.source or "", settings)
    model: SytoModel = SytoModel.from_pretrained(read_bundle(folder).folder, dtype=torch.float32)
    return model.encoder, bare_tokenizer(folder / TOKENIZER)


def keep(tokenizer: PreTrainedTokenizerFast, run: Run) -> None:
    """Keep the tokenizer with the run, so that a resumed one uses the same."""
    if not run.folder.tokenizer.is_dir():
        tokenizer.save_pretrained(run.folder.tokenizer)


def losses(run: Run) -> list[dict[str, Any]]:
    """Return how each head is trained."""
    tasks = run.config.tasks
    return [
        {
            "loss_weight": tasks[spec.task].loss_weight,
            "label_smoothing": tasks[spec.task].label_smoothing,
            "class_weights": list(weights),
        }
        for spec, weights in zip(run.heads.specs, run.heads.class_weights, strict=True)
    ]


def _add_ngrams(run: Run, model: SytoModel, validation: WindowsDataset) -> dict[str, float]:
    """Fit the n-gram head on the training articles and their beginnings.

    Return the weight of each task's n-grams; none where there is no validation to choose it by.
    """
    articles = _augmented(run)
    windows = windows_of(articles, run, run.config.ngrams.windows)
    languages = [articles[place].language for place in windows.articles]
    head = fit_ngrams(model, windows, run.config.ngrams, languages, windower(run).wordless())
    weights = weigh_ngrams(model, head, validation) if len(validation) else {}
    model.add_ngrams(head)
    return weights
