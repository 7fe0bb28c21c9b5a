from itertools import pairwise

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from syto.model.encoder import SPECIAL, train_tokenizer
from syto.model.settings import TokenizerSettings
from syto.training.packing import IGNORED, Ids, MaskedRows, Packed, RowPairs, WordMasking, pack, tokenised

TEXT = "Ґанок їжака\nі п'ять слів про недоторканність: їжакуватість 2025 року. " * 3
START = 900  # of the rows that `pack` makes


def _metaspace(*more: str) -> PreTrainedTokenizerFast:
    tokenizer = train_tokenizer(TokenizerSettings(vocab_size=300), iter([TEXT]))
    tokenizer.add_tokens(list(more))
    return tokenizer


def _word_piece() -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=70, special_tokens=list(SPECIAL), show_progress=False)
    tokenizer.train_from_iterator([TEXT, "##"], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True)),
    )


# `##` is an ordinary piece of large vocabularies; it must not make a WordPiece tokenizer of them.
TOKENIZERS = {"metaspace": _metaspace(), "metaspace with ##": _metaspace("##", "###"), "##": _word_piece()}


@pytest.fixture(params=TOKENIZERS)
def tokenizer(request: pytest.FixtureRequest) -> PreTrainedTokenizerFast:
    return TOKENIZERS[request.param]


def _documents(*sizes: int) -> list[Ids]:
    """Documents of those lengths; all their tokens together are 0, 1, 2, …"""
    ends = np.cumsum(sizes)
    return [np.arange(end - size, end, dtype=np.int32) for end, size in zip(ends, sizes, strict=True)]


def _rows(tokenizer: PreTrainedTokenizerFast, count: int, length: int = 32) -> torch.Tensor:
    packed = pack(list(tokenised([TEXT] * count, tokenizer)), length, tokenizer.cls_token_id)
    return torch.from_numpy(packed.rows.astype(np.int64))


def _words(tokenizer: PreTrainedTokenizerFast, row: torch.Tensor) -> list[list[int]]:
    """The positions of each word of a row, read from its pieces."""
    words: list[list[int]] = []
    special = set(tokenizer.all_special_tokens)
    pieces = tokenizer.convert_ids_to_tokens(row.tolist())
    for position, piece in enumerate(pieces):
        if piece in special:
            continue
        goes_on = piece.startswith("##") if tokenizer is TOKENIZERS["##"] else piece[0] not in "▁\n"
        if goes_on and words and pieces[position - 1] not in special:
            words[-1].append(position)
        else:
            words.append([position])
    return words


def test_rows_begin_with_the_start_and_hold_everything_but_the_tail() -> None:
    packed = pack(_documents(3, 9, 1, 7), length=5, start=START)
    assert packed.rows.tolist() == [[START, *range(first, first + 4)] for first in (0, 4, 8, 12, 16)]
    tail = pack(_documents(3, 9, 1, 6), length=5, start=START)
    assert tail.rows.tolist() == packed.rows[:4].tolist()
    assert (tail.rows.dtype, tail.pairs(), packed.pairs()) == (np.int32, 2, 2)


def test_less_than_a_row_gives_none() -> None:
    for documents in (_documents(3), []):
        packed = pack(documents, length=5, start=START)
        assert packed.rows.shape == (0, 5)
        assert packed.continues.shape == (0,)


@pytest.mark.parametrize(
    ("sizes", "continues"),
    [
        ((12,), [False, True, True]),  # one document throughout
        ((2, 4, 6), [False, True, True]),  # half of rows 0 and 1; then all of row 2 and half of row 1
        ((3, 3, 6), [False, False, True]),  # a quarter of row 0 is too little
        ((2, 3, 4, 3), [False, False, False]),  # a quarter of row 1, then a quarter of row 2
        ((4, 4, 4), [False, False, False]),  # each ends with its row
        ((1, 1, 10), [False, True, True]),  # what stood before in the row does not matter
        ((12, 9), [False, True, True, False, True]),
    ],
)
def test_a_row_continues_when_one_document_fills_half_of_both(
    sizes: tuple[int, ...], continues: list[bool]
) -> None:
    assert pack(_documents(*sizes), length=5, start=START).continues.tolist() == continues


def test_a_row_continues_as_counted_token_by_token() -> None:
    rng = np.random.default_rng(0)
    for length in (8, 9):
        sizes = rng.integers(1, 30, 200)
        packed = pack(_documents(*sizes), length, START)
        owner = np.repeat(np.arange(200), sizes)
        owners = owner[packed.rows[:, 1:]]
        half = (length - 1) / 2
        shared = [
            any((before == one).sum() >= half and (after == one).sum() >= half for one in before)
            for before, after in pairwise(owners)
        ]
        assert packed.continues.tolist() == [False, *shared]
        assert 10 < sum(shared) < len(shared) - 10


def test_each_text_ends_with_the_separator_and_has_no_other_special(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    texts = [f"{number} слів" for number in range(1_001)]  # more than one call of the tokenizer
    documents = list(tokenised(iter(texts), tokenizer))
    assert len(documents) == 1_001
    special = set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
    for text, ids in zip(texts[-3:], documents[-3:], strict=True):
        assert ids[:-1].tolist() == tokenizer(text, add_special_tokens=False)["input_ids"]
        assert ids[-1] == tokenizer.sep_token_id
        assert not special & set(ids[:-1].tolist())


def test_a_word_is_masked_whole_or_not_at_all(tokenizer: PreTrainedTokenizerFast) -> None:
    rows = _rows(tokenizer, 40)
    _, labels = WordMasking(tokenizer, 0.3).masked(rows, torch.Generator().manual_seed(0))
    several = 0
    for row, chosen in zip(rows, labels != IGNORED, strict=True):
        for word in _words(tokenizer, row):
            several += len(word) > 1
            assert len({bool(chosen[position]) for position in word}) == 1
    assert several > 100


def test_neighbouring_words_are_drawn_apart(tokenizer: PreTrainedTokenizerFast) -> None:
    rows = _rows(tokenizer, 40)
    _, labels = WordMasking(tokenizer, 0.5).masked(rows, torch.Generator().manual_seed(0))
    pairs = [
        (bool(chosen[one[-1]]), bool(chosen[other[0]]))
        for row, chosen in zip(rows, labels != IGNORED, strict=True)
        for one, other in pairwise(_words(tokenizer, row))
    ]
    assert np.mean([one == other for one, other in pairs]) == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("share", [0.15, 0.6])
def test_the_share_of_masked_words_is_the_one_asked_for(
    tokenizer: PreTrainedTokenizerFast, share: float
) -> None:
    rows = _rows(tokenizer, 200)
    _, labels = WordMasking(tokenizer, share).masked(rows, torch.Generator().manual_seed(0))
    chosen = [
        bool(masked[word[0]])
        for row, masked in zip(rows, labels != IGNORED, strict=True)
        for word in _words(tokenizer, row)
    ]
    assert len(chosen) > 2_000
    assert np.mean(chosen) == pytest.approx(share, abs=0.03)


def test_special_tokens_are_never_masked_and_labels_are_the_originals(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    rows = _rows(tokenizer, 200)
    ids, labels = WordMasking(tokenizer, 0.9).masked(rows, torch.Generator().manual_seed(0))
    special = torch.isin(rows, torch.tensor(tokenizer.all_special_ids))
    chosen = labels != IGNORED
    assert special.any(1).all()
    assert not (special & chosen).any()
    assert torch.equal(labels[chosen], rows[chosen])
    assert torch.equal(ids[~chosen], rows[~chosen])


def test_eighty_ten_ten(tokenizer: PreTrainedTokenizerFast) -> None:
    rows = _rows(tokenizer, 400)
    ids, labels = WordMasking(tokenizer, 0.7).masked(rows, torch.Generator().manual_seed(0))
    chosen = labels != IGNORED
    masked = (ids[chosen] == tokenizer.mask_token_id).float().mean()
    same = (ids[chosen] == rows[chosen]).float().mean()
    other = ids[chosen & (ids != rows) & (ids != tokenizer.mask_token_id)]
    chance = 1 / len(tokenizer)  # that the random token is the mask, or the token itself
    assert masked.item() == pytest.approx(0.8 + 0.1 * chance, abs=0.02)
    assert same.item() == pytest.approx(0.1 + 0.1 * chance, abs=0.02)
    assert len(other.unique()) > 0.6 * len(tokenizer)  # drawn from the whole vocabulary


def test_a_seeded_generator_repeats_and_goes_on(tokenizer: PreTrainedTokenizerFast) -> None:
    masking, rows = WordMasking(tokenizer, 0.3), _rows(tokenizer, 20)
    generator, again = (torch.Generator().manual_seed(3) for _ in range(2))
    first = masking.masked(rows, generator)
    assert all(map(torch.equal, first, masking.masked(rows, again)))
    assert not torch.equal(first[0], masking.masked(rows, generator)[0])


def test_held_out_rows_are_masked_once_and_the_same_in_another_process(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    packed = pack(list(tokenised([TEXT] * 20, tokenizer)), 32, tokenizer.cls_token_id)
    masking = WordMasking(tokenizer, 0.3)
    one, other = MaskedRows(packed, masking, seed=1), MaskedRows(packed, masking, seed=1)
    torch.manual_seed(7)  # the state of the training must not matter
    for index in (0, 5, 0):
        assert torch.equal(one[index]["input_ids"], other[index]["input_ids"])
        assert torch.equal(one[index]["labels"], other[index]["labels"])
    assert len(one) == len(packed.rows)
    assert any(
        not torch.equal(one[index]["labels"], MaskedRows(packed, masking, seed=2)[index]["labels"])
        for index in range(len(one))
    )


def test_collate_keeps_neighbours_together_in_the_order_drawn() -> None:
    rows = np.array([[2, 50, 100 + number] for number in range(5)], dtype=np.int32)
    pairs = RowPairs(Packed(rows, np.array([False, True, False, False, True])))
    assert len(pairs) == 2
    batch = WordMasking(TOKENIZERS["metaspace"], share=1e-9).collate([pairs[1], pairs[0]])
    assert batch["input_ids"].tolist() == rows[[2, 3, 0, 1]].tolist()
    assert batch["paired"].tolist() == [False, True]
    assert (batch["labels"] == IGNORED).all()


def test_collate_draws_new_masks_for_training_and_keeps_those_of_held_out_rows(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    packed = pack(list(tokenised([TEXT] * 20, tokenizer)), 32, tokenizer.cls_token_id)
    masking, pairs = WordMasking(tokenizer, 0.3), RowPairs(packed)
    torch.manual_seed(0)
    first, second = (masking.collate([pairs[0], pairs[1]]) for _ in range(2))
    assert first["input_ids"].shape == first["labels"].shape == (4, 32)
    assert not torch.equal(first["labels"], second["labels"])
    held = MaskedRows(packed, masking, seed=1)
    batch = masking.collate([held[0], held[1]])
    assert set(batch) == {"input_ids", "labels"}
    assert torch.equal(batch["labels"], torch.stack([held[0]["labels"], held[1]["labels"]]))
