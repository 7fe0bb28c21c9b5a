"""Pre-training by the Hugging Face `Trainer` as it is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast, Trainer, TrainerCallback, TrainingArguments

from syto.tables.whole import whole_folder
from syto.training.masked_lm import MaskedLanguageModel
from syto.training.packing import MaskedRows, Packed, RowPairs, WordMasking
from syto.training.pretrain_settings import ObjectiveSettings
from syto.training.run_folder import ENCODER_CONFIG, RunFolder

# What a pre-training gets unless its config says otherwise.
PRETRAIN_DEFAULTS: dict[str, Any] = {
    "eval_strategy": "steps",
    "save_strategy": "steps",
    "save_steps": 500,
    "eval_steps": 500,
    "save_total_limit": 2,
    "logging_steps": 20,
    "prediction_loss_only": True,
    "remove_unused_columns": False,  # what a batch holds is made by the collator
    "dataloader_pin_memory": False,
    "lr_scheduler_type": "cosine",
    "warmup_steps": 0.05,
    "weight_decay": 0.01,
    "adam_beta2": 0.98,
}
ABOUT = "pretraining.json"
_SUMMARY = "summary.json"
_TRAIN = "train"


@dataclass(frozen=True, slots=True)
class PackedCorpus:
    """Rows to train on, and held-out rows by language."""

    train: Packed
    held_out: Mapping[str, Packed]
    summary: Mapping[str, Any]  # documents, tokens and what was left out

    def write(self, folder: Path) -> None:
        """Write beside `folder`, then put all in its place."""
        with whole_folder(folder) as partial:
            for name, packed in {_TRAIN: self.train, **self.held_out}.items():
                np.save(partial / f"{name}.rows.npy", packed.rows)
                np.save(partial / f"{name}.continues.npy", packed.continues)
            text = json.dumps(self.summary, ensure_ascii=False, indent=1)
            (partial / _SUMMARY).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "PackedCorpus":
        """Read what `write` wrote; the rows stay on disk until they are used."""
        parts = {
            path.name.removesuffix(".rows.npy"): Packed(
                np.load(path, mmap_mode="r"),
                np.load(path.with_name(path.name.replace(".rows.", ".continues."))),
            )
            for path in sorted(folder.glob("*.rows.npy"))
        }
        summary = json.loads((folder / _SUMMARY).read_text(encoding="utf-8"))
        return cls(parts.pop(_TRAIN), parts, summary)


def make_pretrainer(
    network: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    corpus: PackedCorpus,
    objective: ObjectiveSettings,
    arguments: TrainingArguments,
    callbacks: Sequence[TrainerCallback],
) -> Trainer:
    """Put the parts together; the held-out loss is logged by language."""
    masking = WordMasking(tokenizer, objective.mask)
    embeddings: Any = network.get_input_embeddings()
    counts = np.bincount(corpus.train.rows.ravel(), minlength=embeddings.weight.shape[0])
    model = MaskedLanguageModel(network, torch.from_numpy(counts), objective.candidates, objective.contrast)
    return Trainer(
        model=model,
        args=arguments,
        train_dataset=RowPairs(corpus.train),
        eval_dataset={
            language: MaskedRows(packed, masking, arguments.seed)
            for language, packed in corpus.held_out.items()
        },
        data_collator=masking.collate,
        callbacks=list(callbacks),
    )


def tokens_a_step(trainer: Trainer, length: int) -> int:
    """Return how many tokens one optimiser step sees, over all processes."""
    arguments = trainer.args
    batches = arguments.gradient_accumulation_steps * arguments.world_size
    return int(arguments.train_batch_size * batches * 2 * length)


def save_encoder(
    model: MaskedLanguageModel,
    tokenizer: PreTrainedTokenizerFast,
    about: Mapping[str, Any],
    weights: str,
    run: RunFolder,
) -> Path:
    """Write the encoder without its head; its folder appears whole or not at all."""
    encoder: Any = model.network.base_model
    text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    with whole_folder(run.encoder) as folder:
        encoder.to(getattr(torch, weights)).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        (folder / ABOUT).write_text(text, encoding="utf-8")
        if not (folder / ENCODER_CONFIG).is_file():
            raise AssertionError("transformers wrote no config")
    return run.encoder
