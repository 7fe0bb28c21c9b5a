"""What a config names is there: checked before the first minute of work, with the command that makes it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from syto.errors import UserError
from syto.model.settings import EncoderSettings
from syto.training.settings import DistilSettings

Verb = Literal["prepare", "train", "tune", "distil", "cross-validate", "pretrain", "scope"]
# Keys below which a verb reads nothing: it runs without the files there.
_UNREAD: Mapping[Verb, tuple[str, ...]] = {
    "prepare": ("data.prepared", "encoder", "augmentation", "distil"),
    "train": ("data.datasets", "data.splits", "distil"),
    "tune": ("data.datasets", "data.splits", "distil"),
    "distil": ("data.datasets", "data.splits"),
    "cross-validate": ("data.datasets", "data.splits", "distil"),
    "pretrain": (),
    "scope": (),
}
# Where a path leads → how what lies there is made.
_MADE = {
    r"data/prepared/e5-\w+": "`make encoder` makes it",
    r"data/prepared/([\w-]+)": r"`syto prepare configs/\1.yaml` makes it",
    r"runs/.+/encoder": "`syto pretrain configs/syto-mini.yaml` writes one; name its folder",
    r"runs/.+": "`syto train configs/news.yaml` writes one to runs/news-…; name it: --set {key}=FOLDER",
    r"encoders/.+": "`syto trim NAME_ON_THE_HUB --texts FILE -o {path}` makes it",
    r"(?:.*/)?shared/data/[^/]+": "it does not come with the repository; put the file there, or name yours",
}
_FOLDERS = ("/", ".", "..", "data", "runs", "encoders")  # a name on the Hub begins with none of them


def check_requirements(settings: BaseModel, verb: Verb, config: Path) -> None:
    """Raise `UserError` for the first path that `verb` reads and that is not there."""
    missing = [
        (key, path)
        for key, path in named_paths(settings)
        if not any(f"{key}.".startswith(f"{unread}.") for unread in _unread(settings, verb))
        and not path.exists()
    ]
    if missing:
        key, path = missing[0]
        more = f" ({len(missing) - 1} more are missing)" if len(missing) > 1 else ""
        raise UserError(f"{config}: {key}: {path} is not there; {_remedy(key, path, config)}{more}")


def named_paths(settings: object, key: str = "") -> Iterator[tuple[str, Path]]:
    """Yield every path in settings with its dotted key; an encoder's folder, too, but no name on the Hub."""
    if isinstance(settings, Path):
        yield key, settings
    elif isinstance(settings, BaseModel):
        if isinstance(settings, EncoderSettings) and _is_folder(settings.source or ""):
            yield f"{key}.from", Path(settings.source or "")
        for name, field in type(settings).model_fields.items():
            yield from named_paths(getattr(settings, name), _below(key, field.alias or name))
    elif isinstance(settings, Mapping):
        for name, item in settings.items():
            yield from named_paths(item, _below(key, name))
    elif isinstance(settings, list | tuple):
        for number, item in enumerate(settings):
            yield from named_paths(item, _below(key, number))


def _below(key: str, name: object) -> str:
    return f"{key}.{name}" if key else str(name)


def _is_folder(source: str) -> bool:
    parts = Path(source).parts
    return len(parts) > 2 or (len(parts) > 1 and parts[0] in _FOLDERS)


def _unread(settings: BaseModel, verb: Verb) -> tuple[str, ...]:
    distil = dict(settings).get("distil")
    of_teacher = verb == "distil" and isinstance(distil, DistilSettings) and distil.layers is not None
    return (*_UNREAD[verb], "encoder") if of_teacher else _UNREAD[verb]


def _remedy(key: str, path: Path, config: Path) -> str:
    if key == "data.prepared":
        return f"`syto prepare {config}` makes it"
    for pattern, made in _MADE.items():
        if match := re.fullmatch(pattern, path.as_posix()):
            return match.expand(made).replace("{key}", key).replace("{path}", str(path))
    return "paths count from the current folder; correct it there or with --set"
