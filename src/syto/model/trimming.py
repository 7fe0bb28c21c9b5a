"""An encoder with the sub-words that given texts use: most of a multilingual one are its embeddings (torch).

After Ushio et al., Efficient multilingual language model compression through vocabulary trimming, EMNLP 2023.
"""

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn
from transformers import PreTrainedModel

from syto.errors import UserError

Counts = NDArray[np.int64]
_BATCH = 1000  # texts
_WORD_MARKS = "▁Ġ"  # what pieces begin with where a word begins; "##" where one goes on
# Last characters of Latin, Greek and Cyrillic, and the block of general punctuation: single ones always stay.
_LETTERS, _PUNCTUATION = 0x530, range(0x2000, 0x2200)


def count_subwords(tokenizer: Tokenizer, texts: Iterable[str]) -> Counts:
    """Return how often each sub-word stands in the texts, (vocabulary,)."""
    counts = np.zeros(tokenizer.get_vocab_size(), dtype=np.int64)
    rest = iter(texts)
    while batch := list(islice(rest, _BATCH)):
        ids = [np.array(each.ids) for each in tokenizer.encode_batch_fast(batch, add_special_tokens=False)]
        counts += np.bincount(np.concatenate(ids).astype(np.int64), minlength=len(counts))
    return counts


def subwords_to_keep(tokenizer: Tokenizer, counts: Counts, least: int) -> NDArray[np.int64]:
    """Return the ids, rising, that occur `least` times, are special or one character, or build such."""
    content = _content(tokenizer)
    pieces = tokenizer.get_vocab()
    kept = set(np.flatnonzero(counts >= least).tolist())
    kept |= {int(token["id"]) for token in content["added_tokens"]}
    kept |= {place for piece, place in pieces.items() if _is_character(piece)}
    unknown = content["model"].get("unk_id")
    kept |= {unknown} if unknown is not None else set()
    _add_parts(content["model"], pieces, kept)
    return np.array(sorted(kept), dtype=np.int64)


def trimmed_tokenizer(tokenizer: Tokenizer, kept: NDArray[np.int64]) -> Tokenizer:
    """Return the tokenizer with the kept sub-words alone, numbered anew in their order."""
    content = _content(tokenizer)
    new = {int(old): place for place, old in enumerate(kept)}
    model = content["model"]
    if model["type"] == "Unigram":
        model["vocab"] = [model["vocab"][old] for old in kept]
        model["unk_id"] = new.get(model["unk_id"])
    else:
        model["vocab"] = {piece: new[old] for piece, old in model["vocab"].items() if old in new}
        merges = [merge for merge in model.get("merges", ()) if _made(merge, model["vocab"])]
        model |= {"merges": merges} if "merges" in model else {}
    for token in content["added_tokens"]:
        token["id"] = new[token["id"]]
    _renumber(content.get("post_processor"), new)
    return Tokenizer.from_str(json.dumps(content, ensure_ascii=False))


def trim_encoder(encoder: PreTrainedModel, kept: NDArray[np.int64]) -> PreTrainedModel:
    """Return the encoder with the embeddings of the kept sub-words alone."""
    trimmed = copy.deepcopy(encoder)
    table: Any = trimmed.get_input_embeddings()
    if table.weight.shape[0] <= int(kept[-1]):
        raise UserError(
            f"the encoder has {table.weight.shape[0]} embeddings and its tokenizer names {kept[-1]}"
        )
    new = {int(old): place for place, old in enumerate(kept)}
    padding = new.get(table.padding_idx) if table.padding_idx is not None else None
    smaller = nn.Embedding(len(kept), table.weight.shape[1], padding)
    with torch.no_grad():
        smaller.weight.copy_(table.weight[torch.from_numpy(kept)])
    trimmed.set_input_embeddings(smaller)
    trimmed.config.vocab_size = len(kept)
    for name in ("pad_token_id", "bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id"):
        if (old := getattr(trimmed.config, name, None)) is not None:
            setattr(trimmed.config, name, new.get(old))
    return trimmed


def _content(tokenizer: Tokenizer) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(tokenizer.to_str())
    if content["model"]["type"] not in ("Unigram", "BPE", "WordPiece"):
        raise UserError(
            f"a tokenizer of type {content['model']['type']} cannot be trimmed; Unigram, BPE, WordPiece can"
        )
    return content


def _is_character(piece: str) -> bool:
    if piece.startswith("<0x"):  # a byte, to which rare letters fall back
        return True
    plain = piece.removeprefix("##").lstrip(_WORD_MARKS)
    return len(plain) <= 1 and all(ord(each) < _LETTERS or ord(each) in _PUNCTUATION for each in plain)


def _add_parts(model: Mapping[str, Any], pieces: Mapping[str, int], kept: set[int]) -> None:
    """Keep what kept sub-words are merged from: a merge that is missing could not be made."""
    for merge in reversed(model.get("merges", ())):  # later merges are made of earlier ones
        left, right = _parts(merge)
        if pieces.get(left + right) in kept:
            kept |= {pieces[left], pieces[right]}


def _parts(merge: str | Sequence[str]) -> tuple[str, str]:
    left, right = merge.split(" ") if isinstance(merge, str) else merge
    return left, right


def _made(merge: str | Sequence[str], vocabulary: Mapping[str, int]) -> bool:
    left, right = _parts(merge)
    return left in vocabulary and right in vocabulary and left + right in vocabulary


def _renumber(processor: dict[str, Any] | None, new: Mapping[int, int]) -> None:
    """Put the new ids into what adds the special tokens."""
    if processor is None:
        return
    for inner in processor.get("processors", ()):
        _renumber(inner, new)
    if isinstance(processor.get("special_tokens"), dict):
        for token in processor["special_tokens"].values():
            token["ids"] = [new[old] for old in token["ids"]]
    for name in ("sep", "cls"):
        if name in processor:
            piece, old = processor[name]
            processor[name] = [piece, new[old]]
