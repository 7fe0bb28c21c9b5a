"""Ways of training for unseen sources, by source-level cross-validation of the network alone.

python experiments/0010-unseen-sources/tries.py data/prepared/reliability --folds 0 1 [--dann 0.3 | --dro 0.02 | …]
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx
from torch.nn import functional

from syto.corpus.prepared import read_split
from syto.model.bundle import TOKENIZER
from syto.model.encoder import load_encoder
from syto.model.network import OrdinalHead
from syto.model.settings import EncoderSettings, WindowSettings
from syto.model.windows import Windower, pad_batch
from syto.records import SPLITS, Article
from syto.training.folds import in_fold, outside_fold, source_folds

RATINGS = ("unreliable", "mixed", "reliable")
BATCH, EPOCHS, RATE = 32, 2, 5e-4


class Reversed(torch.autograd.Function):
    """Passes on what it gets, and back the gradient with its sign turned (Ganin et al., 2016)."""

    @staticmethod
    def forward(context: FunctionCtx, values: Tensor, strength: float) -> Tensor:
        context.strength = strength
        return values.view_as(values)

    @staticmethod
    def backward(context: FunctionCtx, gradient: Tensor) -> tuple[Tensor, None]:
        return -context.strength * gradient, None


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("prepared", type=Path)
    parser.add_argument("--folds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--languages", nargs="+", default=["uk", "ru", "en"], help="of the rated articles")
    parser.add_argument("--balance", choices=["label", "group", "source"], default="label")
    parser.add_argument(
        "--dann", type=float, default=0.0, help="weight of the adversary that guesses sources"
    )
    parser.add_argument("--dro", type=float, default=0.0, help="step of group DRO (Sagawa et al., 2020)")
    parser.add_argument("--garbled", type=float, default=0.0, help="largest share of garbled tokens a text")
    parser.add_argument("--posts", type=Path, help="prepared unlp2025 posts: manipulative or not, beside it")
    return parser.parse_args()


def garbled(ids: list[list[int]], most: float, mask: int, rng: np.random.Generator) -> list[list[int]]:
    """Put the mask, or a token of another text, in the places of up to a share of each text's tokens."""
    others, found = np.concatenate(ids), []
    for each in ids:
        old = np.array(each)
        new = np.where(rng.random(len(old)) < 0.5, mask, rng.choice(others, len(old)))
        chosen = rng.random(len(old)) < rng.random() * most
        chosen[[0, -1]] = False  # what marks the ends
        found.append(np.where(chosen, new, old).tolist())
    return found


def weights_of(articles: list[Article], balance: str, topics: dict[str, str] | None = None) -> np.ndarray:
    """Weigh labels equally; `group`: within a language and year; `source`: and each source by its root.

    `topic`: within a language and topic, as `topics` has it by the article's id.
    """
    labels = np.array([article.labels["reliability"][0] for article in articles])
    places = np.array([group_of(article, False) for article in articles])
    if topics and balance == "topic":
        places = np.array([f"{article.language} {topics[article.id]}" for article in articles])
    if balance == "label":
        _, index, sizes = np.unique(labels, return_inverse=True, return_counts=True)
        return len(articles) / len(sizes) / sizes[index]
    weights = np.ones(len(articles))
    if balance == "source":
        sources = [article.source for article in articles]
        _, index, sizes = np.unique(sources, return_inverse=True, return_counts=True)
        weights = 1 / np.sqrt(sizes[index])
    _, groups = np.unique(
        [f"{p} {label}" for p, label in zip(places, labels, strict=True)], return_inverse=True
    )
    _, place = np.unique(places, return_inverse=True)
    weights = weights / np.bincount(groups, weights)[groups] * np.sqrt(np.bincount(place))[place]
    return np.minimum(weights / weights.mean(), 6)


def group_of(article: Article, with_label: bool = True) -> str:
    year = article.published.year if article.published else 0
    return f"{article.language} {year} {article.labels['reliability'][0] if with_label else ''}"


def batches(lengths: list[int], rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield batches of like length in random order."""
    order = rng.permutation(len(lengths))
    for start in range(0, len(order), 50 * BATCH):
        chunk = sorted(order[start : start + 50 * BATCH], key=lengths.__getitem__)
        cut = [np.array(chunk[at : at + BATCH]) for at in range(0, len(chunk), BATCH)]
        rng.shuffle(cut)
        yield from cut


def pooled(encoder: nn.Module, ids: list[list[int]]) -> Tensor:
    tokens, mask = (torch.from_numpy(each) for each in pad_batch(ids))
    hidden = encoder(input_ids=tokens, attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1)


def index_of(values: list[str]) -> tuple[np.ndarray, int]:
    names, index = np.unique(values, return_inverse=True)
    return index, len(names)


def first_windows(cut: Windower, articles: list[Article]) -> list[list[int]]:
    return [each.windows[0].ids for each in cut.windows([article.clean for article in articles])]


def scores_of_fold(
    options: argparse.Namespace,
    cut: Windower,
    train: list[Article],
    test: list[Article],
    posts: list[Article],
) -> np.ndarray:
    """Train on one set of articles and return P(unreliable) of another, as a score."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    encoder, tokenizer = load_encoder("syto-mini", EncoderSettings(source="syto-mini"))
    ids, ids_of_posts = first_windows(cut, train), first_windows(cut, posts)
    manipulative = torch.tensor([post.labels["manipulation"] == ("manipulative",) for post in posts]).float()
    gold = np.array([RATINGS.index(article.labels["reliability"][0]) for article in train])
    weights = weights_of(train, options.balance)
    sources, of_sources = index_of([article.source for article in train])
    groups, of_groups = index_of([group_of(article) for article in train])
    size = encoder.config.hidden_size
    head, drop = OrdinalHead(size, len(RATINGS)), nn.Dropout(0.1)
    adversary = nn.Sequential(nn.Linear(size, 128), nn.ReLU(), nn.Linear(128, of_sources))
    of_post = nn.Linear(size, 1)
    shares = torch.ones(of_groups) / of_groups
    modules = (encoder, head, adversary, of_post)
    parameters = [each for module in modules for each in module.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    steps = EPOCHS * -(-len(ids) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / (0.06 * steps)) * max(0.0, 1 - step / steps)
    )
    encoder.train()
    for step, rows in enumerate(row for _ in range(EPOCHS) for row in batches([len(i) for i in ids], rng)):
        texts = [ids[row] for row in rows]
        if options.garbled:
            texts = garbled(texts, options.garbled, tokenizer.mask_token_id, rng)
        hidden = drop(pooled(encoder, texts))
        above = (torch.from_numpy(gold[rows])[:, None] > torch.arange(2)).float() * 0.95 + 0.025
        each = functional.binary_cross_entropy_with_logits(head(hidden), above, reduction="none").sum(1)
        if options.dro:
            group = torch.from_numpy(groups[rows])
            counts = torch.bincount(group, minlength=of_groups)
            means = torch.zeros(of_groups).index_add(0, group, each) / counts.clamp(min=1)
            shares = shares * torch.exp(options.dro * means.detach() * (counts > 0))
            shares = shares / shares.sum()
            loss = (shares * means).sum() / shares[counts > 0].sum()
        else:
            weight = torch.from_numpy(weights[rows]).float()
            loss = (each * weight).sum() / weight.sum()
        if options.dann:
            strength = options.dann * (2 / (1 + np.exp(-10 * step / steps)) - 1)
            guess = adversary(Reversed.apply(hidden, strength))
            loss = loss + 0.3 * functional.cross_entropy(guess, torch.from_numpy(sources[rows]))
        if posts:
            some = rng.integers(len(posts), size=BATCH // 2)
            guess = of_post(drop(pooled(encoder, [ids_of_posts[row] for row in some])))[:, 0]
            loss = loss + 0.5 * functional.binary_cross_entropy_with_logits(guess, manipulative[some])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
    encoder.eval()
    told = first_windows(cut, test)
    with torch.inference_mode():
        parts = [-head(pooled(encoder, told[at : at + 64])).mean(1) for at in range(0, len(told), 64)]
    return torch.cat(parts).numpy()


def report(name: str, articles: list[Article], scores: np.ndarray) -> None:
    ends = np.array([article.labels["reliability"][0] != "mixed" for article in articles])
    bad = np.array([article.labels["reliability"][0] == "unreliable" for article in articles])
    for place in ("ru", "en", "ru 2020", "ru 2022", "ru 2023"):
        rows = ends & np.array([group_of(article, False).startswith(place) for article in articles])
        if len(set(bad[rows])) == 2:
            known = len({article.source for article, kept in zip(articles, rows, strict=True) if kept})
            auroc = roc_auc_score(bad[rows], scores[rows])
            print(f"{name}\t{place}\t{auroc:.3f}\tn={rows.sum()} of {known} sources", flush=True)


def main() -> None:
    options = arguments()
    read = [article for split in SPLITS for article in read_split(options.prepared, split, ["reliability"])]
    rated = [article for article in read if "reliability" in article.labels and article.source]
    folds = source_folds(rated, "reliability", 5, seed=20)  # as `syto cross-validate` draws them
    told, scores, posts = [], [], []
    if options.posts:
        posts = [post for split in SPLITS for post in read_split(options.posts, split, ["manipulation"])]
    _, tokenizer = load_encoder("syto-mini", EncoderSettings(source="syto-mini"))
    with TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        cut = Windower(Path(folder) / TOKENIZER, WindowSettings(length=192, overlap=32))
        for fold in options.folds:
            train = [a for a in outside_fold(rated, folds, fold) if a.language in options.languages]
            test = in_fold(rated, folds, fold)
            scores.append(scores_of_fold(options, cut, train, test, posts))
            told += test
    name = " ".join(
        f"{key}={value}" for key, value in vars(options).items() if key not in ("prepared", "folds")
    )
    report(name, told, np.concatenate(scores))


if __name__ == "__main__":
    main()
