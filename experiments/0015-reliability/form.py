"""What form does to the answers, without the attacks: `python form.py BUNDLE PREPARED [ARTICLES_A_LANGUAGE]`."""

import sys
from pathlib import Path

import numpy as np

from syto.corpus.prepared import read_split
from syto.evaluation.perturbations import PERTURBATIONS
from syto.evaluation.robustness import drawn, robustness, without_language
from syto.loading import load

model = load(None if sys.argv[1] == "shipped" else sys.argv[1], passages=0)
tasks = [head.task for head in model.bundle.manifest.heads]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 150
sample = drawn(read_split(Path(sys.argv[2]), "test", tasks), count, np.random.default_rng(0))
before = model.predictor.predict(without_language(sample))
print("| what was done | task | language | articles | changed | moved by 0.1 |\n|---|---|---|---|---|---|")
for seed, each in enumerate(PERTURBATIONS):
    for found in robustness(each, sample, before, model.predictor.predict, tasks, seed):
        rate = f" {found.rate:.0%}" if found.rate is not None else ""
        print(
            f"| {found.perturbation}{rate} | {found.task} | {found.language} | {found.articles} "
            f"| {found.flipped.value:.1%} | {found.moved:.1%} |",
            flush=True,
        )
