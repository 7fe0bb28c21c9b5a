"""Encoder old or new, data old or new: the same steps on topics, network alone: ablation.py OLD NEW STEPS [SEED …].

OLD is the folder of the encoder before (data/encoder/syto-mini of an earlier version), NEW data/prepared/e5-small.
"""

import sys
from dataclasses import replace
from pathlib import Path

from syto.config import load_config
from syto.model.network import SytoModel
from syto.recipe.fitting import (
    _taught,
    begin,
    encoder_to_begin_with,
    keep,
    losses,
    ngram_tasks,
    trained,
    windows_of,
)
from syto.recipe.run import open_run
from syto.training.windows_dataset import collate

ADDED = ("read_telegram", "telegram_2019")  # full texts of 1,232 outlets, 3,494 of them read one by one
TESTS = {
    "validation": ("validation", ()),
    "Ukrinform": ("test", ("ukrinform",)),
    "Ukrainska Pravda": ("test", ("read_pravda",)),
    "held-out headlines": ("test", ("held_2020", "held_2022", "held_2023")),
    "full texts": ("test", ("telegram_2019",)),
}


def main(encoders: dict[str, Path], steps: int, seeds: list[int]) -> None:
    print("| encoder | data | seed | " + " | ".join(TESTS) + " |\n|" + "---|" * (3 + len(TESTS)))
    for seed in seeds:
        for name, folder in encoders.items():
            for data in ("old", "new"):
                found = measured(folder, data == "old", steps, seed)
                print(
                    f"| {name} | {data} | {seed} | " + " | ".join(f"{x:.3f}" for x in found) + " |",
                    flush=True,
                )


def measured(encoder: Path, without_added: bool, steps: int, seed: int) -> list[float]:
    """Train one network and return its macro-F1 on the first windows of each test."""
    frozen = 4 if "e5" in encoder.name else 0
    overrides = (
        f"seed={seed}", "name=ablation", f"encoder.from={encoder}", f"encoder.frozen_layers={frozen}",
        f"training.max_steps={steps}", "training.eval_strategy=no", "training.save_strategy=no",
        "training.use_cpu=true", "training.bf16=true", "training.disable_tqdm=true",
    )  # fmt: skip
    with open_run(load_config(Path("configs/news.yaml"), overrides)) as run:
        train = run.corpus.splits["train"]
        if without_added:
            train = [article for article in train if article.dataset not in ADDED]
        run = replace(run, corpus=replace(run.corpus, splits={**run.corpus.splits, "train": train}))
        begin(run)
        network, tokenizer = encoder_to_begin_with(
            run.config.encoder.model_copy(update={} if frozen else {"options": {}})
        )
        keep(tokenizer, run)
        model = SytoModel.around(network, run.heads.specs, losses(run), 0, ngram_tasks(run.config))
        trainer = trained(run, model, windows_of(_taught(run), run, 1), collate)
        scores = []
        for split, datasets in TESTS.values():
            told = [
                article
                for article in run.corpus.splits[split]
                if "topic" in article.labels and (not datasets or article.dataset in datasets)
            ]
            metrics = trainer.evaluate(windows_of(told, run, 1), metric_key_prefix="test")
            scores.append(metrics["test_macro_f1_topic"])
        return scores


if __name__ == "__main__":
    main(
        {"old": Path(sys.argv[1]), "new": Path(sys.argv[2])},
        int(sys.argv[3]),
        [int(seed) for seed in sys.argv[4:]] or [20],
    )
