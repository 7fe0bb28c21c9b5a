"""Labels guessed from words that few texts of other labels hold: weak supervision, good for training alone.

A labelling function in the sense of Ratner et al., Snorkel, 2017 (arXiv:1711.10160).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from syto.errors import UserError
from syto.labels.label_set import LabelSet

_READ = 400  # characters; what stands further down is background more often than the news itself
_LEAST = 2  # distinct seed words that a label needs
_MARGIN = 2  # and how many more of them than any other label has
_STEM = re.compile(r"[^\W_]+(?:['-][^\W_]+)*\*?")
_APOSTROPHES = str.maketrans("’ʼ`", "'''")


@dataclass(frozen=True, slots=True)
class SeedWords:
    """The words of each label by language."""

    patterns: Mapping[str, Mapping[str, re.Pattern[str]]]  # language → label → its words

    @classmethod
    def from_file(cls, path: Path, labels: LabelSet) -> "SeedWords":
        """Read label → language → words, `*` at the end of a beginning; `UserError` for what is wrong."""
        try:
            content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError, YAMLError) as error:
            raise UserError(f"seed words {path} cannot be read: {' '.join(str(error).split())}") from None
        patterns: dict[str, dict[str, re.Pattern[str]]] = {}
        for label, by_language in _mapping(content, path, "labels").items():
            if label not in labels.ids:
                raise UserError(f"{path}: {label!r} is no label of {labels.name!r}")
            for language, words in _mapping(by_language, path, f"the languages of {label!r}").items():
                patterns.setdefault(language, {})[label] = _pattern(words, f"{path}, {label}.{language}")
        return cls(patterns)

    def label(self, text: str, language: str) -> str | None:
        """Return the label whose words the beginning of `text` is full of; None where it is not clear."""
        start = text[:_READ].translate(_APOSTROPHES).lower()
        of_labels = self.patterns.get(language, {})
        hits = sorted(((len(set(words.findall(start))), label) for label, words in of_labels.items()))
        if not hits or hits[-1][0] < _LEAST:
            return None
        second = hits[-2][0] if len(hits) > 1 else 0
        return hits[-1][1] if hits[-1][0] - second >= _MARGIN else None


def _mapping(value: object, path: Path, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict) or not value:
        raise UserError(f"{path}: expected a mapping of {what}, found {value!r:.60}")
    return {str(key): each for key, each in value.items()}


def _pattern(words: object, where: str) -> re.Pattern[str]:
    """Match one of the words from its beginning; the longest first, so that equal words count once."""
    if not isinstance(words, str) or not words.split():
        raise UserError(f"{where}: expected words between spaces, found {words!r:.60}")
    for word in words.split():
        if not _STEM.fullmatch(word):
            raise UserError(f"{where}: {word!r} is no word, and no beginning of one with * at its end")
    longest_first = sorted(words.lower().split(), key=len, reverse=True)
    parts = [
        re.escape(word[:-1]) if word.endswith("*") else rf"{re.escape(word)}\b" for word in longest_first
    ]
    return re.compile(rf"\b(?:{'|'.join(parts)})")
