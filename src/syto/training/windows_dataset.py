"""Articles as padded batches of token windows (torch)."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from syto.model.windows import Window, Windower, pad_batch

Item = dict[str, list[int] | NDArray[np.float32]]


class WindowsDataset(Dataset[Item]):
    """The first `train_windows` windows of each article, every one with the article's labels."""

    def __init__(
        self, windower: Windower, texts: Sequence[str], labels: NDArray[np.float32], per_article: int
    ) -> None:
        cut = windower.windows(texts)
        self.ids = [window.ids for article in cut for window in article.windows[:per_article]]
        repeats = [min(len(article.windows), per_article) for article in cut]
        self.labels = np.repeat(labels, repeats, axis=0)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> Item:
        return {"input_ids": self.ids[index], "labels": self.labels[index]}


def collate(items: Sequence[Item]) -> dict[str, Tensor]:
    """Pad items to input_ids, attention_mask (batch, tokens) and labels (batch, label columns)."""
    ids, mask = pad_batch([Window(list(item["input_ids"]), []) for item in items])
    labels = np.stack([item["labels"] for item in items])
    return {
        "input_ids": torch.from_numpy(ids),
        "attention_mask": torch.from_numpy(mask),
        "labels": torch.from_numpy(labels),
    }
