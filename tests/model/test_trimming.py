import json

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from syto.model.encoder import scratch_encoder
from syto.model.settings import ScratchSettings
from syto.model.trimming import count_subwords, subwords_to_keep, trim_encoder, trimmed_tokenizer
from tiny_encoder import TINY

KNOWN = ["Верховна Рада ухвалила закон про бюджет", "Верховна Рада не ухвалила закон"] * 5
OTHER = ["Збірна виграла матч у Варшаві", "The team won a match in Warsaw"] * 5
SPECIAL = ["<s>", "</s>", "<pad>", "<unk>"]


def trained(kind: str) -> Tokenizer:
    if kind == "unigram":
        words = [f"▁{word}" for text in (*KNOWN, *OTHER) for word in text.split()]
        letters = sorted(set("".join(words)))
        pieces = dict.fromkeys([*SPECIAL, *letters, *words])
        scores = [
            (piece, -float(place > len(SPECIAL) + len(letters)) - 5) for place, piece in enumerate(pieces)
        ]
        tokenizer = Tokenizer(models.Unigram(scores, unk_id=3))
        tokenizer.add_special_tokens(SPECIAL)
    else:
        tokenizer = Tokenizer(models.BPE(unk_token=SPECIAL[3]))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    if kind == "bpe":
        trainer = trainers.BpeTrainer(vocab_size=250, special_tokens=SPECIAL, show_progress=False)
        tokenizer.train_from_iterator([*KNOWN, *OTHER], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    return tokenizer


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_kept_subwords_give_the_same_vectors_to_the_last_bit(kind: str) -> None:
    whole = trained(kind)
    names = dict(zip(("cls_token", "sep_token", "pad_token"), SPECIAL, strict=False))
    fast = PreTrainedTokenizerFast(tokenizer_object=whole, **names)
    encoder = scratch_encoder(ScratchSettings(architecture="bert", options=TINY), fast, "eager").eval()
    kept = subwords_to_keep(whole, count_subwords(whole, KNOWN), least=3)
    smaller, trimmed = trimmed_tokenizer(whole, kept), trim_encoder(encoder, kept)
    assert len(kept) < whole.get_vocab_size()
    assert smaller.get_vocab_size() == len(kept) == trimmed.config.vocab_size
    for text in KNOWN[:2]:
        before, after = whole.encode(text), smaller.encode(text)
        assert before.tokens == after.tokens
        want = encoder(input_ids=torch.tensor([before.ids])).last_hidden_state
        assert torch.equal(want, trimmed(input_ids=torch.tensor([after.ids])).last_hidden_state)


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_words_that_were_not_counted_are_spelt_in_letters(kind: str) -> None:
    whole = trained(kind)
    smaller = trimmed_tokenizer(whole, subwords_to_keep(whole, count_subwords(whole, KNOWN), least=3))
    encoded = smaller.encode(OTHER[0])
    assert "<unk>" not in encoded.tokens
    assert "".join(encoded.tokens[1:-1]).replace("▁", " ").strip() == OTHER[0]


def test_special_tokens_are_numbered_anew() -> None:
    whole = trained("unigram")
    smaller = trimmed_tokenizer(whole, subwords_to_keep(whole, count_subwords(whole, KNOWN), least=3))
    ids = {token["content"]: token["id"] for token in json.loads(smaller.to_str())["added_tokens"]}
    assert smaller.encode("Рада").ids[0] == ids["<s>"]
    assert {smaller.token_to_id(token) for token in SPECIAL} == set(ids.values())
