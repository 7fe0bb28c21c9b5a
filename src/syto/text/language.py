"""Which language a text is in; good on one-line headlines, Ukrainian and Russian above all."""

import copy
import re
import unicodedata
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNDETERMINED = "und"  # ISO 639-2: nothing to go by

_SAMPLE = 3000  # characters; more does not change the answer
_CYRILLIC_SHARE = 0.2  # Latin names stand in Cyrillic headlines, the reverse is rare
# So many letters without a single ґ є і ї ё ъ ы э occur in neither Ukrainian nor Russian.
_LONG_WITHOUT_MARKS = 80

_LETTER = re.compile(r"[^\W\d_]")
_CYRILLIC = re.compile("[\u0400-\u0481\u048a-\u052f]")
_UKRAINIAN = re.compile("[ґєії]")
_RUSSIAN = re.compile("[ёъыэ]")
_NEITHER = re.compile("[\u0452\u0453\u0455\u0458-\u045f\u048a-\u048f\u0492-\u052f]")  # ў ј љ ә қ ң …
_NOT_WORD = re.compile(r"[^\w']+")

_SLAVIC = ("uk", "ru")
_CYRILLIC_LANGUAGES = (*_SLAVIC, "be", "bg", "kk", "ky", "mk", "mn", "sr")

# Frequent words and pieces without the marked letters, at least six times (most: twelve) as frequent in news
# of the one language as of the other.
_UKRAINIAN_PIECES = (
    " та | що| як | яки| з | це | про | у | вже | щодо | його | проти | рок| чи | або | ще |ськ|цьк|"
    "ння|ання|ення|ува|ють |ою |ити |ати |ися |ього|ьком|вих |домл|безп|трим|ька |ький|був | бул| роз|"
    " заг| ми "
)
_RUSSIAN_PIECES = (
    " и | с | что| из | от | как | к | его | после | со | во | или | уже | еще | нет |ии |ия |ие |ой |"
    "ски|ние|ния|ая |ое |ее |ую |ию |тся |ать |ает|ают |ует |ил |ал |ел |ции|ция|тель|нск|йск|ости|"
    "ение|лся |дет | рас|чес|осс"
)
# Words of English headlines that are words of no other large language in Latin script.
_ENGLISH_WORD = re.compile(
    r"\b(?:the|and|with|after|says|said|from|are|his|her|their|how|why|what|who|this|that|you|your|could|would|"
    r"should|about|into|more|first|new|it's|don't|been|has|have|than|over|up|out|not|we|our|as|of|to|for|by)\b"
)
_ENGLISH_MARGIN = 12.0  # log-likelihood by which another language must win over ASCII text, per English word


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`; `und` when there are no letters."""
    sample = unicodedata.normalize("NFC", text[:_SAMPLE]).lower()
    letters = len(_LETTER.findall(sample))
    if not letters:
        return UNDETERMINED
    cyrillic = len(_CYRILLIC.findall(sample))
    if cyrillic >= _CYRILLIC_SHARE * letters:
        return _cyrillic_language(sample, cyrillic)
    return _other_language(sample)


def _cyrillic_language(sample: str, letters: int) -> str:
    if len(_NEITHER.findall(sample)) > letters // 100:
        return _most_likely(sample, _CYRILLIC_LANGUAGES)
    ukrainian, russian = len(_UKRAINIAN.findall(sample)), len(_RUSSIAN.findall(sample))
    if ukrainian and russian and "и" not in sample:  # і and ы without и: Belarusian, Kazakh
        return _most_likely(sample, _CYRILLIC_LANGUAGES)
    if ukrainian != russian and max(ukrainian, russian) > 2 * min(ukrainian, russian):
        return "uk" if ukrainian > russian else _russian_or_bulgarian(sample, russian)
    if ukrainian == russian == 0 and letters >= _LONG_WITHOUT_MARKS:
        return _most_likely(sample, _CYRILLIC_LANGUAGES)
    return _by_pieces(sample)


def _russian_or_bulgarian(sample: str, russian: int) -> str:
    """Every marked letter is ъ: more than two of them are Bulgarian rather than объект."""
    only_hard_signs = sample.count("ъ") == russian
    return _most_likely(sample, (*_SLAVIC, "bg")) if only_hard_signs and russian > 1 else "ru"


def _by_pieces(sample: str) -> str:
    padded = f" {_NOT_WORD.sub(' ', sample)} "
    ukrainian = sum(padded.count(piece) for piece in _UKRAINIAN_PIECES.split("|"))
    russian = sum(padded.count(piece) for piece in _RUSSIAN_PIECES.split("|"))
    if ukrainian == russian:
        return _most_likely(sample, _SLAVIC)
    return "uk" if ukrainian > russian else "ru"


def _other_language(sample: str) -> str:
    ranked = _identifier(()).rank(sample)
    best, score = ranked[0]
    if best != "en" and sample.isascii():
        margin = _ENGLISH_MARGIN * (1 + len(_ENGLISH_WORD.findall(sample)))
        if score - dict(ranked)["en"] < margin:
            return "en"
    return str(best)


def _most_likely(sample: str, languages: tuple[str, ...]) -> str:
    return str(_identifier(languages).classify(sample)[0])


@cache
def _identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    """Return an own py3langid, restricted to some languages; () = every ISO 639-1 code."""
    identifier = copy.copy(_loaded())  # restricting sets attributes of the copy alone; the tables are shared
    identifier.set_languages(languages or [code for code in identifier.labels if len(code) == 2])
    return identifier


@cache
def _loaded() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE)
