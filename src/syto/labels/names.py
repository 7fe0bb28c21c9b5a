"""What people read in place of the contract's ids, in their language, and the ids of what they read."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from ruamel.yaml import YAML

from syto.errors import UserError, did_you_mean
from syto.labels.label_set import LabelSet
from syto.resources import resource

LANGUAGES = ("uk", "en", "ru")
LABELLED = {
    "topic": "topics",
    "reliability": "reliability",
    "manipulation": "manipulation",
    "techniques": "techniques",
}  # task → file of its labels, whose names are a section
TASK = "task"  # the columns of a task are named by its templates: `task_status`
_HOLE = "{task}"
_Entries = Mapping[str, Mapping[str, str]]  # id → language → name


@dataclass(frozen=True, slots=True)
class Names:
    """The names in one language."""

    language: str

    def of(self, section: str, id: str) -> str:
        """Return the name of an id, the English one where the language has none, the id where none has."""
        names = _sections().get(section, {}).get(id, {})
        return names.get(self.language) or names.get("en") or id

    def column(self, name: str) -> str:
        """Return the title of a column of the contract; those of a task are named after it."""
        if name in _sections()["columns"]:
            return self.of("columns", name)
        task, template = _split(name)
        return self.of("columns", template).replace(_HOLE, self.of("tasks", task))

    def about(self, name: str) -> str:
        """Return what a column says."""
        known = _sections()["about"]
        return self.of("about", name if name in known else _split(name)[1])


def id_of(section: str, name: str) -> str:
    """Return the id of a name in any language; what is none is given back."""
    return _ids(section).get(name.casefold(), name)


def column_of(title: str) -> str:
    """Return the contract's name of a title in any language; another column's is given back."""
    if found := _ids("columns").get(title.casefold()):
        return found
    if task := _ids("tasks").get(title.casefold()):
        return task
    for id, language in product(_sections()["columns"], LANGUAGES):
        before, hole, after = Names(language).of("columns", id).partition(_HOLE)
        if hole and after and title.endswith(after) and title.startswith(before):
            return id_of("tasks", title.removesuffix(after)) + id.removeprefix(TASK)
    return title


def language_of(given: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """Return the language that was asked for, else that of the locale, Ukrainian where it says none.

    A locale in a further language reads English; asking for one is a `UserError`.
    """
    if given is not None:
        if given not in LANGUAGES:
            raise UserError(f"no names are in the language {given!r}{did_you_mean(given, LANGUAGES)}")
        return given
    said = next((environment[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(key)), "")
    locale = said.partition(".")[0].partition("_")[0].lower()
    if locale in ("", "c", "posix"):
        return LANGUAGES[0]
    return locale if locale in LANGUAGES else "en"


def _split(column: str) -> tuple[str, str]:
    """Return the task of a column and the template of its name."""
    ends = (id.removeprefix(TASK) for id in _sections()["columns"] if id.startswith(f"{TASK}_"))
    end = next((end for end in ends if column.endswith(end)), "")
    return column.removesuffix(end), TASK + end


@lru_cache(maxsize=1)
def _sections() -> Mapping[str, _Entries]:
    content = YAML(typ="safe", pure=True).load(resource("labels/names.yaml").read_text(encoding="utf-8"))
    labels = {
        task: {label.id: label.names for label in LabelSet.from_file(resource(f"labels/{file}.yaml")).labels}
        for task, file in LABELLED.items()
    }
    return {**content, **labels}


@lru_cache(maxsize=32)
def _ids(section: str) -> Mapping[str, str]:
    entries = _sections().get(section, {})
    return {
        name.casefold(): id for id, names in entries.items() for name in names.values() if _HOLE not in name
    }
