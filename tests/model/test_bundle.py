import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize("name", ["/etc/hostname", "..", ".", "a/../../b", "a\\b", "C:b", ""])
def test_a_name_that_is_a_path_is_refused(folder: Path, name: str) -> None:
    _change(folder, lambda document: document["files"].update({name: "0" * 64}))
    with pytest.raises(UserError, match="not a plain file name"):
        read_bundle(folder)


@pytest.mark.parametrize("name", ["tokenizer.json", "bundle.json"])
def test_a_link_out_of_the_folder_is_refused(folder: Path, name: str) -> None:
    outside = folder.parent / f"{folder.name}-{name}"
    (folder / name).rename(outside)
    (folder / name).symlink_to(outside)
    with pytest.raises(UserError, match=f"{name} is a link that leads out of the bundle"):
        read_bundle(folder)


def test_a_link_to_the_whole_folder_and_one_inside_it_are_fine(folder: Path, tmp_path: Path) -> None:
    (folder / "tokenizer.json").rename(folder / "real.json")
    (folder / "tokenizer.json").symlink_to("real.json")
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert read_bundle(link).manifest.name == "tiny"


def _change(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a manifest as somebody does by hand, and leave its digest as it was."""
    path = folder / "bundle.json"
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"temperature": 0}, r"heads\.0\.temperature is 0: .*greater than 0; copy the whole bundle again"),
        ({"temperature": -1.5}, r"heads\.0\.temperature is -1\.5"),
        ({"temperature": NAN}, r"heads\.0\.temperature is nan"),
        ({"temperature": INFINITE}, r"heads\.0\.temperature is inf"),
        ({"sure_threshold": NAN}, r"heads\.0\.sure_threshold is nan"),
        ({"sure_threshold": 1.1}, r"heads\.0\.sure_threshold is 1\.1"),
        ({"label_thresholds": [0.5, -0.1]}, r"heads\.0\.label_thresholds\.1 is -0\.1"),
        ({"label_thresholds": [0.5]}, r"heads\.0: 1 label_thresholds for 2 labels"),
        ({"biases": [0.5]}, r"heads\.0: 1 biases for 2 outputs"),
        ({"biases": [0.5, INFINITE]}, r"heads\.0\.biases\.1 is inf"),
        ({"languages": {"uk": {"temperature": 0}}}, r"heads\.0\.languages\.uk\.temperature is 0"),
        ({"languages": {"uk": {"biases": [1, 2, 3]}}}, r"heads\.0: 3 biases for 2 outputs"),
        ({"languages": {"ru": {}}}, "calibrated for ru, which the bundle's languages uk leave out"),
        ({"measured": ["en"]}, "calibrated for en, which"),
        ({"first_window": 1.5}, r"heads\.0\.first_window is 1\.5"),
        ({"labels": ["a", "a"]}, "labels a, a are not all different"),
        ({"labels": ["a", " "]}, r"heads\.0\.labels\.1 is ' '"),
        ({"labels": ["a"]}, "1 labels are too few"),
        ({"labels": []}, "0 labels are too few"),
        ({"task": ""}, r"heads\.0\.task is ''"),
        ({"heat": 1}, r"heads\.0\.heat is 1"),
    ],
)
def test_a_head_that_cannot_hold_is_refused(folder: Path, change: dict[str, object], said: str) -> None:
    _change(folder, lambda document: document["heads"][0].update(change))
    with pytest.raises(UserError, match=said):
        read_bundle(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"heads": []}, "heads is "),
        ({"heads": [{"task": "t", "kind": "multi_label", "labels": ["a"]}] * 2}, "tasks t, t are not all"),
        ({"languages": []}, "languages is "),
        ({"languages": ["Ukrainian"]}, r"languages\.0 is 'Ukrainian'"),
        ({"min_letters": -1}, "min_letters is -1"),
        ({"window": {"length": 0}}, r"window\.length is 0"),
        ({"window": {"length": 1_000_000}}, r"window\.length is 1000000"),
        ({"window": {"length": 64, "overlap": 60}}, "overlap 60 is more than half of length 64"),
        ({"window": {"max_windows": 0}}, r"window\.max_windows is 0"),
        ({"scope": "../news"}, r"scope is '\.\./news'"),
        ({"training": {"accuracy": NAN}}, "training holds a number that is NaN or infinite"),
    ],
)
def test_a_manifest_that_cannot_hold_is_refused(folder: Path, change: dict[str, object], said: str) -> None:
    _change(folder, lambda document: document.update(change))
    with pytest.raises(UserError, match=said):
        read_bundle(folder)


@pytest.mark.parametrize("text", ["[1]", "[" * 100_000, '{"a": ' + "1" * 10_000 + "}", "\ud800"])
def test_what_is_no_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / "bundle.json").write_bytes(text.encode(errors="surrogatepass"))
    with pytest.raises(UserError, match="cannot be read as a bundle"):
        read_bundle(folder)


def test_a_manifest_that_was_changed_is_refused(folder: Path) -> None:
    _change(folder, lambda document: document["heads"][0].update(sure_threshold=0.4))
    with pytest.raises(UserError, match=r"bundle\.json is not the file that was written: its digest is"):
        read_bundle(folder)


def test_a_manifest_from_before_it_had_a_digest_is_held_to_the_rest(folder: Path) -> None:
    fingerprint = read_bundle(folder).manifest.fingerprint
    _change(folder, lambda document: document.pop("digest"))
    assert read_bundle(folder).manifest.fingerprint == fingerprint
    _change(folder, lambda document: document["heads"][0].update(temperature=0))
    with pytest.raises(UserError, match="temperature is 0"):
        read_bundle(folder)


def test_what_could_not_be_read_is_not_written(folder: Path) -> None:
    cold = _manifest().heads[0].model_copy(update={"temperature": 0.0})
    with pytest.raises(UserError, match="temperature is 0"):
        write_bundle(folder, _manifest(heads=(cold,)), ("tokenizer.json",))


def test_what_is_not_known_of_the_training_is_no_number(folder: Path) -> None:
    write_bundle(folder, _manifest(training={"accuracy": NAN}), ("tokenizer.json",))
    assert read_bundle(folder).manifest.training == {"accuracy": None}


def test_the_bundle_that_ships_has_a_digest_of_its_manifest() -> None:
    folder = Path(__file__).parents[2] / "data" / "embedded"
    assert json.loads((folder / "bundle.json").read_text(encoding="utf-8"))["digest"]
    assert read_bundle(folder).manifest.outputs == 17


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
