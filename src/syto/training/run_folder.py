"""What a training run leaves on disk, and how an unfinished one is found again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from syto.errors import UserError
from syto.model.bundle import MANIFEST

ENCODER_CONFIG = "config.json"  # of an encoder folder; written last
Resolve = Callable[[Path], str]  # a config file as it reads today, with settings that are new since


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder `runs/<name>-<time>` of one training run."""

    path: Path

    @property
    def config(self) -> Path:
        """The resolved config, written before anything else."""
        return self.path / "config.yaml"

    @property
    def prepared_digest(self) -> Path:
        """Digest of the prepared data that the run was started on."""
        return self.path / "prepared.sha256"

    @property
    def tokenizer(self) -> Path:
        """The tokenizer, so that a resumed run uses the same one."""
        return self.path / "tokenizer"

    @property
    def checkpoints(self) -> Path:
        """The `Trainer`'s own folder."""
        return self.path / "checkpoints"

    def last_checkpoint(self) -> Path | None:
        """Return the newest whole one: a kill during a save leaves it without its state, the last file."""
        found = sorted(self.checkpoints.glob("checkpoint-*"), key=_step, reverse=True)
        return next(filter(_is_whole, found), None)

    @property
    def metrics(self) -> Path:
        """One JSON object a logging step."""
        return self.path / "metrics.jsonl"

    @property
    def bundle(self) -> Path:
        """What `syto score --model` takes."""
        return self.path / "bundle"

    @property
    def baselines(self) -> Path:
        """What the baselines predicted, for `syto evaluate`."""
        return self.path / "baselines.parquet"

    @property
    def mlflow(self) -> Path:
        """The id of the MLflow run, for `syto evaluate` and for a resumed run."""
        return self.path / "mlflow.json"

    def remember(self, run_id: str, uri: str) -> None:
        """Keep which MLflow run this is."""
        self.mlflow.write_text(json.dumps({"run_id": run_id, "tracking_uri": uri}), encoding="utf-8")

    def mlflow_run_id(self) -> str | None:
        """Return the id of the MLflow run; None where the run was not tracked."""
        if not self.mlflow.is_file():
            return None
        return str(json.loads(self.mlflow.read_text(encoding="utf-8"))["run_id"])

    @property
    def encoder(self) -> Path:
        """What a pre-training makes."""
        return self.path / "encoder"

    @property
    def vectors(self) -> Path:
        """Word vectors that a pre-training begins with."""
        return self.path / "word_vectors.npy"

    @property
    def tokens(self) -> Path:
        """The packed rows of a pre-training, so that a resumed run need not make them again."""
        return self.path / "tokens"

    def result(self) -> Path | None:
        """Return what the run was to make, a bundle or an encoder; None while it is unfinished."""
        made = (self.bundle / MANIFEST, self.encoder / ENCODER_CONFIG)
        return next((path.parent for path in made if path.is_file()), None)


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix("checkpoint-"))


def _is_whole(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True


def new_run(root: Path, name: str, config: str, prepared_digest: str) -> RunFolder:
    """Make the folder of a new run with its resolved config."""
    run = RunFolder(root / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    run.path.mkdir(parents=True)
    run.config.write_text(config, encoding="utf-8")
    run.prepared_digest.write_text(prepared_digest, encoding="utf-8")
    return run


def unfinished_run(root: Path, name: str, config: str, prepared_digest: str, resolve: Resolve) -> RunFolder:
    """Return the newest unfinished run of exactly this config; `UserError` when there is none."""
    folders = sorted(root.glob(f"{name}-*"), key=lambda path: path.name, reverse=True)
    for run in map(RunFolder, folders):
        if not run.result() and run.config.is_file() and resolve(run.config) == config:
            return resumable(run, config, prepared_digest, resolve)
    raise UserError(
        f"{root} has no unfinished run of this config to resume; start one without --resume, "
        "or name a run folder whose config.yaml it is"
    )


def resumable(run: RunFolder, config: str, prepared_digest: str, resolve: Resolve) -> RunFolder:
    """Return the run when it can go on as it began; `UserError` when it is finished or something changed."""
    if not run.config.is_file():
        raise UserError(f"{run.path} is no run folder: it has no {run.config.name}")
    if result := run.result():
        raise UserError(f"{run.path} is finished; it made {result}")
    if resolve(run.config) != config:
        raise UserError(f"the config differs from {run.config}; resume with that one, or start a new run")
    if run.prepared_digest.read_text(encoding="utf-8") != prepared_digest:
        raise UserError(f"the prepared data changed since {run.path} was started; start a new run")
    return run
