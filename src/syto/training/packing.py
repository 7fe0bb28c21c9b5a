"""Documents packed into rows of one length, and rows with words masked (torch)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerFast

Ids = NDArray[np.int32]
IGNORED = -100  # a position that carries no loss
_BATCH = 1_000  # texts a call of the tokenizer
# How sentence-piece and byte-level tokenizers write the space or the line break before a word.
_WORD_STARTS = ("▁", "Ġ", "\n", "Ċ", "<0x0A>")
_WORD_GOES_ON = "##"  # how WordPiece writes what is no beginning


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows of token ids (rows, length), each beginning with [CLS]; no padding, the rest is dropped."""

    rows: Ids
    continues: NDArray[np.bool_]  # one document fills half of row i and half of the row before

    def first(self, count: int) -> "Packed":
        """Return the first rows."""
        return Packed(self.rows[:count], self.continues[:count])

    def pairs(self) -> int:
        """Return how many pairs of neighbours there are."""
        return len(self.rows) // 2


def tokenised(texts: Iterable[str], tokenizer: PreTrainedTokenizerFast) -> Iterator[Ids]:
    """Yield the ids of each text, with the separator at its end and no other special token."""
    texts = iter(texts)
    while batch := list(islice(texts, _BATCH)):
        for ids in tokenizer(batch, add_special_tokens=False, verbose=False)["input_ids"]:
            yield np.array([*ids, tokenizer.sep_token_id], dtype=np.int32)


def pack(documents: Sequence[Ids], length: int, start: int) -> Packed:
    """Lay documents end to end and cut the line into rows that begin with the id `start`."""
    inner = length - 1
    line = np.concatenate([*documents, np.zeros(0, np.int32)])
    count = len(line) // inner
    rows = np.full((count, length), start, dtype=np.int32)
    rows[:, 1:] = line[: count * inner].reshape(count, inner)
    sizes = np.array([len(document) for document in documents])
    ends = np.cumsum(sizes)
    edges = np.arange(1, count) * inner  # where one row ends and the next begins
    across = np.searchsorted(ends, edges, side="right")  # the document there
    before, after = edges - (ends - sizes)[across], ends[across] - edges
    continues = np.zeros(count, dtype=bool)
    continues[1:] = (before >= inner / 2) & (after >= inner / 2)
    return Packed(rows, continues)


class RowPairs(Dataset[dict[str, Tensor]]):
    """Neighbouring rows two by two, so that a batch holds the two halves of a longer text together."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed

    def __len__(self) -> int:
        return self._packed.pairs()

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        rows = torch.from_numpy(self._packed.rows[2 * index : 2 * index + 2].astype(np.int64))
        return {"rows": rows, "paired": torch.tensor(bool(self._packed.continues[2 * index + 1]))}


class MaskedRows(Dataset[dict[str, Tensor]]):
    """Rows masked once and for all, so that a held-out loss is the same at every step."""

    def __init__(self, packed: Packed, masking: "WordMasking", seed: int) -> None:
        rows = torch.from_numpy(packed.rows.astype(np.int64))
        self._ids, self._labels = masking.masked(rows, torch.Generator().manual_seed(seed))

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        return {"input_ids": self._ids[index], "labels": self._labels[index]}


class WordMasking:
    """Masks whole words: 80% become [MASK], 10% a random token, 10% stay (Devlin et al., 2019)."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, share: float) -> None:
        pieces = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
        # By majority: large vocabularies of the other kinds have pieces such as `##` and `###`.
        word_piece = sum(p.startswith(_WORD_GOES_ON) for p in pieces) > sum(
            p.startswith(_WORD_STARTS) for p in pieces
        )
        self._starts = torch.tensor(
            [not p.startswith(_WORD_GOES_ON) if word_piece else p.startswith(_WORD_STARTS) for p in pieces]
        )
        self._special = torch.zeros(len(tokenizer), dtype=torch.bool)
        self._special[tokenizer.all_special_ids] = True
        self._mask_id = int(tokenizer.mask_token_id)
        self._share = share

    def masked(self, rows: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """Map ids (rows, length) to masked ids and labels, both of that shape; labels elsewhere `IGNORED`."""
        special = self._special[rows]
        word = (self._starts[rows] | special).cumsum(1)  # the number of each token's word in its row
        drawn = torch.rand(rows.shape, generator=generator).gather(1, word - word[:, :1])
        chosen = (drawn < self._share) & ~special
        labels = rows.masked_fill(~chosen, IGNORED)
        fate = torch.rand(rows.shape, generator=generator)
        other = torch.randint(len(self._starts), rows.shape, generator=generator)
        ids = rows.where(~(chosen & (fate < 0.8)), self._mask_id)
        return ids.where(~(chosen & (fate >= 0.8) & (fate < 0.9)), other), labels

    def collate(self, items: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
        """Stack items of `RowPairs`, masking them anew, or of `MaskedRows` as they are."""
        if "rows" not in items[0]:
            return {name: torch.stack([item[name] for item in items]) for name in items[0]}
        ids, labels = self.masked(torch.cat([item["rows"] for item in items]))
        return {
            "input_ids": ids,
            "labels": labels,
            "paired": torch.stack([item["paired"] for item in items]),
        }
