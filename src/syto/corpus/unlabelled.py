"""Unlabelled documents for pre-training: filtered, capped, and kept apart from what is tested on."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from syto.corpus.columns import ColumnMap, find_columns, to_article
from syto.corpus.prepared import read_split
from syto.corpus.shingles import exact_key
from syto.corpus.unlabelled_settings import TextsSettings, UnlabelledSettings
from syto.errors import UserError
from syto.records import Article
from syto.tables.fields import cell_text, check_columns
from syto.tables.formats import open_table
from syto.tables.rows import Row
from syto.text.clean import Cleaner
from syto.text.language import detect_language

Clean = Callable[[str, str], str]  # title and text → the text that a model reads
Say = Callable[[str], None]
_BEGINNING = 150  # characters of the key by which a held-out story is known again
_KEYED = 600  # characters of a text that are read for its key


@dataclass(frozen=True, slots=True)
class Document:
    """One text as the tokenizer will read it."""

    text: str
    language: str
    texts: str  # the name of the settings it came by
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class HeldOutStories:
    """By what the articles of a test are known again in another file."""

    sources: frozenset[str]
    keys: frozenset[str]

    @classmethod
    def of(cls, folder: Path | None) -> "HeldOutStories":
        """Read the held-out splits; a source that is trained on as well is known by its stories."""
        if folder is None:
            return cls(frozenset(), frozenset())
        trained = {article.source for article in read_split(folder, "train", ())}
        held = [article for split in ("validation", "test") for article in read_split(folder, split, ())]
        sources = {article.source for article in held if article.source} - trained
        return cls(frozenset(sources), frozenset(_story_key(article) for article in held))

    def have(self, article: Article, source: str) -> bool:
        """Tell whether an article is of a held-out source or tells a held-out story."""
        return source in self.sources or (bool(self.keys) and _story_key(article) in self.keys)


def _story_key(article: Article) -> str:
    return exact_key(f"{article.title}\n{article.text}"[:_KEYED])[:_BEGINNING]


@dataclass(frozen=True, slots=True)
class Gleaned:
    """What one file gave."""

    documents: list[Document]
    dropped: Counter[str]


def glean(
    settings: TextsSettings,
    corpus: UnlabelledSettings,
    held_out: HeldOutStories,
    canonical: Callable[[str], str],
    clean: Clean,
    seed: int,
) -> Gleaned:
    """Read one file; `canonical` names a source as the prepared splits do. `UserError`: nothing is left."""
    table = open_table(settings.path, settings.format, settings.encoding)
    names = table.outline().names
    wanted = {**dict.fromkeys(settings.without, "without"), **dict.fromkeys(settings.only, "only")}
    check_columns(names, wanted, f"texts {settings.name!r}: {settings.path}")
    columns = find_columns(names, settings.columns, f"texts {settings.name!r}")
    dropped: Counter[str] = Counter()
    articles = [
        article
        for row in table.rows()
        if (article := _kept(row, settings, columns, held_out, canonical, dropped)) is not None
    ]
    np.random.default_rng(seed).shuffle(articles)
    documents = list(_documents(articles, settings, corpus, clean, dropped))
    if not documents:
        raise UserError(
            f"texts {settings.name!r} ({settings.path}) leave no document; left out: {dict(dropped)}"
        )
    return Gleaned(documents, dropped)


def glean_all(
    corpus: UnlabelledSettings, cleaner: Cleaner, canonical: Callable[[str], str], seed: int, say: Say
) -> tuple[list[Document], dict[str, dict[str, int]]]:
    """Read all files; return their documents and, for each file, how many were left out for what reason."""
    held_out = HeldOutStories.of(corpus.leave_out)
    documents: list[Document] = []
    dropped: dict[str, dict[str, int]] = {}
    for texts in corpus.texts:
        gleaned = glean(
            texts, corpus, held_out, canonical, lambda title, text: cleaner.clean(title, text).text, seed
        )
        documents += gleaned.documents
        dropped[texts.name] = dict(gleaned.dropped)
        say(f"{texts.name}: {len(gleaned.documents)} documents; left out: {dropped[texts.name]}")
    return documents, dropped


def _kept(
    row: Row,
    settings: TextsSettings,
    columns: ColumnMap,
    held_out: HeldOutStories,
    canonical: Callable[[str], str],
    dropped: Counter[str],
) -> Article | None:
    if row.error:
        dropped["unreadable"] += 1
        return None
    if not _wanted(row, settings.only, settings.without):
        dropped["filtered"] += 1
        return None
    article = to_article(row, columns)
    if held_out.have(article, canonical(article.source or article.url)):
        dropped["held_out"] += 1
        return None
    return article


def _wanted(row: Row, only: Mapping[str, Sequence[str]], without: Mapping[str, Sequence[str]]) -> bool:
    return all(cell_text(row, column) in values for column, values in only.items()) and not any(
        cell_text(row, column) in values for column, values in without.items()
    )


def _documents(
    articles: Sequence[Article],
    settings: TextsSettings,
    corpus: UnlabelledSettings,
    clean: Clean,
    dropped: Counter[str],
) -> Iterator[Document]:
    seen: set[str] = set()
    characters = 0
    for article in articles:
        if settings.max_characters is not None and characters >= settings.max_characters:
            dropped["over_max_characters"] += 1
            continue
        text = clean(article.title, article.text[: corpus.max_document])
        key = exact_key(text[:_KEYED])
        if len(text) < corpus.min_characters:
            dropped["too_short"] += 1
        elif key in seen:
            dropped["duplicate"] += 1
        elif (language := _language(text, article, settings)) not in corpus.languages:
            dropped["other_language"] += 1
        else:
            seen.add(key)
            characters += len(text)
            yield Document(text, language, settings.name, settings.repeat)


def _language(text: str, article: Article, settings: TextsSettings) -> str:
    return settings.language or article.language or detect_language(text) or ""
