"""Letters whose case is for show: shouting in capitals, and cApItals strewn over words."""

import re

from syto.text.aligned import AlignedText

_UPPER, _LOWER = "A-ZÀ-ÖØ-ÞЀ-ЯҐЎ", "a-zß-öø-ÿа-џґў"
# Three words in capitals and more, whatever marks and figures stand between them.
_SHOUT = re.compile(rf"\b[{_UPPER}][{_UPPER}']*\b(?:[\W\d_]+\b[{_UPPER}][{_UPPER}']*\b){{2,}}")
_FEWEST_LETTERS = 16  # of a shout: the names of a few alliances one after another have fewer
_SENTENCE = re.compile(r"(?:[.!?…]\s|\n)\W*\w")
_SENTENCE_BEFORE = re.compile(r"(?:\A|[.!?…]\s|\n)[^\w.!?…]{0,8}\Z")
_WORD = re.compile(rf"\b[{_UPPER}{_LOWER}]{{3,}}\b")
_ODD = re.compile(rf"[{_LOWER}][{_UPPER}]|[{_UPPER}]{{2}}[{_LOWER}]")
# Names such as YouTube and ПриватБанк are fewer.
_FEWEST_ODD, _ODD_SHARE = 3, 0.2


def plain_case(aligned: AlignedText) -> AlignedText:
    """Return shouted sentences with one capital each, and words of mixed case evened where these are many."""
    if _ODD.search(aligned.text):
        words = _WORD.findall(aligned.text)
        odd = sum(_ODD.search(word) is not None for word in words)
        if odd >= max(_FEWEST_ODD, _ODD_SHARE * len(words)):
            aligned = aligned.substituted(_WORD, lambda match: _evened(match[0]))
    return aligned.substituted(_SHOUT, _spoken)


def _evened(word: str) -> str:
    return word[0] + _lowered(word[1:]) if _ODD.search(word) else word


def _spoken(match: re.Match[str]) -> str:
    shout = match[0]
    if sum(map(str.isalpha, shout)) < _FEWEST_LETTERS:
        return shout
    lowered = _SENTENCE.sub(lambda begun: begun[0].upper(), _lowered(shout))
    begins = _SENTENCE_BEFORE.search(match.string[max(0, match.start() - 10) : match.start()])
    return shout[0] + lowered[1:] if begins or match.start() == 0 else lowered


def _lowered(text: str) -> str:
    """Return the text in lower case, of the same length."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text
