"""Words swapped for their translations, so that words of one meaning come to stand in one context.

Code-switching of the kind of Qin et al., CoSDA-ML, IJCAI 2020; the lexicon is the user's.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from syto.corpus.unlabelled import Document
from syto.errors import UserError

Lexicon = Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]  # language → language → word → translations
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_RATES = (0.0, 0.5, 1.0)  # of the words of a sentence that have a translation
_FIRST = 0.7  # how often the first translation is taken; else any of them


def read_lexicon(path: Path) -> Lexicon:
    """Read lines of language, word, language, translations (`|` between them), tab-separated, no header."""
    lexicon: dict[str, dict[str, dict[str, tuple[str, ...]]]] = defaultdict(lambda: defaultdict(dict))
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                cells = line.rstrip("\n").split("\t")
                if len(cells) != 4 or not all((*cells, *cells[-1].split("|"))):
                    raise UserError(
                        f"{path}:{number}: {line.strip()[:60]!r} is not "
                        "`language, word, language, translations`"
                    )
                language, word, other, translations = cells
                lexicon[language][other][word.lower()] = tuple(translations.split("|"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the lexicon {path} cannot be read: {error}") from error
    return lexicon


def swapped(documents: Iterable[Document], lexicon: Lexicon, copies: float, seed: int) -> Iterator[Document]:
    """Yield, for each document, `copies` (on average) with words in another language of the lexicon."""
    rng = np.random.default_rng(seed)
    for document in documents:
        others = sorted(lexicon.get(document.language, {}))
        for _ in range(int(copies) + (rng.random() < copies % 1) if others else 0):
            words = lexicon[document.language][others[rng.integers(len(others))]]
            yield replace(document, text=swap_words(document.text, words, rng))


def swap_words(text: str, words: Mapping[str, Sequence[str]], rng: np.random.Generator) -> str:
    """Swap words that have a translation: none, half or all of them, drawn for each sentence."""
    breaks = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    return "".join(
        _swap(text[start:end], words, float(rng.choice(_RATES)), rng) for start, end in pairwise(breaks)
    )


def _swap(sentence: str, words: Mapping[str, Sequence[str]], rate: float, rng: np.random.Generator) -> str:
    def other(match: re.Match[str]) -> str:
        translations = words.get(match[0].lower())
        if not translations or rng.random() >= rate:
            return match[0]
        if len(translations) == 1 or rng.random() < _FIRST:
            return translations[0]
        return translations[int(rng.integers(len(translations)))]

    return _WORD.sub(other, sentence) if rate else sentence
