"""A pupil that learns to answer as a larger network does."""

import shutil
from collections.abc import Sequence

import numpy as np
import torch
from transformers import PreTrainedTokenizerFast, Trainer

from syto.corpus.unlabelled import glean_all
from syto.errors import UserError
from syto.model.bundle import TOKENIZER
from syto.model.encoder import bare_tokenizer, load_tokenizer
from syto.model.network import SytoModel
from syto.model.windows import Windower
from syto.recipe.fitting import begin, encoder_to_begin_with, keep, losses, ngram_tasks, trained, windower
from syto.recipe.run import Run
from syto.sources.registry import Registry
from syto.tables.whole import whole_folder
from syto.terminal import say
from syto.text.clean import Cleaner
from syto.text.language import detect_language
from syto.training.augmentation import ServiceSentences
from syto.training.distillation import TaughtDataset, Teaching, load_teacher, pupil_of
from syto.training.settings import DistilSettings
from syto.training.targets import Heads


def fit_teacher(run: Run, settings: DistilSettings) -> Trainer:
    """Train a pupil to answer as its teacher does, from the run's last checkpoint if it has one."""
    begin(run)
    teacher = load_teacher(settings.teacher)
    _check_heads(teacher, run.heads, settings)
    with run.arguments.main_process_first(local=False, desc="encoder and tokenizer"):
        pupil, tokenizer = _pupil(run, teacher, settings)
        keep(tokenizer, run)
        if settings.layers is not None:  # byte by byte, so that it is known for the same
            shutil.copyfile(settings.teacher / TOKENIZER, run.folder.tokenizer / TOKENIZER)
    own, of_teacher = windower(run), Windower(settings.teacher / TOKENIZER, run.config.window)
    same = (run.folder.tokenizer / TOKENIZER).read_bytes() == (settings.teacher / TOKENIZER).read_bytes()
    texts = _texts(run, settings)
    taught = TaughtDataset(own, None if same else of_teacher, texts, _shown(run, texts))
    return trained(run, pupil, taught, Teaching(teacher, run.arguments))


def _check_heads(teacher: SytoModel, heads: Heads, settings: DistilSettings) -> None:
    known = [(spec.task, spec.labels) for spec in teacher.config.head_specs()]
    wanted = [(spec.task, spec.labels) for spec in heads.specs]
    if known != wanted:
        raise UserError(
            f"distil.teacher {settings.teacher} answers {known}, and this config asks for {wanted}; "
            "take the config that the teacher was trained with, by `extends`"
        )


def _pupil(
    run: Run, teacher: SytoModel, settings: DistilSettings
) -> tuple[SytoModel, PreTrainedTokenizerFast]:
    """Make the pupil and its tokenizer, which is the teacher's where its layers are."""
    if settings.layers is not None:
        tokenizer = bare_tokenizer(settings.teacher / TOKENIZER)
        return pupil_of(teacher, settings.layers), tokenizer
    config = run.config
    encoder, tokenizer = encoder_to_begin_with(config.encoder)
    dimensions = teacher.config.vector_size or teacher.encoder.config.hidden_size
    size = 0 if encoder.config.hidden_size == dimensions else dimensions
    specs = run.heads.specs
    pupil = SytoModel.around(encoder, specs, losses(run), config.encoder.dropout, ngram_tasks(config), size)
    if not size:  # vectors as wide as the teacher's, which its heads read
        pupil.heads.load_state_dict(teacher.heads.state_dict())
    return pupil, tokenizer


def _texts(run: Run, settings: DistilSettings) -> list[str]:
    """Return the training articles and the further texts, cleaned as the training articles were."""
    texts = [article.clean for article in run.corpus.splits["train"]]
    if settings.corpus:
        manifest = run.corpus.manifest
        cleaner = Cleaner(manifest["mastheads"], run.config.text, manifest.get("endings", ()))
        canonical, seed = Registry.shipped().canonical, run.config.seed
        documents, _ = glean_all(settings.corpus, cleaner, canonical, seed, say)
        texts += [document.text for document in documents for _ in range(document.repeat)]
    say(f"texts to learn from: {len(texts):,}")
    return texts


def _shown(run: Run, texts: Sequence[str]) -> list[str] | None:
    """Return the texts as the pupil sees them, some among service sentences; None: as they are."""
    settings = run.config.augmentation
    if not settings.service_sentences:
        return None
    service, rng = (
        ServiceSentences.from_file(settings.service_sentences),
        np.random.default_rng(run.config.seed),
    )
    chosen = rng.random(len(texts)) < settings.with_service
    return [
        service.around(text, detect_language(text), rng) if among else text
        for text, among in zip(texts, chosen, strict=True)
    ]


def save_encoder(run: Run) -> None:
    """Put the pupil's encoder into a folder that AutoModel loads, beside its bundle, in half precision."""
    model: SytoModel = SytoModel.from_pretrained(run.folder.bundle, dtype=torch.float32)
    with whole_folder(run.folder.encoder) as folder:
        model.encoder.half().save_pretrained(folder)
        load_tokenizer(run.folder.tokenizer).save_pretrained(folder)
