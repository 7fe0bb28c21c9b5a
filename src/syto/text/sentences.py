"""Sentence boundaries for passages: Ukrainian, Russian and English, aware of abbreviations and initials."""

import re
from functools import cache

# A full stop after these ends no sentence (lower case, without the stop).
_ABBREVIATIONS = (
    # Ukrainian
    "м р рр с т тт п пп ст стор вул просп пл обл смт ім тис млн млрд грн коп кв куб див напр акад проф "
    "доц ред гл зав заст ген полк кап лейт укр рос англ св бл буд кн нар од хв сек год гр пор "
    # Russian
    "г гг д ул пр пос им стр см тыс руб коп ср чел ок др "
    # English
    "mr mrs ms dr prof st vs no vol fig inc ltd co corp jr sr gen col lt sgt capt rev hon gov sen rep jan "
    "feb mar apr jun jul aug sept sep oct nov dec approx est dept"
)
_END = re.compile(r"[.!?…]{1,8}[»\"”’)\]]{0,3}(?=\s)|\n")
_LAST_WORD = re.compile(r"[^\W\d_]{1,6}\Z")
_OPENING = " \t\n«\"“„'([—–-"


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences, without the white space around them; linear in the text."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match[0] == "\n" or _ends_sentence(text, match.start(), match.end()):
            _append_stripped(spans, text, start, match.end())
            start = match.end()
    _append_stripped(spans, text, start, len(text))
    return spans


def _ends_sentence(text: str, start: int, end: int) -> bool:
    following = text[end : end + 8].lstrip(_OPENING)[:1]
    if following.islower():
        return False
    return text[start:end] != "." or not _is_abbreviation(text[max(0, start - 7) : start])


def _is_abbreviation(before: str) -> bool:
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    initial = len(word[0]) == 1 and word[0].isupper()
    return initial or word[0].lower() in _abbreviations()


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(_ABBREVIATIONS.split())


def _append_stripped(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    sentence = text[start:end]
    left = len(sentence) - len(sentence.lstrip())
    length = len(sentence.strip())
    if length:
        spans.append((start + left, start + left + length))
