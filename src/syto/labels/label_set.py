"""A label set: what a task may answer, in order, read from a YAML file."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from syto.errors import UserError, did_you_mean

Text = Annotated[str, Field(min_length=1)]
# `;` joins the labels of one cell and `|` the values of one column, so an id holds neither.
LabelId = Annotated[str, Field(pattern=r"^[\w-]+$")]


class Label(BaseModel):
    """One answer a task may give."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: LabelId  # used in data, files and columns
    names: Annotated[Mapping[str, Text], Field(min_length=1)]  # language → name for people
    definition: Text  # what a person needs to know to label consistently
    code: str = ""  # in the vocabulary that the set comes from


class LabelSet(BaseModel):
    """The labels of a task; an ordinal task takes their order, lowest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    labels: Annotated[tuple[Label, ...], Field(min_length=1)]

    @field_validator("labels")
    @classmethod
    def _ids_differ(cls, labels: tuple[Label, ...]) -> tuple[Label, ...]:
        for label, count in Counter(label.id for label in labels).items():
            if count > 1:
                raise ValueError(f"the id {label!r} stands {count} times; ids must differ")
        return labels

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, in the order of the file."""
        return tuple(label.id for label in self.labels)

    @classmethod
    def from_file(cls, path: Path) -> "LabelSet":
        """Read a label set; raise UserError naming the file and what is wrong in it."""
        try:
            return cls.model_validate(_load(path))
        except ValidationError as error:
            raise UserError(f"{path}: {_first_problem(error)}") from None


def _load(path: Path) -> object:
    try:
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such label file; check `labels` of the task") from None
    except IsADirectoryError:
        raise UserError(f"{path} is a folder; name a label file in it") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not a YAML file in UTF-8 ({' '.join(str(error).split())})") from None


def _first_problem(error: ValidationError) -> str:
    problems = error.errors()
    # A misspelt key is a missing and an unknown one at once; the unknown one shows what was written.
    problem = next((each for each in problems if each["type"] == "extra_forbidden"), problems[0])
    place = ".".join(str(step) for step in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = Label.model_fields if place.startswith("labels.") else LabelSet.model_fields
        return f"unknown key {place!r}{did_you_mean(str(problem['loc'][-1]), known)}"
    if problem["type"] == "missing":
        return f"missing key {place!r}; add it"
    message = problem["msg"].removeprefix("Value error, ")
    hint = "; put it in quotes" if problem["type"] == "string_type" else ""
    return f"{place}: {message} (found {_shown(problem['input'])}){hint}" if place else f"{message}{hint}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
