"""The bundle: a folder that is enough to score, offline, without torch and without pickle."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

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

_DIGEST = "digest"  # key of the manifest's own digest, over everything else in it
_PLAIN = re.compile(r"[\w-][\w.-]*")  # a file's name that is no path, on any system
_AGAIN = "copy the whole bundle again or train anew"  # what mends a bundle
HOLDS_FROM = 0.5  # probability from which a label of a multi-label head holds where no threshold was fitted

Probability = Annotated[float, Field(ge=0, le=1)]
Temperature = Annotated[float, Field(gt=0)]
Named = Annotated[str, Field(pattern=r"\S")]
Language = Annotated[str, Field(pattern="^[a-z]{2,3}$")]  # ISO 639


class Scaling(BaseModel):
    """What turns a head's logits into calibrated ones: (logits + biases) / temperature."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    temperature: Temperature = 1.0
    biases: tuple[float, ...] = ()  # one an output; empty: none


class HeadSpec(BaseModel):
    """One head: its labels, its calibration, and from which probability on it is sure."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    task: Named
    kind: HeadKind
    labels: tuple[Named, ...]
    temperature: Temperature = 1.0
    biases: tuple[float, ...] = ()  # one an output, added to the logits before the temperature; empty: none
    languages: Mapping[str, Scaling] = {}  # those that enough sources were seen in for a scaling of their own
    measured: tuple[str, ...] | None = None  # languages that figures stand behind; null: all
    sure_threshold: Probability = 0.5  # single-label, ordinal: sure when the top probability reaches it
    label_thresholds: tuple[Probability, ...] = ()  # multi-label: a label holds from its own one on
    first_window: Probability = 0.0  # its share of an article's logits; the rest: all

    @model_validator(mode="after")
    def _sizes_fit(self) -> Self:
        if len(set(self.labels)) < len(self.labels):
            raise ValueError(f"labels {', '.join(self.labels)} are not all different")
        if len(self.labels) < (1 if self.kind == "multi_label" else 2):
            raise ValueError(f"{len(self.labels)} labels are too few for the kind {self.kind}")
        for biases in (self.biases, *(scaling.biases for scaling in self.languages.values())):
            if len(biases) not in (0, self.outputs):
                raise ValueError(f"{len(biases)} biases for {self.outputs} outputs")
        if len(self.label_thresholds) not in (0, len(self.labels)):
            raise ValueError(f"{len(self.label_thresholds)} label_thresholds for {len(self.labels)} labels")
        return self

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

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Named
    syto_version: str
    created: str  # ISO date and time, UTC
    encoder: str  # where it came from: a Hub name with revision, a folder's name, or an architecture
    licence: str
    heads: Annotated[tuple[HeadSpec, ...], Field(min_length=1)]  # in the order of the concatenated outputs
    window: WindowSettings
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    min_letters: Annotated[int, Field(ge=0)]  # fewer letters: out of scope
    scope: Annotated[str, Field(pattern="^[a-z0-9-]*$")] = ""  # shipped check of what is news, if any
    mastheads: tuple[str, ...]  # redacted before the model sees a text
    endings: tuple[str, ...] = ()  # likewise, from the end of a text
    text: TextSettings
    training: dict[str, Any]  # summary of the training data
    files: dict[str, str] = {}  # name → sha256

    @model_validator(mode="after")
    def _heads_fit(self) -> Self:
        tasks = [head.task for head in self.heads]
        if len(set(tasks)) < len(tasks):
            raise ValueError(f"tasks {', '.join(tasks)} are not all different")
        for head in self.heads:
            unknown = {*head.languages, *(head.measured or ())} - set(self.languages)
            if unknown:
                raise ValueError(
                    f"head {head.task} is calibrated for {', '.join(sorted(unknown))}, which the bundle's "
                    f"languages {', '.join(self.languages)} leave out"
                )
        return self

    @property
    def outputs(self) -> int:
        """Numbers the network gives for all heads."""
        return sum(head.outputs for head in self.heads)

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
    """Write `bundle.json` with its own digest and those of `names`, the files that belong to the bundle.

    `UserError` for a manifest that `read_bundle` would refuse.
    """
    digests = {name: sha256_of(folder / name) for name in names}
    changed = manifest.model_copy(update={"files": digests})
    document = json.loads(changed.model_dump_json())
    path = folder / MANIFEST
    manifest = _parsed(path, document)
    document[_DIGEST] = _digest_of(path, document)
    write_text(path, json.dumps(document, indent=1, ensure_ascii=False))  # last: it says that all is there
    return Bundle(folder, manifest)


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle; `UserError` when its manifest cannot hold or anything differs from what was written.

    A manifest from before it had a digest of its own is held to everything else.
    """
    manifest = read_manifest(folder)
    _check_files(folder, manifest.files)
    return Bundle(folder, manifest)


def read_manifest(folder: Path) -> BundleManifest:
    """Read what a bundle says of itself, as `read_bundle` does, without reading its other files."""
    path = folder / MANIFEST
    if not path.is_file():
        raise UserError(f"{folder} is no bundle: it has no {MANIFEST}; give the one that `syto train` made")
    _check_inside(folder, (MANIFEST,))
    document = _loaded(path)
    digest = document.pop(_DIGEST, None)
    manifest = _parsed(path, document)
    _check_inside(folder, manifest.files)
    found = _digest_of(path, document)
    if digest not in (None, found):
        raise UserError(
            f"{path} is not the file that was written: its digest is {found}, not {digest}; {_AGAIN}"
        )
    return manifest


def check_outputs(bundle: Bundle, file: str, outputs: object) -> None:
    """Refuse a network that gives another number of outputs than the heads read."""
    expected = bundle.manifest.outputs
    if outputs != expected:
        raise UserError(
            f"{bundle.folder / file} gives {outputs} outputs, but the heads of {MANIFEST} read {expected}; "
            f"{_AGAIN}"
        )


def light_copy(bundle: Bundle, folder: Path) -> Bundle:
    """Copy what scoring without torch needs: the tokenizer and the smallest network there is."""
    network = next((name for name in (ONNX_INT4, ONNX_INT8, ONNX_FP16) if bundle.has(name)), ONNX)
    names = (TOKENIZER, network)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(bundle.path(name), folder / name)
    return write_bundle(folder, bundle.manifest, names)


def _loaded(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, a number of thousands of digits
        raise UserError(f"{path} cannot be read as a bundle: {error}; {_AGAIN}") from None
    if not isinstance(document, dict):
        raise UserError(f"{path} cannot be read as a bundle: it holds no JSON object; {_AGAIN}")
    return document


def _parsed(path: Path, document: Mapping[str, Any]) -> BundleManifest:
    try:
        return BundleManifest.model_validate(document)
    except ValidationError as error:
        said = _said(error.errors()[0])
        raise UserError(
            f"{path} cannot be read as a bundle of this version of syto: {said}; {_AGAIN}"
        ) from None


def _said(error: ErrorDetails) -> str:
    """Name the value and where it stands; that of a whole section says nothing."""
    place = ".".join(map(str, error["loc"]))
    value = error["input"]
    held = "" if isinstance(value, dict) else f" is {value!r:.80}"
    return f"{place}{held}: {error['msg'].removeprefix('Value error, ')}".removeprefix(": ")


def _digest_of(path: Path, document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document as JSON with sorted keys and no spaces."""
    try:
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise UserError(f"{path}: training holds a number that is NaN or infinite; {_AGAIN}") from None
    return hashlib.sha256(text.encode()).hexdigest()


def _check_inside(folder: Path, names: Iterable[str]) -> None:
    """Refuse what could lead out of the folder: a path in place of a name, or a link."""
    for name in names:
        if not _PLAIN.fullmatch(name):
            raise UserError(f"bundle {folder} lists {name!r}, which is not a plain file name; do not use it")
        if (folder / name).resolve().parent != folder.resolve():
            raise UserError(
                f"{folder / name} is a link that leads out of the bundle; copy the files themselves (cp -rL)"
            )


def _check_files(folder: Path, digests: Mapping[str, str]) -> None:
    for name, digest in digests.items():
        path = folder / name
        if not path.is_file():
            raise UserError(f"bundle {folder} lacks {name}; {_AGAIN}")
        if sha256_of(path) != digest:
            raise UserError(f"{path} is not the file that was written; {_AGAIN}")
