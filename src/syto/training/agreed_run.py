"""The run folder of a training, chosen by the first process and agreed on by all."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from accelerate.utils import broadcast_object_list
from transformers import TrainingArguments

from syto.errors import SytoError
from syto.training.run_folder import Resolve, RunFolder, new_run, resumable, unfinished_run

Resume = Path | Literal["newest"] | None


def is_main(arguments: TrainingArguments) -> bool:
    """Tell whether this process is the one that writes."""
    return bool(arguments.process_index == 0)


def choose_run(
    root: Path, name: str, config: str, digest: str, resume: Resume, resolve: Resolve
) -> RunFolder:
    """Make a new run, or find the one to resume; `UserError` when it cannot go on as it began."""
    if resume is None:
        return new_run(root, name, config, digest)
    if resume == "newest":
        return unfinished_run(root, name, config, digest, resolve)
    return resumable(RunFolder(resume), config, digest, resolve)


def agreed_run(choose: Callable[[], RunFolder], arguments: TrainingArguments) -> RunFolder:
    """Choose in the first process and tell the others."""
    chosen: list[RunFolder | SytoError | None] = [None]
    if is_main(arguments):
        try:
            chosen = [choose()]
        except SytoError as error:
            chosen = [error]  # every process must end, not only this one
    if arguments.world_size > 1:
        broadcast_object_list(chosen, from_process=0)
    if not isinstance(chosen[0], RunFolder):
        raise chosen[0] or SytoError("no run folder was agreed on")
    return chosen[0]
