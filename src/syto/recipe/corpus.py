"""What a config trains and tests on, and the heads that it can teach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from syto.config import Config
from syto.corpus.prepared import MANIFEST, read_manifest, read_split
from syto.digest import sha256_of
from syto.labels.label_set import LabelSet
from syto.records import SPLITS, Article, Split
from syto.training.targets import Heads, choose_heads


@dataclass(frozen=True, slots=True)
class Corpus:
    """The prepared splits of one config."""

    manifest: Mapping[str, Any]
    digest: str  # of the manifest, which holds the digests of the files
    splits: Mapping[Split, Sequence[Article]]

    def divided(self, train: Sequence[Article], validation: Sequence[Article] = ()) -> "Corpus":
        """Return the corpus with other splits and nothing to test on."""
        return replace(self, splits={"train": train, "validation": validation, "test": ()})


def read_corpus(config: Config, wanted: Sequence[Split] = SPLITS) -> Corpus:
    """Read what `prepare` wrote; splits that are not wanted stay empty, and their files unopened."""
    folder, tasks = config.data.prepared, list(config.tasks)
    manifest = read_manifest(folder)
    splits: dict[Split, Sequence[Article]] = {
        split: read_split(folder, split, tasks) if split in wanted else () for split in SPLITS
    }
    return Corpus(manifest, sha256_of(folder / MANIFEST), splits)


def heads_of(config: Config, train: Sequence[Article]) -> Heads:
    """Choose the heads by the labels of the training articles."""
    label_sets = {task: LabelSet.from_file(settings.labels) for task, settings in config.tasks.items()}
    return choose_heads(config.tasks, label_sets, train)
