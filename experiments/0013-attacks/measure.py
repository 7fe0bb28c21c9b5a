"""How often an attacker turns the answers of a bundle, by parts of the network and by ways to defend it.

python experiments/0013-attacks/measure.py BUNDLE data/prepared/news [--articles 20] [--sure] [--defence …]

BUNDLE needs model.safetensors beside the model that is scored, for the parts of the network.
"""

import argparse
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score
from tokenizers import Tokenizer

from syto.corpus.prepared import read_split
from syto.evaluation.attack import Attacked, attacked
from syto.evaluation.robustness import drawn, without_language
from syto.evaluation.substitutes import letter_tricks, word_substitution
from syto.inference.backends import Backend, choose_backend
from syto.inference.predictor import Predictor
from syto.inference.torch_backend import TorchBackend
from syto.model.bundle import TOKENIZER, Bundle, read_bundle
from syto.model.network import SytoModel
from syto.records import Article

Arrays = tuple[NDArray[np.float32], NDArray[np.float32]]
PERTURBED = 500  # articles of a language whose words are known to the attacker, as in `syto evaluate`
IN_STEP = 6


class Part:
    """The network without its n-grams, or the n-grams alone."""

    def __init__(self, bundle: Bundle, ngrams: bool) -> None:
        self.model = SytoModel.from_pretrained(bundle.folder, dtype=torch.float32).eval()
        self.ngrams = ngrams
        self.head = self.model.ngrams
        self.model.ngrams = None

    @torch.inference_mode()
    def run(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Arrays:
        ids, mask = torch.from_numpy(input_ids), torch.from_numpy(attention_mask)
        if not self.ngrams:
            found = self.model(ids, mask)
            return found.logits.numpy(), found.token_logits.numpy()
        tokens = self.head(ids, mask) * mask.unsqueeze(-1)
        return (tokens.sum(1) / mask.sum(1, keepdim=True)).numpy(), tokens.numpy()


class Masked:
    """The mean over copies of a window in which a share of the tokens is masked (Zeng et al., RanMASK, 2023)."""

    def __init__(self, bundle: Bundle, copies: int, share: float) -> None:
        self.backend = choose_backend(bundle)
        self.copies, self.share = copies, share
        self.mask = Tokenizer.from_file(str(bundle.path(TOKENIZER))).token_to_id("[MASK]")

    def run(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Arrays:
        runs = [
            self.backend.run(self._copy(input_ids, number), attention_mask) for number in range(self.copies)
        ]
        logits, tokens = (np.mean(part, axis=0) for part in zip(*runs, strict=True))
        return logits, tokens

    def _copy(self, input_ids: NDArray[np.int64], number: int) -> NDArray[np.int64]:
        return np.stack([self._masked(row, number) for row in input_ids])

    def _masked(self, ids: NDArray[np.int64], number: int) -> NDArray[np.int64]:
        rng = np.random.default_rng((number, zlib.crc32(ids.tobytes())))
        chosen = (rng.random(len(ids)) < self.share) & (ids > self.mask)  # special tokens stay
        return np.where(chosen, self.mask, ids)


DEFENCES: dict[str, Callable[[Bundle], Backend]] = {
    "none": choose_backend,
    "fp32": lambda bundle: TorchBackend(bundle.folder, device="cpu"),
    "network alone": lambda bundle: Part(bundle, ngrams=False),
    "n-grams alone": lambda bundle: Part(bundle, ngrams=True),
    "4 copies, 15% masked": lambda bundle: Masked(bundle, 4, 0.15),
    "8 copies, 30% masked": lambda bundle: Masked(bundle, 8, 0.3),
}


def report(name: str, found: list[Attacked]) -> None:
    for kind in sorted({each.kind for each in found}):
        for task in sorted({each.task for each in found}):
            of_task = [each for each in found if (each.kind, each.task) == (kind, task)]
            parts = [f"{np.mean([each.after != each.before for each in of_task]):.3f}"]
            for language in ("uk", "ru", "en"):
                turned = [each.after != each.before for each in of_task if each.article.language == language]
                parts.append(f"{language} {np.mean(turned):.3f}")
            print("\t".join([name, kind, task, f"n={len(of_task)}", *parts]), flush=True)


def topics_right(predictor: Predictor, articles: list[Article]) -> float:
    labelled = [article for article in articles if "topic" in article.labels]
    told = predictor.predict(without_language(labelled))
    pairs = [
        (article.labels["topic"][0], each.heads["topic"].labels[0])
        for article, each in zip(labelled, told, strict=True)
        if each.heads["topic"].labels
    ]
    return accuracy_score(*zip(*pairs, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("--articles", type=int, default=20, help="of a language")
    parser.add_argument("--sure", action="store_true", help="of topics, until another one is called sure")
    parser.add_argument("--defence", choices=DEFENCES, nargs="+", default=[*DEFENCES])
    options = parser.parse_args()
    bundle = read_bundle(options.bundle)
    tasks = [head.task for head in bundle.manifest.heads]
    known = drawn(read_split(options.prepared, "test", tasks), PERTURBED, np.random.default_rng(0))
    sample = drawn(known, options.articles, np.random.default_rng(0))
    kinds = {"other words": word_substitution(known), "letter tricks": letter_tricks}
    if options.sure:
        tasks = [head.task for head in bundle.manifest.heads if head.can_be_sure]
    for name in options.defence:
        predictor = Predictor(bundle, DEFENCES[name](bundle), passages=0)
        print(f"{name}\ttopics right\t{topics_right(predictor, known):.3f}")
        found: list[Attacked] = []
        for start in range(0, len(sample), IN_STEP):
            some = sample[start : start + IN_STEP]
            found += attacked(some, predictor.predict, kinds, tasks, seed=0, sure=options.sure)
        report(name, found)


if __name__ == "__main__":
    main()
