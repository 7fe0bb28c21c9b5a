"""The whole config: one YAML file, checked as a whole before anything is read or trained.

A file that begins with `extends: other.yaml`, a path relative to itself, says only what differs. A mapping is
merged key by key with the one it extends; anything else (a list, a value, a null) takes the place of what was
there. So does `encoder` as a whole, because a checkpoint and random weights exclude each other.
"""

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Self, TypeVar, Union, get_args, get_origin, overload

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from syto.corpus.settings import DataSettings
from syto.corpus.unlabelled_settings import UnlabelledSettings
from syto.errors import UserError, did_you_mean
from syto.model.settings import EncoderSettings, TaskSettings, WindowSettings
from syto.text.clean import TextSettings
from syto.tracking.settings import TrackingSettings
from syto.training.pretrain_settings import ObjectiveSettings, WordVectorSettings
from syto.training.scope_settings import MadeSettings, ScopeFitSettings
from syto.training.settings import (
    AugmentationSettings,
    BaselineSettings,
    CalibrationSettings,
    DistilSettings,
    EarlyStoppingSettings,
    ExportSettings,
    NgramSettings,
)
from syto.training.tune_settings import MACRO_F1, TuneSettings

Settings = TypeVar("Settings", bound=BaseModel)
Key = tuple[str | int, ...]  # from the top of the file down
EXTENDS = "extends"
REPLACED = ("encoder",)  # mappings at the top of a file that take the place of what it extends
# What changes no figure of a trial, or what it is measured on.
_UNMEASURED = re.compile(r"(name|licence|data|text|distil|calibration|baselines|export|tracking|tune)\b")
_REPEAT = re.compile(r"data\.datasets\.\d+\.repeat")  # read by training, not by `prepare`
_PART = re.compile(r'"([^"]*)"|([^."]+)')  # of a dotted key; a part with dots in it stands in quotes


class Config(BaseModel):
    """Everything that a model depends on; each package owns the settings of its own section."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[\w.-]+$")]  # of the runs and of the bundle
    seed: int = 20
    licence: str = "not stated"  # of the trained weights, as far as the data allows one
    data: DataSettings
    text: TextSettings = TextSettings()
    tasks: Annotated[dict[str, TaskSettings], Field(min_length=1)]
    encoder: EncoderSettings
    window: WindowSettings = WindowSettings()
    augmentation: AugmentationSettings = AugmentationSettings()
    training: dict[str, Any] = {}  # goes to transformers.TrainingArguments as it is
    ngrams: NgramSettings = NgramSettings()
    distil: DistilSettings | None = None  # of `syto distil`
    early_stopping: EarlyStoppingSettings | None = None
    calibration: CalibrationSettings = CalibrationSettings()
    baselines: BaselineSettings = BaselineSettings()
    export: ExportSettings = ExportSettings()
    tracking: TrackingSettings = TrackingSettings()
    tune: TuneSettings | None = None  # of `syto tune`

    @model_validator(mode="after")
    def _n_grams_answer_where_the_network_does_not(self) -> Self:
        for task, settings in self.tasks.items():
            if not settings.network and not self.ngrams.enabled:
                raise ValueError(f"tasks.{task}.network: false needs 'ngrams: {{enabled: true}}'")
        return self

    @model_validator(mode="after")
    def _calibration_names_what_there_is(self) -> Self:
        datasets = [dataset.name for dataset in self.data.datasets]
        for task, chosen in self.calibration.datasets.items():
            if task not in self.tasks:
                raise ValueError(f"calibration.datasets: no task {task!r}{did_you_mean(task, self.tasks)}")
            for name in chosen:
                if name not in datasets:
                    raise ValueError(
                        f"calibration.datasets: no data set {name!r}{did_you_mean(name, datasets)}"
                    )
        return self

    @model_validator(mode="after")
    def _a_trial_measures_what_is_tuned(self) -> Self:
        if self.tune is None:
            return self
        metrics = [MACRO_F1, *(f"{MACRO_F1}_{task}" for task in self.tasks)]
        if self.tune.metric not in metrics:
            raise ValueError(
                f"tune.metric: no metric {self.tune.metric!r}{did_you_mean(self.tune.metric, metrics)}"
            )
        for key in self.tune.ranges:
            if _UNMEASURED.match(key) and not _REPEAT.fullmatch(key):
                raise ValueError(
                    f"tune.ranges: no trial measures {key!r}: each is trained on the same prepared data, and "
                    "measured on validation before it is calibrated and exported; take the key out"
                )
        return self


class PretrainConfig(BaseModel):
    """Everything that a pre-trained encoder depends on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[\w.-]+$")]  # of the runs and of the encoder
    seed: int = 20
    licence: str = "not stated"  # of the weights, as far as the texts allow one
    corpus: UnlabelledSettings
    text: TextSettings = TextSettings()
    encoder: EncoderSettings
    objective: ObjectiveSettings = ObjectiveSettings()
    word_vectors: WordVectorSettings | None = None  # null: random embeddings
    weights: Literal["float32", "float16", "bfloat16"] = "float32"  # how the encoder is saved
    training: dict[str, Any] = {}  # goes to transformers.TrainingArguments as it is
    tracking: TrackingSettings = TrackingSettings()


class ScopeConfig(BaseModel):
    """Everything that the check of what is news depends on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 20
    prepared: (
        Path  # a prepared folder; its training articles are fitted on, those of validation set the limits
    )
    articles: Annotated[int, Field(ge=1)] = 5000  # of the training split, a language
    news: UnlabelledSettings  # further news; the held-out share of it sets the limits too
    spared: UnlabelledSettings  # speeches, novels, essays: fitted on as if they were news
    other: UnlabelledSettings  # what is no news
    made: MadeSettings  # likewise
    fit: ScopeFitSettings = ScopeFitSettings()


@overload
def load_config(path: Path, overrides: Sequence[str] = ()) -> Config: ...
@overload
def load_config(path: Path, overrides: Sequence[str], kind: type[Settings]) -> Settings: ...
def load_config(path: Path, overrides: Sequence[str] = (), kind: type[BaseModel] = Config) -> BaseModel:
    """Read a config and put `a.b=value` overrides over it; `UserError` with file, line, key and remedy."""
    node = _resolve(path)
    content = _yaml().constructor.construct_document(node)
    for override in overrides:
        _override(content, override)
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise UserError(_explain(error, kind, path, _places(node), overrides)) from None


def with_values(config: Config, values: Mapping[str, object]) -> Config:
    """Return a config without its `tune` and with other values at dotted keys, checked like any config."""
    content = {key: value for key, value in _plain_mapping(config).items() if key != "tune"}
    where = f"tune.ranges ({', '.join(f'{key}={value}' for key, value in values.items())})"
    for key, value in values.items():
        _put(content, key, value, where)
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        _, said = _first_mistake(error, Config)
        raise UserError(f"{where}: {said}") from None


def value_at(config: Config, key: str) -> object:
    """Return what a config holds at a dotted key, as YAML knows it; None where it holds nothing."""
    place: Any = _plain_mapping(config)
    for part in _parts(key):
        if isinstance(place, list):
            place = place[int(part)] if part.isdecimal() and int(part) < len(place) else None
        else:
            place = place.get(part) if isinstance(place, dict) else None
    return place


def dump_config(config: BaseModel) -> str:
    """Return the resolved config as YAML; `load_config` of it gives the same config."""
    stream, yaml = StringIO(), _yaml()
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 1 << 16
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment] # the order of the fields
    yaml.dump(_plain(config), stream)
    return stream.getvalue()


def _yaml() -> YAML:
    return YAML(typ="safe", pure=True)  # YAML 1.2: 1e-3 is a number, `no` is a word


def _resolve(path: Path, heirs: tuple[Path, ...] = ()) -> MappingNode:
    """Return a file laid over the one it extends; every node still knows the file and line it is from."""
    node = _parse(path)
    pair = next((pair for pair in node.value if pair[0].value == EXTENDS), None)
    if pair is None:
        return node
    node.value.remove(pair)
    below = _extended(_place(pair[0]), pair[1], (*heirs, path))
    return _lay_over(_resolve(below, (*heirs, path)), node, REPLACED)


def _parse(path: Path) -> MappingNode:
    try:
        with path.open(encoding="utf-8-sig") as file:
            node = _yaml().compose(file)
        if isinstance(node, MappingNode):
            _yaml().constructor.construct_document(node)  # finds a key that is given twice
            return node
    except FileNotFoundError:
        raise UserError(f"{path}: no such config; the ones that ship are in configs/") from None
    except IsADirectoryError:
        raise UserError(f"{path} is a folder, not a YAML file; name one in it") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not a YAML file in UTF-8 ({error}); name one") from None
    except YAMLError as error:
        raise UserError(f"{path}{_line_of(error)} is not YAML: {_first_line(error)}; mend it there") from None
    raise UserError(f"{path} holds no config; start from one of the files in configs/")


def _extended(place: str, named: Node, chain: Sequence[Path]) -> Path:
    """Return the file that the last of the chain names; in a chain, each extends the next."""
    if not isinstance(named, ScalarNode) or not named.value:
        raise UserError(f"{place}: extends names one file, such as news.yaml")
    below: Path = chain[-1].parent / named.value
    if not below.is_file():
        raise UserError(f"{place}: extends {below}, which is not there; the path is relative to this file")
    if any(below.samefile(file) for file in chain):
        circle = " → ".join(file.name for file in (*chain, below))
        raise UserError(f"{place}: {circle} extend each other; one of them must extend none")
    return below


def _lay_over(below: MappingNode, heir: MappingNode, replaced: Sequence[str] = ()) -> MappingNode:
    """Merge key by key what is a mapping on both sides, at every depth; all else is the heir's."""
    merged = {name.value: (name, value) for name, value in below.value}
    for name, value in heir.value:
        _, under = merged.get(name.value, (None, None))
        mappings = isinstance(value, MappingNode) and isinstance(under, MappingNode)
        merge = mappings and name.value not in replaced
        merged[name.value] = (name, _lay_over(under, value) if merge else value)
    return MappingNode(heir.tag, list(merged.values()), heir.start_mark, heir.end_mark)


def _place(node: Node) -> str:
    return f"{node.start_mark.name}:{node.start_mark.line + 1}"


def _line_of(error: YAMLError) -> str:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    return f":{mark.line + 1}" if mark else ""


def _first_line(error: YAMLError) -> str:
    problem = error.problem if isinstance(error, MarkedYAMLError) else None
    return str(problem or error).strip().splitlines()[0]


def _override(content: dict[str, Any], override: str) -> None:
    """Put one `a.b=value` into the content."""
    key, equals, text = override.partition("=")
    if not equals or not _parts(key):
        raise UserError(f"--set {override}: not of the form key.key=value")
    try:
        value = _yaml().load(text) if text else None
    except YAMLError as error:
        raise UserError(f"--set {override}: {text!r} is not YAML: {_first_line(error)}") from None
    _put(content, key, value, f"--set {override}")


def _parts(key: str) -> list[str]:
    return [quoted or plain for quoted, plain in _PART.findall(key)]


def _put(content: dict[str, Any], key: str, value: object, where: str) -> None:
    """Put a value at a dotted key; numbers in it count the items of a list from 0."""
    parts = _parts(key)
    place: Any = content
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        index = _index(place, part, where)
        if following is None:
            place[index] = value
        else:
            if isinstance(place, dict) and place.get(index) is None:
                place[index] = {}
            place = place[index]


def _index(place: object, part: str, where: str) -> str | int:
    if isinstance(place, dict):
        return part
    if isinstance(place, list) and part.isdecimal() and int(part) < len(place):
        return int(part)
    held = f"a list of {len(place)} items" if isinstance(place, list) else repr(place)
    raise UserError(f"{where}: {part!r} does not lead into {held}")


def _places(node: Node, key: Key = ()) -> dict[Key, str]:
    """Return key → file and line, from 1, of everything in a config."""
    places: dict[Key, str] = {}
    if isinstance(node, MappingNode):
        for name, value in node.value:
            places[*key, name.value] = _place(name)
            places |= _places(value, (*key, name.value))
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.value):
            places[*key, number] = _place(item)
            places |= _places(item, (*key, number))
    return places


def _explain(
    failure: ValidationError,
    kind: type[BaseModel],
    path: Path,
    places: Mapping[Key, str],
    given: Sequence[str],
) -> str:
    """Name the first mistake and where it was made."""
    key, said = _first_mistake(failure, kind)
    dotted = _dotted(key)
    override = next(
        (o for o in given if f"{o.partition('=')[0]}.".replace('"', "").startswith(f"{dotted}.")), None
    )
    place = next((places[key[:n]] for n in range(len(key), 0, -1) if key[:n] in places), str(path))
    where = f"--set {override}" if override else place
    return f"{where}: {said}"


def _first_mistake(failure: ValidationError, kind: type[BaseModel]) -> tuple[Key, str]:
    """Return key and text of one; an unknown key before a missing one, which it may be the misspelling of."""
    first = min(failure.errors(), key=lambda error: error["type"] != "extra_forbidden")
    key, _ = _follow(kind, first["loc"])
    return key, _said(first, kind, _dotted(key))


def _dotted(key: Key) -> str:
    return ".".join(map(str, key)) or "the config"


def _said(error: ErrorDetails, kind: type[BaseModel], dotted: str) -> str:
    *above, last = error["loc"] or ("",)
    if error["type"] == "extra_forbidden":
        known = _fields(_settings_in(_follow(kind, tuple(above))[1]))
        return f"{dotted} is no known key{did_you_mean(str(last), known)}"
    if error["type"] == "missing":
        return f"{dotted} is missing; add it"
    if error["type"] == "value_error":
        return f"{dotted}: {error['ctx']['error']}"
    given = error["input"]
    held = f"holds {', '.join(map(str, given))}" if given and isinstance(given, Mapping) else f"is {given!r}"
    return f"{dotted} {held}: {error['msg'].lower()}"


def _follow(kind: object, location: Key) -> tuple[Key, object]:
    """Follow one of pydantic's locations from a type down; return the key in the file and the type there.

    The two differ where a value may be of several types: pydantic then names the type it tried.
    """
    if not location:
        return (), kind
    origin, inner = get_origin(kind), [arg for arg in get_args(kind) if arg not in (NoneType, Ellipsis)]
    if origin is Annotated or (origin in (Union, UnionType) and len(inner) == 1):
        return _follow(inner[0], location)
    if origin in (Union, UnionType):
        options = [get_args(arg)[0] if get_origin(arg) is Annotated else arg for arg in inner]
        tried = next((arg for arg in options if getattr(arg, "__name__", "") == location[0]), None)
        return _follow(tried, location[1:])
    if origin in (dict, list, tuple):
        below = inner[-1]
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        below = _fields(kind).get(str(location[0]))
    else:
        return (), kind
    key, found = _follow(below, location[1:])
    return (location[0], *key), found


def _settings_in(kind: object) -> type[BaseModel]:
    """Return the settings among the types that a value may have."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next(map(_settings_in, (arg for arg in get_args(kind) if arg is not NoneType)), BaseModel)


def _fields(settings: type[BaseModel]) -> dict[str, object]:
    return {field.alias or name: field.annotation for name, field in settings.model_fields.items()}


def _plain_mapping(config: BaseModel) -> dict[str, Any]:
    plain = _plain(config)
    return plain if isinstance(plain, dict) else {}


def _plain(value: object) -> object:
    """Return settings as YAML knows them, without the nulls that nobody gave: a given null may mean more."""
    if isinstance(value, BaseModel):
        return {
            field.alias or name: _plain(getattr(value, name))
            for name, field in type(value).model_fields.items()
            if getattr(value, name) is not None or name in value.model_fields_set
        }
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.as_posix() if isinstance(value, Path) else value
