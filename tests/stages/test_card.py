import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from syto.errors import UserError
from syto.model.bundle import NETWORK_CONFIG, ONNX_INT8, TOKENIZER, WEIGHTS, Bundle, light_copy, write_bundle
from syto.stages.card import card
from tiny_bundle import make_tiny_bundle
from tiny_results import make_tiny_results


@pytest.fixture
def bundle(tmp_path: Path, tiny_bundle: Bundle) -> Bundle:
    """A bundle in a run folder, with weights and a config beside the tiny network."""
    folder = tmp_path / "run" / "bundle"
    shutil.copytree(tiny_bundle.folder, folder)
    save_file({"a": np.zeros((3, 50), np.float32), "b": np.zeros(7, np.float32)}, folder / WEIGHTS)
    config = {"encoder": {"model_type": "words", "num_hidden_layers": 2}}
    (folder / NETWORK_CONFIG).write_text(json.dumps(config))
    names = (TOKENIZER, ONNX_INT8, WEIGHTS, NETWORK_CONFIG)
    return write_bundle(folder, tiny_bundle.manifest, names)


def write_results(bundle: Bundle, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(make_tiny_results(bundle.manifest).model_dump_json(), encoding="utf-8")
    return path


@pytest.fixture
def results(bundle: Bundle) -> Path:
    return write_results(bundle, bundle.folder.parent / "results.json")


def test_the_card_lies_in_the_bundle_and_leaves_it_whole(bundle: Bundle, results: Path) -> None:
    written = card(bundle.folder)
    text = written.read_text(encoding="utf-8")
    assert written == bundle.folder / "README.md"
    assert f"Model `{bundle.manifest.fingerprint}`" in text
    assert "157 parameters" in text
    tables = (bundle.folder / "README-tables.md").read_text(encoding="utf-8")
    assert "| architecture | words |" in tables
    assert "| parameters, heads included | 157 |" in tables
    assert card(bundle.folder).read_text(encoding="utf-8") == text  # the bundle still reads


def test_results_and_card_may_lie_elsewhere(bundle: Bundle, tmp_path: Path) -> None:
    found = write_results(bundle, tmp_path / "elsewhere" / "of_may.json")
    written = card(bundle.folder, tmp_path / "new" / "card.md", found)
    assert written.read_text(encoding="utf-8").startswith("---\nlanguage:")
    assert (written.parent / "card-tables.md").is_file()
    assert not (bundle.folder / "README.md").exists()


def test_results_in_the_bundle_itself_are_found(bundle: Bundle) -> None:
    write_results(bundle, bundle.folder / "results.json")
    assert card(bundle.folder).is_file()


def test_missing_results_name_the_remedy(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"no results.json in .*`syto evaluate {bundle.folder}`"):
        card(bundle.folder)
    with pytest.raises(UserError, match=r"nowhere.json is not there; run `syto evaluate"):
        card(bundle.folder, results=tmp_path / "nowhere.json")


def test_results_of_another_bundle_are_refused(bundle: Bundle, results: Path, tmp_path: Path) -> None:
    other = make_tiny_bundle(tmp_path / "other" / "bundle", bias=(0.5, 0.0, 0.0, 1.0, -1.0))
    with pytest.raises(UserError) as caught:
        card(other.folder, results=results)
    assert bundle.manifest.model_name in str(caught.value)
    assert other.manifest.model_name in str(caught.value)
    assert not (other.folder / "README.md").exists()


def test_a_light_copy_takes_the_figures_of_the_whole(bundle: Bundle, results: Path, tmp_path: Path) -> None:
    light = light_copy(bundle, tmp_path / "light")
    text = card(light.folder, results=results).read_text(encoding="utf-8")
    assert f"On the whole bundle, `{bundle.manifest.fingerprint}`; this one is a copy" in text
    assert f"Model `{light.manifest.fingerprint}`" in text
    assert "157 parameters" in text


def test_a_copy_that_decides_otherwise_is_refused(bundle: Bundle, results: Path, tmp_path: Path) -> None:
    light = light_copy(bundle, tmp_path / "light")
    changed = light.manifest.model_copy(update={"min_letters": 5})
    write_bundle(light.folder, changed, (TOKENIZER, ONNX_INT8))
    with pytest.raises(UserError, match=r"run `syto evaluate"):
        card(light.folder, results=results)


@pytest.mark.parametrize("text", ["", "{}", '{"heads": 3}', "\x00"])
def test_broken_results_are_a_users_error(bundle: Bundle, results: Path, text: str) -> None:
    results.write_text(text)
    with pytest.raises(UserError, match=r"cannot be read as results .*syto evaluate"):
        card(bundle.folder)


def test_a_folder_is_no_card(bundle: Bundle, results: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a plain file"):
        card(bundle.folder, tmp_path)
