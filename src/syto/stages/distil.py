"""`syto distil`: a teacher's bundle and unlabelled texts in; a smaller encoder and its bundle, out."""

from pathlib import Path

from syto.config import Config
from syto.errors import UserError
from syto.recipe.finishing import finish
from syto.recipe.run import open_run
from syto.recipe.teaching import fit_teacher, save_encoder
from syto.terminal import give
from syto.training.agreed_run import Resume
from syto.training.distillation import check_teacher


def distil(config: Config, resume: Resume = None) -> Path:
    """Teach a pupil, then calibrate, export and track it as `train` does; return its run folder."""
    settings = config.distil
    if settings is None:
        raise UserError(
            "this config has no section 'distil'; name a teacher: distil: {teacher: runs/news-.../bundle}"
        )
    check_teacher(settings.teacher)  # first: before anything is read
    with open_run(config, resume) as run:
        trainer = fit_teacher(run, settings)
        if run.is_main:
            facts = finish(run, trainer)
            save_encoder(run)
            give(facts | {"encoder": run.folder.encoder})
    return run.folder.path
