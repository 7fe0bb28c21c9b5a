"""`syto trim`: an encoder and texts in; the same encoder with the sub-words that these texts use, out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils.logging import disable_progress_bar

from syto.corpus.columns import ColumnMap, find_columns, to_article
from syto.errors import UserError
from syto.model.encoder import load_encoder
from syto.model.settings import EncoderSettings
from syto.model.trimming import count_subwords, subwords_to_keep, trim_encoder, trimmed_tokenizer
from syto.tables.formats import open_table
from syto.tables.whole import whole_folder
from syto.terminal import give, say, track
from syto.text.clean import Cleaner, TextSettings

COUNTS = "subword_counts.npz"
_UNSEEN = 50  # every fiftieth text is not counted: it shows what other texts lose
_COMPARED = 64  # texts whose vectors are compared
_UNKNOWN = frozenset({"<unk>", "[UNK]"})


def trim(name: str, texts: Sequence[Path], output: Path, least: int = 3, counts: Path | None = None) -> Path:
    """Write `output` with encoder and tokenizer, and how often each sub-word was counted; return it.

    `counts` of an earlier run are taken instead of counting again; then the texts show what is lost alone.
    """
    if output.exists():
        raise UserError(f"{output} is there already; name another folder, or delete it first")
    disable_progress_bar()
    encoder, tokenizer = load_encoder(name, EncoderSettings.model_validate({"from": name}))
    known, unseen = _divided(texts)
    whole: Tokenizer = tokenizer.backend_tokenizer
    whole.no_padding()
    whole.no_truncation()
    counted = _read_counts(counts, whole) if counts else count_subwords(whole, known)
    kept = subwords_to_keep(whole, counted, least)
    smaller, trimmed = trimmed_tokenizer(whole, kept), trim_encoder(encoder, kept)
    facts = _lost(whole, smaller, unseen, "texts" if counts else "texts that were not counted")
    facts |= _vectors(encoder, trimmed, kept, [whole.encode(text).ids for text in unseen[:_COMPARED]])
    with whole_folder(output) as folder:
        trimmed.save_pretrained(folder)
        _fast(smaller, tokenizer).save_pretrained(folder)
        np.savez_compressed(folder / COUNTS, counts=counted)
    facts |= _sizes(encoder, trimmed)
    give({"output": output, **facts})
    say(f"encoder: {output}")
    return output


def _divided(paths: Sequence[Path]) -> tuple[Iterator[str], list[str]]:
    """Return the texts to count, read as they are asked for, and the ones that are not counted."""
    unseen = [
        text for number, text in enumerate(_texts(paths, "texts to try it on")) if number % _UNSEEN == 0
    ]
    if not unseen:
        raise UserError(f"{', '.join(map(str, paths))}: no text is in there")
    counted = (text for number, text in enumerate(_texts(paths, "counting sub-words")) if number % _UNSEEN)
    return counted, unseen


def _texts(paths: Sequence[Path], doing: str) -> Iterator[str]:
    cleaner = Cleaner((), TextSettings(redact=False))
    for path in paths:
        table = open_table(path)
        columns = find_columns(table.outline().names, ColumnMap(), str(path))
        for row in track(table.rows(), f"{doing}: {path.name}"):
            if not row.error:
                article = to_article(row, columns)
                yield cleaner.clean(article.title, article.text).text.replace("\n", " ")


def _read_counts(path: Path, tokenizer: Tokenizer) -> NDArray[np.int64]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            counts: NDArray[np.int64] = stored["counts"].astype(np.int64)
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{path} cannot be read as counts of sub-words: {error}") from error
    if len(counts) < tokenizer.get_vocab_size():
        counts = np.pad(counts, (0, tokenizer.get_vocab_size() - len(counts)))
    return counts[: tokenizer.get_vocab_size()]


def _fast(smaller: Tokenizer, tokenizer: PreTrainedTokenizerFast) -> PreTrainedTokenizerFast:
    special: dict[str, Any] = {
        name: str(token) for name, token in tokenizer.special_tokens_map.items() if isinstance(token, str)
    }
    return PreTrainedTokenizerFast(
        tokenizer_object=smaller, model_max_length=tokenizer.model_max_length, **special
    )


def _lost(whole: Tokenizer, smaller: Tokenizer, texts: Sequence[str], what: str) -> dict[str, object]:
    """Say and return what texts lose; those that were not counted tell most."""
    before, after = (
        [
            token
            for each in tokenizer.encode_batch(list(texts), add_special_tokens=False)
            for token in each.tokens
        ]
        for tokenizer in (whole, smaller)
    )
    unknown = sum(token in _UNKNOWN for token in after)
    say(
        f"{len(texts):,} {what}: {len(before):,} sub-words before, {len(after):,} after "
        f"({len(after) / max(len(before), 1) - 1:+.2%}), unknown {unknown / max(len(after), 1):.4%}"
    )
    return {"texts": len(texts), "tokens": [len(before), len(after)], "unknown": unknown}


def _vectors(
    encoder: PreTrainedModel, trimmed: PreTrainedModel, kept: NDArray[np.int64], texts: Sequence[list[int]]
) -> dict[str, object]:
    """Say and return how many texts of kept sub-words have the same vectors to the last bit."""
    new = {int(old): place for place, old in enumerate(kept)}
    limit = int(getattr(encoder.config, "max_position_embeddings", 512)) // 2
    same = compared = 0
    for ids in (each[:limit] for each in texts if set(each) <= new.keys()):
        with torch.inference_mode():
            before = encoder(input_ids=torch.tensor([ids])).last_hidden_state
            after = trimmed(input_ids=torch.tensor([[new[old] for old in ids]])).last_hidden_state
        compared, same = compared + 1, same + bool(torch.equal(before, after))
    say(f"vectors of texts of kept sub-words that are the same to the last bit: {same} of {compared}")
    return {"compared": compared, "same_vectors": same}


def _sizes(encoder: PreTrainedModel, trimmed: PreTrainedModel) -> dict[str, object]:
    for what, network in (("before", encoder), ("after", trimmed)):
        parameters = network.num_parameters()
        say(
            f"{what}: {network.config.vocab_size:,} sub-words, {parameters / 1e6:.1f} M parameters, "
            f"{4 * parameters / 1e6:.0f} MB in float32"
        )
    return {
        "sub_words": [network.config.vocab_size for network in (encoder, trimmed)],
        "parameters": [network.num_parameters() for network in (encoder, trimmed)],
    }
