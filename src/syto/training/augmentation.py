"""Further copies of the training articles: as they are, beginnings, or among an outlet's own words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import numpy as np
from pydantic import Field, TypeAdapter
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from syto.errors import UserError
from syto.records import Article
from syto.training.settings import AugmentationSettings

_WORD_END = re.compile(r"\s")
_BEFORE = 0.5  # of the articles with service sentences have them in front


def augmented(
    articles: Sequence[Article],
    settings: AugmentationSettings,
    seed: int,
    repeats: Mapping[str, int] = MappingProxyType({}),
) -> list[Article]:
    """Return the articles, those of a data set as often as `repeats` says, and their beginnings.

    Copies keep id and labels. A beginning is at least half of `leads` long and ends with a word, so that a
    model of full articles reads headlines as well. A share of all comes once more with service sentences.
    """
    articles = [each for each in articles for _ in range(repeats.get(each.dataset, 1))]
    if settings.leads:
        articles += _leads(articles, settings.leads, np.random.default_rng(seed))
    if settings.service_sentences:
        service, rng = ServiceSentences.from_file(settings.service_sentences), np.random.default_rng(seed)
        chosen = np.flatnonzero(rng.random(len(articles)) < settings.with_service)
        of_language = [articles[place] for place in chosen if service.has(articles[place].language)]
        articles += [
            replace(each, clean=service.around(each.clean, each.language, rng)) for each in of_language
        ]
    return articles


@dataclass(frozen=True, slots=True)
class ServiceSentences:
    """What outlets say of themselves around an article, by language."""

    of_languages: Mapping[str, Sequence[str]]

    @classmethod
    def from_file(cls, path: Path) -> "ServiceSentences":
        """Read language → list of sentences; `UserError` for anything else."""
        try:
            content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
            return cls(
                TypeAdapter(dict[str, Annotated[list[str], Field(min_length=1)]]).validate_python(content)
            )
        except (OSError, ValueError, YAMLError) as error:
            reason = " ".join(str(error).split())
            raise UserError(f"{path} cannot be read as language → list of sentences: {reason}") from None

    def has(self, language: str) -> bool:
        """Tell whether there are sentences of this language."""
        return language in self.of_languages

    def around(self, text: str, language: str, rng: np.random.Generator) -> str:
        """Return the text with one to three sentences before or after it; as it is in an unknown language."""
        if not self.has(language):
            return text
        known = self.of_languages[language]
        service = " ".join(rng.choice(known, size=min(int(rng.integers(1, 4)), len(known)), replace=False))
        return f"{service} {text}" if rng.random() < _BEFORE else f"{text} {service}"


def _leads(articles: Sequence[Article], longest: int, rng: np.random.Generator) -> Iterator[Article]:
    for article in articles:
        if len(article.clean) > longest:
            length = int(rng.integers(longest // 2, longest + 1))
            ends = [m.start() for m in _WORD_END.finditer(article.clean, longest // 2, longest + 1)]
            end = max((end for end in ends if end <= length), default=min(ends, default=length))
            yield replace(article, clean=article.clean[:end])
