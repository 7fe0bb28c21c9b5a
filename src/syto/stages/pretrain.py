"""`syto pretrain`: unlabelled texts in; an encoder that `AutoModel` and `AutoTokenizer` load, out."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast, Trainer, TrainingArguments, set_seed
from transformers.utils.logging import disable_progress_bar

from syto.config import PretrainConfig
from syto.corpus.unlabelled import Document, glean_all
from syto.digest import sha256_of
from syto.errors import UserError
from syto.model.encoder import (
    check_scratch,
    load_masked_lm,
    load_tokenizer,
    scratch_masked_lm,
    train_tokenizer,
)
from syto.recipe.fitting import train_from
from syto.recipe.run import RUNS, begun
from syto.sources.registry import Registry
from syto.terminal import doing, give, say, track
from syto.text.clean import Cleaner
from syto.tracking.tracker import Tracker
from syto.training.agreed_run import Resume, is_main
from syto.training.packing import Packed, pack, tokenised
from syto.training.pretrainer import (
    PRETRAIN_DEFAULTS,
    PackedCorpus,
    make_pretrainer,
    save_encoder,
    tokens_a_step,
)
from syto.training.run_folder import RunFolder
from syto.training.trainer import MetricsLog, training_arguments
from syto.training.word_vectors import word_vectors

_HELD_OUT_ROWS = 400  # a language, so that the held-out loss takes seconds


def pretrain(config: PretrainConfig, resume: Resume = None) -> Path:
    """Train the encoder from scratch or from a checkpoint; return its folder.

    Started by `accelerate launch` or `torchrun`, every process trains and the first one does the rest.
    """
    _check(config)
    arguments = training_arguments(config.training, RUNS, config.seed, PRETRAIN_DEFAULTS)
    with begun(config, _digest(config), arguments, resume, lambda run: run.tokens.exists()) as (run, tracker):
        trainer, tokenizer, corpus = _train(config, arguments, run, tracker)
        if is_main(arguments):
            _finish(config, trainer, tokenizer, corpus, run, tracker)
    return run.encoder


def _check(config: PretrainConfig) -> None:
    """Refuse at once what would fail after minutes of reading."""
    scratch = config.encoder.scratch
    if scratch:
        check_scratch(scratch)
    if config.word_vectors and not (scratch and "hidden_size" in scratch.options):
        raise UserError(
            "word_vectors begin an encoder from scratch and need encoder.scratch.options.hidden_size"
        )


def _digest(config: PretrainConfig) -> str:
    """Return one digest of all the files that are read."""
    paths = sorted({texts.path for texts in config.corpus.texts})
    if missing := [str(path) for path in paths if not path.is_file()]:
        raise UserError(f"corpus.texts: {', '.join(missing)} not found; paths count from the current folder")
    return hashlib.sha256("".join(map(sha256_of, paths)).encode()).hexdigest()


def _train(
    config: PretrainConfig, arguments: TrainingArguments, run: RunFolder, tracker: Tracker
) -> tuple[Trainer, PreTrainedTokenizerFast, PackedCorpus]:
    set_seed(arguments.seed)
    disable_progress_bar()  # of loading and saving; the Trainer keeps its own
    with arguments.main_process_first(local=False, desc="tokenizer and packed rows"):
        if not run.tokens.is_dir():
            _prepare(config, run)
    tokenizer, corpus = load_tokenizer(run.tokenizer), PackedCorpus.read(run.tokens)
    trainer = make_pretrainer(
        _network(config, tokenizer, run),
        tokenizer,
        corpus,
        config.objective,
        arguments,
        [MetricsLog(run.metrics, tracker.log_metrics)],
    )
    train_from(trainer, run.last_checkpoint())
    return trainer, tokenizer, corpus


def _prepare(config: PretrainConfig, run: RunFolder) -> None:
    """Read, tokenise and pack; everything that a resumed run will not do again."""
    registry = Registry.shipped()
    cleaner = Cleaner((), config.text)
    documents, dropped = glean_all(config.corpus, cleaner, registry.canonical, config.seed, say)
    held_out, training = _divide(documents, config)
    tokenizer = _tokenizer(config, training)
    tokenizer.save_pretrained(run.tokenizer)
    order = np.random.default_rng(config.seed).permutation(
        [index for index, document in enumerate(training) for _ in range(document.repeat)]
    )
    texts = (training[index].text for index in track(order, "tokens"))
    ids = list(tokenised(texts, tokenizer))
    if config.word_vectors and config.encoder.scratch:
        size = int(config.encoder.scratch.options["hidden_size"])
        with doing("word vectors"):
            np.save(run.vectors, word_vectors(ids, config.word_vectors, size, len(tokenizer), config.seed))
    packed = pack(ids, config.objective.length, tokenizer.cls_token_id)
    if not packed.pairs():
        raise UserError(
            f"corpus.texts give {len(packed.rows)} rows of objective.length {config.objective.length}; "
            "training needs two, so give more texts or shorter rows"
        )
    tokens = Counter[str]()
    for index, document in zip(order, ids, strict=True):
        tokens[training[index].language] += len(document)
    summary = {
        "documents": dict(Counter(document.language for document in documents)),
        "characters": _characters(documents),
        "tokens_an_epoch": dict(tokens),
        "characters_per_token": _characters_per_token(held_out, tokenizer),
        "left_out": dropped,
    }
    held = {
        language: rows
        for language in sorted({document.language for document in held_out})
        if len((rows := _held_out_rows(held_out, language, tokenizer, config.objective.length)).rows)
    }
    PackedCorpus(packed, held, summary).write(run.tokens)
    say(json.dumps(summary, ensure_ascii=False))


def _held_out_rows(
    documents: Sequence[Document], language: str, tokenizer: PreTrainedTokenizerFast, length: int
) -> Packed:
    texts = (document.text for document in documents if document.language == language)
    return pack(list(tokenised(texts, tokenizer)), length, tokenizer.cls_token_id).first(_HELD_OUT_ROWS)


def _divide(documents: Sequence[Document], config: PretrainConfig) -> tuple[list[Document], list[Document]]:
    """Return the documents of the held-out loss and those that are trained on."""
    drawn = np.random.default_rng(config.seed).random(len(documents)) < config.corpus.held_out
    held_out = [document for document, out in zip(documents, drawn, strict=True) if out]
    return held_out, [document for document, out in zip(documents, drawn, strict=True) if not out]


def _tokenizer(config: PretrainConfig, documents: Sequence[Document]) -> PreTrainedTokenizerFast:
    """Load the checkpoint's tokenizer, or train one on a sample in which the languages weigh the same."""
    encoder = config.encoder
    if encoder.scratch is None:
        return load_masked_lm(encoder.source or "", encoder)[1]
    return train_tokenizer(encoder.tokenizer, _balanced(documents, config.corpus.languages))


def _balanced(documents: Sequence[Document], languages: Sequence[str]) -> Iterator[str]:
    """Yield documents of each language up to what the first language has; the first is repeated as set."""
    budget = sum(len(d.text) * d.repeat for d in documents if d.language == languages[0]) or None
    for language in languages:
        left = float("inf") if budget is None or language == languages[0] else float(budget)
        for document in documents:
            if document.language != language or left <= 0:
                continue
            for _ in range(document.repeat):
                left -= len(document.text)
                yield document.text


def _network(config: PretrainConfig, tokenizer: PreTrainedTokenizerFast, run: RunFolder) -> PreTrainedModel:
    encoder = config.encoder
    if encoder.scratch is None:
        return load_masked_lm(encoder.source or "", encoder)[0]
    network = scratch_masked_lm(encoder.scratch, tokenizer, encoder.attention)
    if config.word_vectors:
        _set_vectors(network, run)
    return network


def _set_vectors(network: PreTrainedModel, run: RunFolder) -> None:
    embeddings: Any = network.get_input_embeddings()
    with torch.no_grad():
        embeddings.weight.copy_(torch.from_numpy(np.load(run.vectors)))


def _characters(documents: Sequence[Document]) -> dict[str, int]:
    counts = Counter[str]()
    for document in documents:
        counts[document.language] += len(document.text)
    return dict(counts)


def _characters_per_token(
    documents: Sequence[Document], tokenizer: PreTrainedTokenizerFast
) -> dict[str, float]:
    tokens = Counter[str]()
    for document, ids in zip(documents, tokenised((d.text for d in documents), tokenizer), strict=True):
        tokens[document.language] += len(ids) - 1
    return {language: round(n / tokens[language], 2) for language, n in _characters(documents).items()}


def _finish(
    config: PretrainConfig,
    trainer: Trainer,
    tokenizer: PreTrainedTokenizerFast,
    corpus: PackedCorpus,
    run: RunFolder,
    tracker: Tracker,
) -> None:
    losses = {
        language: trainer.evaluate(rows, metric_key_prefix=f"eval_{language}")
        for language, rows in cast(Mapping[str, Any], trainer.eval_dataset).items()
    }
    about = {
        "name": config.name,
        "licence": config.licence,
        "texts": [texts.name for texts in config.corpus.texts],
        **corpus.summary,
        "tokens_seen": trainer.state.global_step * tokens_a_step(trainer, config.objective.length),
        "steps": trainer.state.global_step,
        "held_out_loss": {
            language: round(loss[f"eval_{language}_loss"], 4) for language, loss in losses.items()
        },
    }
    model = trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
    save_encoder(model, tokenizer, about, config.weights, run)
    tracker.log_artifact(run.metrics)
    tracker.log_artifact(run.encoder)
    give({"run": run.path, "encoder": run.encoder, **about})
    say(f"encoder: {run.encoder}")
    say(f"held-out loss: {about['held_out_loss']}")
