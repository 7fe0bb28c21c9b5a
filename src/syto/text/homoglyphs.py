"""Repair of look-alike letters of another script inside a word.

The pairs are those of Unicode's confusables (UTS #39) between Latin and Cyrillic that a reader takes for each
other in running text, and the Greek letters that look like either.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Literal

from syto.text.aligned import AlignedText

Script = Literal["cyrillic", "latin"]
_LATIN_LOOKS = "aceiokpxyïëABCEHIKMOPTXYÏË"
_CYRILLIC_LOOKS = "асеіокрхуїёАВСЕНІКМОРТХУЇЁ"
_STRANGE = "ѕјԁһԛԝӏЅЈ"
_TO: Mapping[Script, dict[int, int]] = {
    "cyrillic": str.maketrans(_LATIN_LOOKS, _CYRILLIC_LOOKS),
    # The last ones are of Cyrillic alphabets that are not read here: Latin words are disguised with them.
    "latin": str.maketrans(_CYRILLIC_LOOKS + _STRANGE, _LATIN_LOOKS + "sjdhqwlSJ"),
}
_GREEK_LOOKS = str.maketrans("αεικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeikvoptuxABEZHIKMNOPTYX")

_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
_CYRILLIC = "\u0400-\u0481\u048a-\u052f"
_MIXED = re.compile(f"[{_LATIN}][{_CYRILLIC}]|[{_CYRILLIC}][{_LATIN}]")
_WITH_GREEK = re.compile(f"[α-ωΑ-Ω][{_LATIN}{_CYRILLIC}]|[{_LATIN}{_CYRILLIC}][α-ωΑ-Ω]")
_STYLED = re.compile("[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]+")  # full-width, bold, script …
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_LETTER = re.compile(f"[{_LATIN}]")
_CYRILLIC_LETTER = re.compile(f"[{_CYRILLIC}]")
_INFLECTED_NAME = re.compile("[A-Z]{2,}[а-яёіїєґ]+")  # SHAMANа, ITшник: a Latin name with a Slavic ending
# A lone Latin letter between Cyrillic words: the conjunctions and prepositions а, і, о, у, с.
_LONE = re.compile(f"(?<=[{_CYRILLIC}] )[aioyc](?= [{_CYRILLIC}])")
_DISGUISED = 2  # mixed places from which on a word of doubles from end to end is taken for disguised
_TELLING = 4  # more letters without a double of one script than of the other: the text is of that script


def repair_homoglyphs(aligned: AlignedText) -> AlignedText:
    """Make words of one script where every foreign letter is a look-alike; other mixes (ZаМир) stay.

    A word that could be of either script is given that of the text, which the letters without a double tell.
    """
    aligned = aligned.substituted(_STYLED, lambda match: unicodedata.normalize("NFKC", match[0]))
    if _WITH_GREEK.search(aligned.text):
        aligned = aligned.substituted(_WORD, lambda match: _without_greek(match[0]))
    if mixed := _MIXED.findall(aligned.text):
        script, disguised = _script(aligned.text), len(mixed) >= _DISGUISED
        aligned = aligned.substituted(_WORD, lambda match: _repaired(match[0], script, disguised))
    return aligned.substituted(_LONE, lambda match: match[0].translate(_TO["cyrillic"]))


def _without_greek(word: str) -> str:
    return word.translate(_GREEK_LOOKS) if _WITH_GREEK.search(word) else word


def _repaired(word: str, script: Script | None, disguised: bool) -> str:
    mixed = _MIXED.search(word)
    if not (mixed or disguised) or _INFLECTED_NAME.fullmatch(word):
        return word
    latin, cyrillic = _LATIN_LETTER.findall(word), _CYRILLIC_LETTER.findall(word)
    can_be_cyrillic = _all_in(latin, _TO["cyrillic"]) and not set(cyrillic) & set(_STRANGE)
    can_be_latin = _all_in(cyrillic, _TO["latin"])
    majority: Script = "cyrillic" if len(cyrillic) >= len(latin) else "latin"
    if can_be_cyrillic and can_be_latin:
        return word.translate(_TO[script or majority])
    if can_be_cyrillic:
        return word.translate(_TO["cyrillic"])
    # One Latin letter that resembles none leads a play on words (Zа) as often as a Latin word.
    if can_be_latin and (disguised or majority == "latin"):
        return word.translate(_TO["latin"])
    return word


def _all_in(letters: Iterable[str], table: Mapping[int, int]) -> bool:
    return all(ord(letter) in table for letter in letters)


def _script(text: str) -> Script | None:
    """Return the script of the letters that have no double in the other one; None where they do not tell."""
    sample = text[:4096]  # enough to tell, and bounded
    cyrillic = sum(ord(letter) not in _TO["latin"] for letter in _CYRILLIC_LETTER.findall(sample))
    latin = sum(ord(letter) not in _TO["cyrillic"] for letter in _LATIN_LETTER.findall(sample))
    if abs(cyrillic - latin) < _TELLING:
        return None
    return "cyrillic" if cyrillic > latin else "latin"
