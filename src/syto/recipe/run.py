"""The life of a training run: its folder, agreed on by all processes, and its tracking."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from transformers import TrainingArguments

from syto.config import Config, PretrainConfig, dump_config, load_config
from syto.digest import sha256_of
from syto.errors import UserError
from syto.recipe.corpus import Corpus, heads_of, read_corpus
from syto.recipe.screen import say_problems
from syto.records import SPLITS, Split
from syto.tracking.tracker import Tracker
from syto.training.agreed_run import Resume, agreed_run, choose_run, is_main
from syto.training.run_folder import RunFolder
from syto.training.targets import Heads
from syto.training.trainer import training_arguments

RUNS = Path("runs")


@dataclass(frozen=True, slots=True)
class Run:
    """What a training carries from its first step to its last."""

    config: Config
    corpus: Corpus
    heads: Heads
    arguments: TrainingArguments
    folder: RunFolder
    tracker: Tracker

    @property
    def is_main(self) -> bool:
        """Tell whether this process is the one that writes."""
        return is_main(self.arguments)


@contextmanager
def open_run(config: Config, resume: Resume = None) -> Iterator[Run]:
    """Read the data, choose the folder and start tracking; end it with the block.

    Started by `accelerate launch` or `torchrun`, every process gets the same folder and the first one tracks.
    """
    corpus = read_corpus(config)
    heads = heads_of(config, corpus.splits["train"])
    arguments = training_arguments(config.training, RUNS, config.seed)
    with begun(config, corpus.digest, arguments, resume, lambda run: run.metrics.exists()) as (run, tracker):
        if is_main(arguments):
            log_splits(config, tracker)
        yield Run(config, corpus, heads, arguments, run, tracker)


@contextmanager
def begun(
    config: Config | PretrainConfig,
    digest: str,
    arguments: TrainingArguments,
    resume: Resume,
    has_made: Callable[[RunFolder], bool],
    name: str = "",
) -> Iterator[tuple[RunFolder, Tracker]]:
    """Give the folder and the tracking of a run, called like its config unless it has a name of its own.

    A user's mistake found before anything was made (`has_made`) leaves nothing behind.
    """

    def resolved(path: Path) -> str:
        return dump_config(load_config(path, (), type(config)))

    def choose() -> RunFolder:
        return choose_run(RUNS, name or config.name, dump_config(config), digest, resume, resolved)

    run = agreed_run(choose, arguments)
    arguments.output_dir = str(run.checkpoints)
    main = is_main(arguments)
    try:
        with Tracker.open(config.tracking, run.path.name, run.mlflow_run_id(), main) as tracker:
            if main:
                _start(config, run, tracker)
            yield run, tracker
        say_problems(tracker)
    except UserError:
        if main and not has_made(run):
            shutil.rmtree(run.path)
        raise


@contextmanager
def reopened(bundle: Path, overrides: Sequence[str]) -> Iterator[Run]:
    """Open the run that a bundle stands in, as it was but for the overrides, which its config then holds."""
    folder = RunFolder(bundle.resolve().parent)
    if not folder.config.is_file():
        raise UserError(f"{bundle} does not stand in the run folder that made it; give runs/.../bundle")
    config = load_config(folder.config, overrides)
    corpus = read_corpus(config)
    heads = heads_of(config, corpus.splits["train"])
    arguments = training_arguments(config.training, RUNS, config.seed)
    run_id = folder.mlflow_run_id()
    with Tracker.open(config.tracking, folder.path.name, run_id, run_id is not None) as tracker:
        yield Run(config, corpus, heads, arguments, folder, tracker)
        folder.config.write_text(dump_config(config), encoding="utf-8")
    say_problems(tracker)


def _start(config: Config | PretrainConfig, run: RunFolder, tracker: Tracker) -> None:
    if tracker.run_id:
        run.remember(tracker.run_id, tracker.uri)
    tracker.log_params(config.model_dump(mode="json"))
    tracker.log_artifact(run.config)


def log_splits(config: Config, tracker: Tracker, splits: Sequence[Split] = SPLITS) -> None:
    """Tell tracking what is trained and tested on."""
    for split in splits:
        path = config.data.prepared / f"{split}.parquet"
        tracker.log_dataset(config.data.prepared.name, path, sha256_of(path), split)
