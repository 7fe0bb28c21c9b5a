from pathlib import Path

import pytest

from syto.errors import UserError
from syto.model.bundle import BundleManifest, HeadSpec, light_copy, read_bundle, write_bundle
from syto.model.settings import WindowSettings
from syto.text.clean import TextSettings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tokenizer.json").write_text("{}")
    write_bundle(tmp_path, _manifest(), ("tokenizer.json",))
    return tmp_path


def _manifest(**changes: object) -> BundleManifest:
    manifest = BundleManifest(
        name="tiny",
        syto_version="0",
        created="2026-01-01T00:00:00Z",
        encoder="none",
        licence="CC0-1.0",
        heads=(HeadSpec(task="topic", kind="single_label", labels=("a", "b")),),
        window=WindowSettings(),
        languages=("uk",),
        min_letters=5,
        mastheads=(),
        text=TextSettings(),
        training={},
    )
    return manifest.model_copy(update=changes)


def test_a_bundle_reads_back_as_written(folder: Path) -> None:
    bundle = read_bundle(folder)
    assert bundle.manifest.heads == _manifest().heads
    assert bundle.path("tokenizer.json").is_file()


def test_a_changed_file_is_refused(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{ }")
    with pytest.raises(UserError, match=r"tokenizer\.json is not the file"):
        read_bundle(folder)


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    with pytest.raises(UserError, match=r"lacks tokenizer\.json"):
        read_bundle(folder)


def test_a_folder_without_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is no bundle"):
        read_bundle(tmp_path)


def test_half_a_manifest_is_refused(folder: Path) -> None:
    text = (folder / "bundle.json").read_text()
    (folder / "bundle.json").write_text(text[: len(text) // 2])
    with pytest.raises(UserError, match="cannot be read as a bundle"):
        read_bundle(folder)


def test_a_path_outside_the_folder_is_refused(folder: Path) -> None:
    text = (folder / "bundle.json").read_text()
    (folder / "bundle.json").write_text(text.replace('"tokenizer.json"', '"../tokenizer.json"'))
    with pytest.raises(UserError, match="not a plain file name"):
        read_bundle(folder)


def test_the_fingerprint_follows_what_decides_a_score() -> None:
    plain = _manifest().fingerprint
    hotter = _manifest().heads[0].model_copy(update={"temperature": 2.0})
    assert _manifest(heads=(hotter,)).fingerprint != plain
    assert _manifest(mastheads=("Вісник",)).fingerprint != plain
    assert _manifest(created="2027-01-01T00:00:00Z").fingerprint == plain


def test_a_light_copy_scores_and_leaves_the_weights_behind(tmp_path: Path) -> None:
    for name in ("tokenizer.json", "model.int8.onnx", "model.safetensors"):
        (tmp_path / name).write_text(name)
    whole = write_bundle(tmp_path, _manifest(), ("tokenizer.json", "model.int8.onnx", "model.safetensors"))
    light_copy(whole, tmp_path / "light")
    light = read_bundle(tmp_path / "light")
    assert sorted(light.manifest.files) == ["model.int8.onnx", "tokenizer.json"]
    assert light.manifest.heads == whole.manifest.heads
