"""The bundle: a folder that is enough to score, offline, without torch and without pickle."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from syto.digest import sha256_of
from syto.errors import UserError
from syto.model.settings import WindowSettings
from syto.records import HeadKind
from syto.tables.whole import write_text
from syto.text.clean import TextSettings

MANIFEST = "bundle.json"
TOKENIZER = "tokenizer.json"
ONNX = "model.onnx"
ONNX_INT8 = "model.int8.onnx"
ONNX_INT4 = "model.int4.onnx"
ONNX_FP16 = "model.fp16.onnx"
WEIGHTS = "model.safetensors"
NETWORK_CONFIG = "config.json"


HOLDS_FROM = 0.5  # probability from which a label of a multi-label head holds where no threshold was fitted


class Scaling(BaseModel):
    """What turns a head's logits into calibrated ones: (logits + biases) / temperature."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float = 1.0
    biases: tuple[float, ...] = ()  # one an output; empty: none


class HeadSpec(BaseModel):
    """One head: its labels, its calibration, and from which probability on it is sure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str
    kind: HeadKind
    labels: tuple[str, ...]
    temperature: float = 1.0
    biases: tuple[float, ...] = ()  # one an output, added to the logits before the temperature; empty: none
    languages: Mapping[str, Scaling] = {}  # those that enough sources were seen in for a scaling of their own
    measured: tuple[str, ...] | None = None  # languages that figures stand behind; null: all
    sure_threshold: float = 0.5  # single-label, ordinal: sure when the top probability reaches it
    label_thresholds: tuple[float, ...] = ()  # multi-label: a label holds from its own one on
    first_window: Annotated[float, Field(ge=0, le=1)] = 0.0  # its share of an article's logits; the rest: all

    @property
    def outputs(self) -> int:
        """Numbers the network gives for this head."""
        return len(self.labels) - 1 if self.kind == "ordinal" else len(self.labels)

    @property
    def can_be_sure(self) -> bool:
        """Tell whether this head ever calls one label sure."""
        return self.kind != "multi_label" and self.sure_threshold < 1

    def of_language(self, language: str) -> "HeadSpec":
        """Return the head as it is calibrated for articles of a language."""
        return self.scaled(self.languages[language]) if language in self.languages else self

    def scaled(self, scaling: Scaling) -> "HeadSpec":
        """Return the head with another scaling."""
        return self.model_copy(update=dict(scaling))

    def uncalibrated(self) -> "HeadSpec":
        """Return the head whose probabilities are the network's own."""
        return self.model_copy(update={**dict(Scaling()), "languages": {}})


class BundleManifest(BaseModel):
    """What `bundle.json` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    syto_version: str
    created: str  # ISO date and time, UTC
    encoder: str  # where it came from: a Hub name with revision, a folder's name, or an architecture
    licence: str
    heads: tuple[HeadSpec, ...]  # in the order of the concatenated outputs
    window: WindowSettings
    languages: tuple[str, ...]
    min_letters: int  # fewer letters: out of scope
    scope: Annotated[str, Field(pattern="^[a-z0-9-]*$")] = ""  # shipped check of what is news, if any
    mastheads: tuple[str, ...]  # redacted before the model sees a text
    endings: tuple[str, ...] = ()  # likewise, from the end of a text
    text: TextSettings
    training: dict[str, Any]  # summary of the training data
    files: dict[str, str] = {}  # name → sha256

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that change when anything that decides a score changes."""
        deciding = self.model_dump(mode="json", exclude={"name", "created", "licence", "training"})
        if not self.scope:  # so bundles from before there was one keep their fingerprint
            del deciding["scope"]
        for head in deciding["heads"]:  # likewise
            if not head["first_window"]:
                del head["first_window"]
        return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def model_name(self) -> str:
        """Name and fingerprint, as in the column `model`."""
        return f"{self.name}@{self.fingerprint}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose files were found whole."""

    folder: Path
    manifest: BundleManifest

    def has(self, name: str) -> bool:
        """Tell whether the bundle lists this file."""
        return name in self.manifest.files

    def path(self, name: str) -> Path:
        """Return the path of a listed file; `UserError` when the bundle has none of that name."""
        if not self.has(name):
            raise UserError(f"bundle {self.folder} has no {name}; it has: {', '.join(self.manifest.files)}")
        return self.folder / name


def write_bundle(folder: Path, manifest: BundleManifest, names: tuple[str, ...]) -> Bundle:
    """Write `bundle.json` with the digests of `names`, the files of the folder that belong to the bundle."""
    digests = {name: sha256_of(folder / name) for name in names}
    manifest = manifest.model_copy(update={"files": digests})
    write_text(folder / MANIFEST, manifest.model_dump_json(indent=1))  # last: it says that all is there
    return Bundle(folder, manifest)


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle; `UserError` when a file is missing or differs from what was written."""
    path = folder / MANIFEST
    if not path.is_file():
        raise UserError(f"{folder} is no bundle: it has no {MANIFEST}; give the one that `syto train` made")
    manifest = _parse(path)
    _check_files(folder, manifest.files)
    return Bundle(folder, manifest)


def light_copy(bundle: Bundle, folder: Path) -> Bundle:
    """Copy what scoring without torch needs: the tokenizer and the smallest network there is."""
    network = next((name for name in (ONNX_INT4, ONNX_INT8, ONNX_FP16) if bundle.has(name)), ONNX)
    names = (TOKENIZER, network)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(bundle.path(name), folder / name)
    return write_bundle(folder, bundle.manifest, names)


def _parse(path: Path) -> BundleManifest:
    try:
        return BundleManifest.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read as a bundle of this version of syto: {error}") from error


def _check_files(folder: Path, digests: Mapping[str, str]) -> None:
    for name, digest in digests.items():
        path = folder / name
        if Path(name).name != name:
            raise UserError(f"bundle {folder} lists {name!r}, which is not a plain file name; do not use it")
        if not path.is_file():
            raise UserError(f"bundle {folder} lacks {name}; copy the whole folder again or train anew")
        if sha256_of(path) != digest:
            raise UserError(f"{path} is not the file that was written; copy the bundle again or train anew")
