"""Repair of look-alike letters of the other script inside a word."""

import re

from syto.text.aligned import AlignedText

_LATIN_LOOKS = "aceiopxyïëABCEHIKMOPTXYÏË"
_CYRILLIC_LOOKS = "асеіорхуїёАВСЕНІКМОРТХУЇЁ"
_TO_CYRILLIC = str.maketrans(_LATIN_LOOKS, _CYRILLIC_LOOKS)
_TO_LATIN = str.maketrans(_CYRILLIC_LOOKS, _LATIN_LOOKS)

_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
_CYRILLIC = "\u0400-\u0481\u048a-\u052f"
_MIXED = re.compile(f"[{_LATIN}][{_CYRILLIC}]|[{_CYRILLIC}][{_LATIN}]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_LETTER = re.compile(f"[{_LATIN}]")
_CYRILLIC_LETTER = re.compile(f"[{_CYRILLIC}]")
_INFLECTED_NAME = re.compile("[A-Z]{2,}[а-яёіїєґ]+")  # SHAMANа, ITшник: a Latin name with a Slavic ending
# A lone Latin letter between Cyrillic words: the conjunctions and prepositions а, і, о, у, с.
_LONE = re.compile(f"(?<=[{_CYRILLIC}] )[aioyc](?= [{_CYRILLIC}])")


def repair_homoglyphs(aligned: AlignedText) -> AlignedText:
    """Make words of one script where every foreign letter is a look-alike; other mixes (ZаМир) stay."""
    if _MIXED.search(aligned.text):
        mostly_cyrillic = _is_mostly_cyrillic(aligned.text)
        aligned = aligned.substituted(_WORD, lambda match: _repaired(match[0], mostly_cyrillic))
    return aligned.substituted(_LONE, lambda match: match[0].translate(_TO_CYRILLIC))


def _repaired(word: str, in_cyrillic_text: bool) -> str:
    if not _MIXED.search(word) or _INFLECTED_NAME.fullmatch(word):
        return word
    latin, cyrillic = _LATIN_LETTER.findall(word), _CYRILLIC_LETTER.findall(word)
    can_be_cyrillic = set(latin) <= set(_LATIN_LOOKS)
    can_be_latin = set(cyrillic) <= set(_CYRILLIC_LOOKS)
    if can_be_cyrillic and can_be_latin:
        majority = len(cyrillic) - len(latin)
        to_cyrillic = majority > 0 or (majority == 0 and in_cyrillic_text)
        return word.translate(_TO_CYRILLIC if to_cyrillic else _TO_LATIN)
    if can_be_cyrillic:
        return word.translate(_TO_CYRILLIC)
    # A Latin letter that resembles none leads a play on words (Zа) as often as a Latin word.
    if can_be_latin and len(latin) > len(cyrillic):
        return word.translate(_TO_LATIN)
    return word


def _is_mostly_cyrillic(text: str) -> bool:
    sample = text[:4096]  # enough to tell, and bounded
    return len(_CYRILLIC_LETTER.findall(sample)) >= len(_LATIN_LETTER.findall(sample))
