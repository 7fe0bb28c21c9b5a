"""Articles as padded batches of token windows (torch)."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from syto.model.windows import Windower, pad_batch

Item = dict[str, list[int] | NDArray[np.float32]]


class WindowsDataset(Dataset[Item]):
    """The first `per_article` windows of each article, every one with the article's labels, if any."""

    def __init__(
        self, windower: Windower, texts: Sequence[str], labels: NDArray[np.float32] | None, per_article: int
    ) -> None:
        cut = windower.windows(texts)
        self.ids = [window.ids for article in cut for window in article.windows[:per_article]]
        repeats = [min(len(article.windows), per_article) for article in cut]
        self.articles = np.repeat(np.arange(len(cut)), repeats)  # (windows,), which one each is of
        self.labels = np.repeat(
            labels if labels is not None else np.empty((len(cut), 0), np.float32), repeats, 0
        )

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> Item:
        item: Item = {"input_ids": self.ids[index]}
        return {**item, "labels": self.labels[index]} if self.labels.shape[1] else item


def collate(items: Sequence[Item]) -> dict[str, Tensor]:
    """Pad items to input_ids, attention_mask (batch, tokens) and, if any, labels (batch, columns)."""
    ids, mask = pad_batch([list(item["input_ids"]) for item in items])
    batch = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
    if "labels" in items[0]:
        batch["labels"] = torch.from_numpy(np.stack([item["labels"] for item in items]))
    return batch
