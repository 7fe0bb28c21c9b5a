"""`syto card`: a bundle and its results in; a model card and the tables behind it out."""

import json
import math
from pathlib import Path

from pydantic import ValidationError
from safetensors import safe_open

from syto.errors import UserError
from syto.evaluation.results import RESULTS, Results, find_results
from syto.model.bundle import MANIFEST, NETWORK_CONFIG, WEIGHTS, Bundle, BundleManifest, read_bundle
from syto.report.model_card import NetworkFacts, card_tables, model_card
from syto.tables.whole import write_text
from syto.terminal import give, say

CARD = "README.md"  # where model hubs look for it


def card(bundle_folder: Path, output: Path | None = None, results: Path | None = None) -> Path:
    """Write the card of an evaluated bundle, into its folder unless told otherwise; return its path.

    Its tables lie beside it: `README-tables.md`.
    """
    bundle = read_bundle(bundle_folder)
    path = results or _found_results(bundle_folder)
    found = _read_results(path, bundle_folder)
    evaluated = _evaluated(bundle, found, path)
    facts = bundle.manifest, found, _network(evaluated)
    target = output or bundle_folder / CARD
    tables = target.with_name(f"{target.stem}-tables.md")
    write_text(target, model_card(*facts, tables.name))
    write_text(tables, card_tables(*facts, target.name))
    give({"output": target, "tables": tables, "model": bundle.manifest.model_name})
    say(f"model card: {target}, and {tables.name} behind it")
    return target


def _found_results(folder: Path) -> Path:
    if found := find_results(folder):
        return found
    raise UserError(
        f"no {RESULTS} in {folder} or beside it; "
        f"run `syto evaluate {folder}` first, or name one with --results"
    )


def _read_results(path: Path, folder: Path) -> Results:
    if not path.is_file():
        raise UserError(f"{path} is not there; run `syto evaluate {folder}`, or name another with --results")
    try:
        return Results.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"]))
        raise UserError(
            f"{path} cannot be read as results of this version of syto ({place}: {problem['msg']}); "
            f"run `syto evaluate {folder}` again"
        ) from error


def _evaluated(bundle: Bundle, results: Results, path: Path) -> Bundle:
    """Return the bundle that was measured: this one, or the whole one of which this is a light copy."""
    if bundle.manifest.fingerprint == results.bundle.fingerprint:
        return bundle
    beside = path.resolve().parent / "bundle"
    if (beside / MANIFEST).is_file():
        whole = read_bundle(beside)
        measured = whole.manifest.fingerprint == results.bundle.fingerprint
        if measured and _is_copy(bundle.manifest, whole.manifest):
            return whole
    raise UserError(
        f"{path} is of model {results.bundle.name}@{results.bundle.fingerprint}, and {bundle.folder} is "
        f"{bundle.manifest.model_name}; run `syto evaluate {bundle.folder}`, or name its own with --results"
    )


def _is_copy(part: BundleManifest, whole: BundleManifest) -> bool:
    """Tell whether one differs from the other in files left out alone, so that it scores the same."""
    same = whole.model_copy(update={"files": part.files}).fingerprint == part.fingerprint
    return same and part.files.items() <= whole.files.items()


def _network(bundle: Bundle) -> NetworkFacts:
    config = {}
    if bundle.has(NETWORK_CONFIG):
        config = json.loads(bundle.path(NETWORK_CONFIG).read_text(encoding="utf-8")).get("encoder", {})
    return NetworkFacts(config, _parameters(bundle.path(WEIGHTS)) if bundle.has(WEIGHTS) else None)


def _parameters(weights: Path) -> int:
    """Count the numbers in a weights file by its header, without reading them."""
    with safe_open(weights, framework="numpy") as file:
        return sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118
