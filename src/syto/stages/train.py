"""`syto train`: prepared articles in; a run folder with a calibrated bundle, tracked in MLflow, out."""

from pathlib import Path

from syto.config import Config
from syto.recipe.finishing import finish
from syto.recipe.fitting import fit_labels
from syto.recipe.run import open_run
from syto.terminal import give
from syto.training.agreed_run import Resume


def train(config: Config, resume: Resume = None) -> Path:
    """Train, calibrate, export and track one model; return its run folder.

    Started by `accelerate launch` or `torchrun`, every process trains and the first one does the rest.
    """
    with open_run(config, resume) as run:
        trainer = fit_labels(run)
        if run.is_main:
            give(finish(run, trainer))
    return run.folder.path
