"""One point with a network that is trained, not a head over fixed vectors. Usage: retrain.py SET LABELS FIRST_SEED LAST_SEED

The network is that of experiment 0024 without its n-grams: four layers of multilingual-e5-small, two of them
frozen, eight epochs. The rows are those that the simulation chose.
"""

import sys

import numpy as np
import torch
from numpy.typing import NDArray
from read import ENCODER, LENGTH
from simulate import LEAST, Texts, read, rounds, split
from sklearn.metrics import f1_score
from transformers import AutoModel, AutoTokenizer, get_linear_schedule_with_warmup

LAYERS, FROZEN, EPOCHS, RATE, BATCH, TESTED = 4, 2, 8, 3e-4, 16, 700
STRATEGIES = ("by chance", "uncertain, topics in turns", "uncertain")


class Network(torch.nn.Module):
    """The encoder and a linear head over the mean of its last layer."""

    def __init__(self, topics: int) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(ENCODER, num_hidden_layers=LAYERS, hidden_dropout_prob=0.0)
        self.head = torch.nn.Linear(self.encoder.config.hidden_size, topics)
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:FROZEN]):
            part.requires_grad_(False)

    def forward(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return logits (texts, topics)."""
        hidden = self.encoder(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1)
        return self.head((hidden * mask).sum(1) / mask.sum(1))


def trained(texts: Texts, places: NDArray[np.int64], seed: int) -> Network:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = Network(len(texts.topics)).train()
    optimiser = torch.optim.AdamW([each for each in network.parameters() if each.requires_grad], lr=RATE)
    steps = EPOCHS * -(-len(places) // BATCH)
    schedule = get_linear_schedule_with_warmup(optimiser, steps // 10, steps)
    loss = torch.nn.CrossEntropyLoss(label_smoothing=0.05)
    for _ in range(EPOCHS):
        order = rng.permutation(places)
        for start in range(0, len(order), BATCH):
            own = order[start : start + BATCH]
            optimiser.zero_grad()
            loss(network(tokens(texts, own)), torch.as_tensor(texts.gold[own])).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    return network.eval()


def tokens(texts: Texts, places: NDArray[np.int64]) -> dict[str, torch.Tensor]:
    own = [texts.rows[place]["clean"] for place in places]
    return dict(TOKENIZER(own, truncation=True, max_length=LENGTH, padding=True, return_tensors="pt"))


def tested(network: Network, texts: Texts, places: NDArray[np.int64]) -> tuple[float, float]:
    """Return macro-F1 and accuracy."""
    places = np.array(sorted(places[:TESTED], key=lambda place: len(texts.rows[place]["clean"])))
    with torch.inference_mode():
        said = [
            network(tokens(texts, places[start : start + BATCH])).argmax(1).numpy()
            for start in range(0, len(places), BATCH)
        ]
    gold, found = texts.gold[places], np.concatenate(said)
    counted = [topic for topic in range(len(texts.topics)) if (gold == topic).sum() >= LEAST]
    return f1_score(gold, found, labels=counted, average="macro", zero_division=0), (gold == found).mean()


def main() -> None:
    name, size, first, last = sys.argv[1], *map(int, sys.argv[2:])
    texts = read(name)
    print("seed;strategy;labels;macro_f1;accuracy")
    for seed in range(first, last + 1):
        places = split(texts, seed)
        for strategy in STRATEGIES:
            own = next(own for own, _ in rounds(texts, places, strategy, seed) if len(own) == size)
            f1, right = tested(trained(texts, own, seed), texts, places.test)
            print(f"{seed};{strategy};{size};{f1:.4f};{right:.4f}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    TOKENIZER = AutoTokenizer.from_pretrained(ENCODER)
    main()
