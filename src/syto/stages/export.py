"""`syto export`: a run's bundle in; the same network, exported and calibrated anew, out."""

from collections.abc import Sequence
from pathlib import Path

import torch

from syto.errors import UserError
from syto.model.bundle import WEIGHTS, read_bundle
from syto.model.network import SytoModel
from syto.recipe.finishing import bundle_out
from syto.recipe.run import reopened
from syto.terminal import give


def export(bundle: Path, overrides: Sequence[str] = ()) -> None:
    """Write the ONNX files of a bundle again and fit its scalings and thresholds again, in its place.

    The overrides are of the run's config, such as `export.kinds` or `calibration.prior`.
    """
    if not read_bundle(bundle).has(WEIGHTS):
        raise UserError(
            f"{bundle} has no {WEIGHTS} to export from; give the bundle of the run that trained it"
        )
    with reopened(bundle, overrides) as run:
        model: SytoModel = SytoModel.from_pretrained(bundle, dtype=torch.float32)
        give(bundle_out(run, model))
