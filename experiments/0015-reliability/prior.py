"""Choose `calibration.prior` on validation: neutral Russian news at 0.5 or more, by the share expected to be unreliable.

usage: prior.py BUNDLE     of a run folder
"""

import argparse
from pathlib import Path

import numpy as np

from syto.config import load_config
from syto.corpus.prepared import read_split
from syto.inference.torch_backend import TorchBackend
from syto.model.bundle import read_bundle
from syto.model.decode import probabilities
from syto.recipe.gate import said_by
from syto.training.calibration import calibrate

NEUTRAL = {"sport", "culture", "science_technology", "health", "lifestyle", "weather"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    given = parser.parse_args()
    bundle = read_bundle(given.bundle)
    config = load_config(given.bundle.parent / "config.yaml")
    tasks = [head.task for head in bundle.manifest.heads]
    articles = read_split(config.data.prepared, "validation", tasks)
    said, _ = said_by(bundle, TorchBackend(given.bundle, device="cpu"), articles)
    spec = next(head for head in bundle.manifest.heads if head.task == "reliability").uncalibrated()
    logits, labels = said.logits["reliability"], said.labels["reliability"]
    neutral = np.array(
        [
            each.language == "ru"
            and bool(NEUTRAL.intersection(each.labels.get("topic", ())))
            and each.labels.get("reliability", ("reliable",))[0] == "reliable"
            for each in said.articles
        ]
    )
    unreliable = np.array(
        [
            each.language == "ru" and each.labels.get("reliability", ("",))[0] == "unreliable"
            for each in said.articles
        ]
    )
    print(f"neutral Russian articles: {neutral.sum():,}, of unreliable outlets: {unreliable.sum():,}")
    print(
        "| prior of unreliable | neutral at 0.5 or more | of unreliable outlets at 0.5 or more |\n|---|---|---|"
    )
    for prior in (0.25, 0.15, 0.12, 0.1, 0.08, 0.06, 0.05):
        shares = {"unreliable": prior, "mixed": (1 - prior) * 0.25 / 0.85}
        shares["reliable"] = 1 - prior - shares["mixed"]
        settings = config.calibration.model_copy(update={"prior": {"reliability": shares}})
        fitted = calibrate(spec, logits, labels, said.articles, settings).spec.of_language("ru")
        told = probabilities(fitted, logits)[:, 0]
        print(
            f"| {prior} | {(told[neutral] >= 0.5).mean():.1%} | {(told[unreliable] >= 0.5).mean():.1%} |",
            flush=True,
        )


main()
