"""Encoders and their tokenizers: from a checkpoint, or from scratch (torch)."""

import copy
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForMaskedLM,
    AutoTokenizer,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from syto.errors import UserError, did_you_mean
from syto.model.settings import EncoderSettings, ScratchSettings, TokenizerSettings

PAD, UNKNOWN, START, END, MASK = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
# What special tokens are called, by those of BERT and those of XLM-R.
_ROLES = {
    "pad": (PAD, "<pad>"),
    "unk": (UNKNOWN, "<unk>"),
    "cls": (START, "<s>"),
    "sep": (END, "</s>"),
    "bos": ("<s>",),
    "eos": ("</s>",),
    "mask": (MASK, "<mask>"),
}


def load_encoder(name: str, settings: EncoderSettings) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """Load a checkpoint from a folder or the Hub; `UserError` when it is not an encoder we can use."""
    return _load(AutoModel, name, settings)


def load_masked_lm(name: str, settings: EncoderSettings) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """Load a checkpoint with its masked-language-modelling head, a new one where it has none."""
    return _load(AutoModelForMaskedLM, name, settings)


def _load(
    kind: Any,  # noqa: ANN401 - an Auto class
    name: str,
    settings: EncoderSettings,
) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    options: dict[str, Any] = {
        "revision": settings.revision,
        "trust_remote_code": settings.trust_remote_code,
    }
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, **options)
        # In fp32 however it was saved: half-precision weights lose small updates.
        network = kind.from_pretrained(
            name, attn_implementation=settings.attention, dtype=torch.float32, **options, **settings.options
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"encoder.from {name!r} cannot be loaded: {error}") from error
    _check_encoder(name, network, tokenizer)
    leave_out_pooler(network)
    # mmBERT's tokenizer, which is Gemma's, knows the ends of a text by these names alone.
    tokenizer.cls_token = tokenizer.cls_token or tokenizer.bos_token
    tokenizer.sep_token = tokenizer.sep_token or tokenizer.eos_token
    return cast(PreTrainedModel, network), cast(PreTrainedTokenizerFast, tokenizer)


def _check_encoder(name: str, encoder: Any, tokenizer: Any) -> None:  # noqa: ANN401
    config = encoder.config
    if config.is_encoder_decoder or not hasattr(config, "hidden_size") or config.model_type == "syto":
        raise UserError(
            f"encoder.from {name!r} is a {config.model_type} checkpoint, not a text encoder; "
            "give one such as jhu-clsp/mmBERT-base or FacebookAI/xlm-roberta-base"
        )
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise UserError(f"encoder.from {name!r} has no fast tokenizer (tokenizer.json)")


def leave_out_pooler(network: PreTrainedModel) -> None:
    """Take away BERT's layer on the first token: the heads read all tokens, and nothing would train it."""
    if getattr(network, "pooler", None) is not None:
        network.pooler = None  # type: ignore[assignment]


def freeze_layers(encoder: PreTrainedModel, count: int | None) -> None:
    """Keep the embeddings and the lowest `count` layers as they are; `UserError` when there are fewer."""
    if count is None:
        return
    layers = layers_of(encoder)
    if count > len(layers):
        raise UserError(f"encoder.frozen_layers {count}: the checkpoint has {len(layers)} layers")
    embeddings = getattr(encoder, "embeddings", None) or encoder.get_input_embeddings()
    for part in (embeddings, *layers[:count]):
        part.requires_grad_(False)


def layers_of(encoder: PreTrainedModel) -> nn.ModuleList:
    """Return the stack of layers, whatever the architecture calls it; `UserError` when it has none."""
    total = encoder.config.num_hidden_layers
    for part in encoder.modules():
        if isinstance(part, nn.ModuleList) and len(part) == total:
            return part
    raise UserError(f"a {encoder.config.model_type} encoder has no stack of {total} layers")


def with_layers(encoder: PreTrainedModel, chosen: Sequence[int]) -> PreTrainedModel:
    """Return an encoder of some of the layers, with their weights; `UserError` when one is not there."""
    layers = layers_of(encoder)
    if missing := [place for place in chosen if not 0 <= place < len(layers)]:
        raise UserError(f"distil.layers {missing}: the teacher has the layers 0 to {len(layers) - 1}")
    config = copy.deepcopy(encoder.config)
    config.num_hidden_layers = len(chosen)
    if types := getattr(config, "layer_types", None):
        config.layer_types = [types[place] for place in chosen]
    smaller = cast(
        PreTrainedModel,
        AutoModel.from_config(config, attn_implementation=encoder.config._attn_implementation),
    )
    leave_out_pooler(smaller)
    for own, place in zip(layers_of(smaller), chosen, strict=True):
        own.load_state_dict(layers[place].state_dict())
    rest = {name: value for name, value in encoder.state_dict().items() if name in _outside_layers(smaller)}
    smaller.load_state_dict(rest, strict=False)
    return smaller


def _outside_layers(encoder: PreTrainedModel) -> set[str]:
    inside = {id(parameter) for parameter in layers_of(encoder).parameters()}
    return {name for name, parameter in encoder.named_parameters() if id(parameter) not in inside}


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """Load a tokenizer that was saved before."""
    return cast(PreTrainedTokenizerFast, AutoTokenizer.from_pretrained(folder))


def bare_tokenizer(file: Path) -> PreTrainedTokenizerFast:
    """Load the `tokenizer.json` of a bundle, which does not say which of its tokens are the special ones."""
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(file))
    known = tokenizer.get_added_vocab()
    for role, names in _ROLES.items():
        found = [name for name in names if name in known]
        if found:
            setattr(tokenizer, f"{role}_token", found[0])
    return tokenizer


def scratch_encoder(
    settings: ScratchSettings, tokenizer: PreTrainedTokenizerFast, attention: str
) -> PreTrainedModel:
    """Make an encoder with random weights; `UserError` for an unknown architecture or option."""
    config = _scratch_config(settings, tokenizer)
    network = AutoModel.from_config(config, attn_implementation=attention)
    leave_out_pooler(network)
    return cast(PreTrainedModel, network)


def scratch_masked_lm(
    settings: ScratchSettings, tokenizer: PreTrainedTokenizerFast, attention: str
) -> PreTrainedModel:
    """Make an encoder with a masked-language-modelling head, both with random weights."""
    config = _scratch_config(settings, tokenizer)
    return cast(PreTrainedModel, AutoModelForMaskedLM.from_config(config, attn_implementation=attention))


def check_scratch(settings: ScratchSettings) -> None:
    """Raise `UserError` for an unknown architecture or option; costs nothing, so ask before long work."""
    try:
        known = AutoConfig.for_model(settings.architecture)
    except ValueError as error:
        raise UserError(
            f"encoder.scratch.architecture {settings.architecture!r} is unknown to transformers; "
            "try modernbert, bert or xlm-roberta"
        ) from error
    for option in settings.options:
        if option not in known.to_dict():
            raise UserError(
                f"encoder.scratch.options.{option} is unknown{did_you_mean(option, known.to_dict())}"
            )


def _scratch_config(settings: ScratchSettings, tokenizer: PreTrainedTokenizerFast) -> PreTrainedConfig:
    check_scratch(settings)
    special = {
        "vocab_size": len(tokenizer),
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": tokenizer.cls_token_id,
        "eos_token_id": tokenizer.sep_token_id,
        "cls_token_id": tokenizer.cls_token_id,
        "sep_token_id": tokenizer.sep_token_id,
    }
    return AutoConfig.for_model(settings.architecture, **{**special, **settings.options})


def train_tokenizer(settings: TokenizerSettings, texts: Iterator[str]) -> PreTrainedTokenizerFast:
    """Train a sub-word tokenizer that gives `[CLS] … [SEP]`; rare letters fall back to bytes."""
    tokenizer = Tokenizer(_empty_model(settings))
    tokenizer.normalizer = normalizers.Lowercase() if settings.lowercase else None
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Digits(individual_digits=False), _punctuation()]
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.train_from_iterator(texts, _trainer(settings))
    start, end = (tokenizer.token_to_id(token) for token in (START, END))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}",
        pair=f"{START} $A {END} $B {END}",
        special_tokens=[(START, start), (END, end)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        unk_token=UNKNOWN,
        cls_token=START,
        sep_token=END,
        mask_token=MASK,
    )


def _empty_model(settings: TokenizerSettings) -> models.Model:
    if settings.kind == "unigram":
        return models.Unigram()
    return models.BPE(unk_token=UNKNOWN, byte_fallback=True)


def _trainer(settings: TokenizerSettings) -> trainers.Trainer:
    bytes_ = [f"<0x{value:02X}>" for value in range(256)]
    if settings.kind == "unigram":
        return trainers.UnigramTrainer(
            vocab_size=settings.vocab_size,
            special_tokens=list(SPECIAL),
            unk_token=UNKNOWN,
            show_progress=False,
        )
    return trainers.BpeTrainer(
        vocab_size=settings.vocab_size,
        special_tokens=[*SPECIAL, *bytes_],
        limit_alphabet=1000,
        show_progress=False,
    )


def _punctuation() -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.Punctuation(behavior="isolated")
