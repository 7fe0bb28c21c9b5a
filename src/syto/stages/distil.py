"""`syto distil`: a teacher's bundle and unlabelled texts in; a smaller encoder and its bundle, out."""

from pathlib import Path
from typing import cast

import torch
from rich.console import Console
from transformers import PreTrainedTokenizerFast, Trainer, TrainingArguments, set_seed
from transformers.utils.logging import disable_progress_bar

from syto.config import Config
from syto.corpus.unlabelled import glean_all
from syto.digest import sha256_of
from syto.errors import UserError
from syto.model.bundle import TOKENIZER
from syto.model.encoder import freeze_layers, load_encoder
from syto.model.network import SytoModel
from syto.model.windows import Windower
from syto.resources import resource
from syto.sources.registry import Registry
from syto.stages.train import Corpus, losses, ngram_tasks, run_trainer, train, windows_of
from syto.tables.whole import whole_folder
from syto.text.clean import Cleaner
from syto.training.agreed_run import Resume
from syto.training.distillation import TaughtDataset, Teaching, check_teacher, load_teacher, pupil_of
from syto.training.run_folder import RunFolder
from syto.training.settings import DistilSettings
from syto.training.targets import Heads
from syto.training.trainer import LogMetrics, MetricsLog, make_trainer

console = Console(stderr=True)


def distil(config: Config, resume: Resume = None) -> Path:
    """Teach a pupil, then calibrate, export and track it as `train` does; return its run folder."""
    check_teacher(_settings(config).teacher)  # first: before anything is read
    path = train(config, resume, _teach)
    run = RunFolder(path)
    if run.bundle.is_dir():
        _save_encoder(run)
    return path


def _settings(config: Config) -> DistilSettings:
    if config.distil is None:
        raise UserError(
            "this config has no section 'distil'; name a teacher: distil: {teacher: runs/news-.../bundle}"
        )
    return config.distil


def _teach(
    config: Config,
    corpus: Corpus,
    heads: Heads,
    arguments: TrainingArguments,
    run: RunFolder,
    log_metrics: LogMetrics,
) -> Trainer:
    """Train the pupil to answer as its teacher does, from the run's last checkpoint if it has one."""
    set_seed(arguments.seed)
    disable_progress_bar()
    settings = _settings(config)
    teacher = load_teacher(settings.teacher)
    _check_heads(teacher, heads, settings)
    with arguments.main_process_first(local=False, desc="encoder and tokenizer"):
        pupil = _pupil(config, teacher, heads, run)
    freeze_layers(pupil.encoder, config.encoder.frozen_layers)
    tokenizers = [folder / TOKENIZER for folder in (run.tokenizer, settings.teacher)]
    own, taught = (Windower(path, config.window) for path in tokenizers)
    other = sha256_of(tokenizers[0]) != sha256_of(tokenizers[1])
    trainer = make_trainer(
        pupil,
        arguments,
        TaughtDataset(own, taught if other else None, _texts(config, corpus)),
        windows_of(corpus.splits["validation"], heads, own, config),
        config.early_stopping,
        [MetricsLog(run.metrics, log_metrics)],
        Teaching(teacher, arguments),
    )
    run_trainer(trainer, run)
    return trainer


def _check_heads(teacher: SytoModel, heads: Heads, settings: DistilSettings) -> None:
    known = [(spec.task, spec.labels) for spec in teacher.config.head_specs()]
    wanted = [(spec.task, spec.labels) for spec in heads.specs]
    if known != wanted:
        raise UserError(
            f"distil.teacher {settings.teacher} answers {known}, and this config asks for {wanted}; "
            "take the config that the teacher was trained with, by `extends`"
        )


def _pupil(config: Config, teacher: SytoModel, heads: Heads, run: RunFolder) -> SytoModel:
    """Make the pupil, and keep its tokenizer with the run."""
    settings = _settings(config)
    if settings.layers is not None:
        pupil, path = pupil_of(teacher, settings.layers), settings.teacher / TOKENIZER
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(path))
    else:
        encoder, tokenizer = load_encoder(config.encoder.source or "", config.encoder)
        dimensions = teacher.config.vector_size or teacher.encoder.config.hidden_size
        size = 0 if encoder.config.hidden_size == dimensions else dimensions
        pupil = SytoModel.around(
            encoder, heads.specs, losses(config, heads), config.encoder.dropout, ngram_tasks(config), size
        )
    if not run.tokenizer.is_dir():
        tokenizer.save_pretrained(run.tokenizer)
        if settings.layers is not None:  # byte by byte, so that it is known for the same
            (run.tokenizer / TOKENIZER).write_bytes(path.read_bytes())
    return pupil


def _texts(config: Config, corpus: Corpus) -> list[str]:
    """Return the training articles and the further texts, cleaned as the training articles were."""
    texts = [article.clean for article in corpus.splits["train"]]
    settings = _settings(config)
    if settings.corpus:
        manifest = corpus.manifest
        cleaner = Cleaner(manifest["mastheads"], config.text, manifest.get("endings", ()))
        registry = Registry.from_files([resource("sources/ratings.csv")])
        documents, _ = glean_all(settings.corpus, cleaner, registry.canonical, config.seed, console.print)
        texts += [document.text for document in documents for _ in range(document.repeat)]
    console.print(f"texts to learn from: {len(texts):,}")
    return texts


def _save_encoder(run: RunFolder) -> None:
    """Put the pupil's encoder into a folder that AutoModel loads, beside its bundle."""
    model: SytoModel = SytoModel.from_pretrained(run.bundle, dtype=torch.float32)
    tokenizer = cast(PreTrainedTokenizerFast, PreTrainedTokenizerFast.from_pretrained(run.tokenizer))
    with whole_folder(run.encoder) as folder:
        model.encoder.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
