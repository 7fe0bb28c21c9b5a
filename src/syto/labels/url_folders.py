"""Labels by the folders of an address, which an outlet sorts its articles into."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from syto.errors import UserError, did_you_mean
from syto.labels.label_set import LabelSet


@dataclass(frozen=True, slots=True)
class UrlFolders:
    """The folders of each label."""

    of_labels: Mapping[str, frozenset[str]]

    @classmethod
    def from_file(cls, path: Path, labels: LabelSet) -> "UrlFolders":
        """Read label → list of folders; `UserError` for what is wrong."""
        try:
            content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError, YAMLError) as error:
            raise UserError(f"URL folders {path} cannot be read: {' '.join(str(error).split())}") from None
        if not isinstance(content, dict) or not content:
            raise UserError(f"{path}: expected a mapping of labels, found {content!r:.60}")
        return cls({str(label): _folders(label, given, labels, path) for label, given in content.items()})

    def labels(self, url: str) -> tuple[str, ...]:
        """Return the labels that the folders of an address stand for; several where they disagree."""
        folders = url_folders(url)
        return tuple(label for label, known in self.of_labels.items() if not known.isdisjoint(folders))


def _folders(label: object, given: object, labels: LabelSet, path: Path) -> frozenset[str]:
    if label not in labels.ids:
        raise UserError(
            f"{path}: {label!r} is no label of {labels.name!r}{did_you_mean(str(label), labels.ids)}"
        )
    if not isinstance(given, list) or not given:
        raise UserError(f"{path}, {label}: expected a list of folders, found {given!r:.60}")
    return frozenset(map(str, given))


def url_folders(url: str) -> list[str]:
    """Return the lower-cased parts of the path without the last one, which is the article's own."""
    try:
        return [folder for folder in urlsplit(url).path.lower().split("/")[:-1] if folder]
    except ValueError:  # such as http://[ad]/
        return []
