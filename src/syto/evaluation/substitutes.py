"""What an attacker puts in the place of a word: the same word spelt otherwise, or another one.

The tricks with letters are those of DeepWordBug (Gao et al., 2018) and two that texts in Cyrillic invite:
look-alikes and invisible characters. Other words come from other articles; whether a text still says the same
with one of them, nobody checks.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from syto.evaluation.perturbations import double, then_invisible, typo
from syto.records import Article

_TRIED = 6  # other words that are tried in a place
_FROM_CONTEXT = 3  # at most so many of them because they stand between the same words
_STEM = 4  # letters that words of one stem share
_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*|[\W\d_]+")  # words and what stands between them


@dataclass(frozen=True, slots=True)
class Word:
    """A word where it stands."""

    text: str
    before: str  # the word before it, lower case; empty at the beginning
    after: str
    language: str


Candidates = Callable[[Word, np.random.Generator], list[str]]


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an article and what stands between them, which take turns."""

    origin: Article
    tokens: tuple[str, ...]  # of the title, a newline, those of the text
    seam: int  # where the newline is

    @classmethod
    def of(cls, article: Article) -> "Text":
        """Cut title and text into tokens."""
        title = _TOKEN.findall(article.title)
        return cls(article, (*title, "\n", *_TOKEN.findall(article.text)), len(title))

    @property
    def article(self) -> Article:
        """The article as the tokens now have it, of a language that is not known."""
        title, text = "".join(self.tokens[: self.seam]), "".join(self.tokens[self.seam + 1 :])
        return replace(self.origin, title=title, text=text, language="")

    @property
    def places(self) -> list[int]:
        """Where words of at least two letters stand."""
        return [at for at, token in enumerate(self.tokens) if len(token) > 1 and token[0].isalpha()]

    def word(self, place: int) -> Word:
        """Return a word with its neighbours."""
        before = self.tokens[place - 2].lower() if place > 1 else ""
        after = self.tokens[place + 2].lower() if place + 2 < len(self.tokens) else ""
        return Word(self.tokens[place], before, after, self.origin.language)

    def replaced(self, place: int, token: str) -> "Text":
        """Return the text with another token in this place."""
        return replace(self, tokens=(*self.tokens[:place], token, *self.tokens[place + 1 :]))


def letter_tricks(word: Word, rng: np.random.Generator) -> list[str]:
    """Spell the word otherwise: look-alikes, an invisible character, typing errors, a space inside."""
    text, language = word.text, word.language
    place = int(rng.integers(1, len(text)))
    head, tail = text[:place], text[place:]
    return _others(
        text,
        double(text, language, rng),
        then_invisible(head, language, rng) + tail,
        head + typo(tail[0], language, rng) + tail[1:],
        head + tail[0] + tail,
        head[:-1] + tail[0] + head[-1] + tail[1:],
        f"{head} {tail}",
    )


def word_substitution(articles: Iterable[Article]) -> Candidates:
    """Take other words of these articles: such as begin alike or stand between the same words."""
    stems: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    contexts: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for article in articles:
        text = Text.of(article)
        for word in map(text.word, text.places):
            spelt = word.text.lower()
            contexts[word.language, word.before, word.after].add(spelt)
            if len(spelt) >= _STEM:
                stems[word.language, spelt[:_STEM]].add(spelt)

    def candidates(word: Word, rng: np.random.Generator) -> list[str]:
        text, language = word.text.lower(), word.language
        alike = contexts.get((language, word.before, word.after), set()) - {text}
        related = stems.get((language, text[:_STEM]), set()) - {text} - alike
        chosen = _some(alike, _FROM_CONTEXT, rng)
        chosen += _some(related, _TRIED - len(chosen), rng)
        return _others(word.text, *(_cased(other, word.text) for other in chosen))

    return candidates


def _some(words: Iterable[str], count: int, rng: np.random.Generator) -> list[str]:
    in_order = sorted(words)  # a set has no order that a seed could repeat
    return [in_order[place] for place in rng.permutation(len(in_order))[:count]]


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word


def _others(text: str, *spellings: str) -> list[str]:
    return [spelling for spelling in dict.fromkeys(spellings) if spelling != text]
