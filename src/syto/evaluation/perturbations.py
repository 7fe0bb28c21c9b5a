"""Ways in which a text is disguised, garbled or dressed up without a change of topic or of reliability.

Each takes a text, its language and a seeded generator. After CheckList (Ribeiro et al., ACL 2020), and what
texts do that mean to deceive in Ukrainian and Russian: look-alike letters, surzhyk, foreign sign-offs.
"""

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

Perturb = Callable[[str, str, np.random.Generator], str]

_LATIN, _CYRILLIC = "aceiopxyABCEHIKMOPTXY", "асеіорхуАВСЕНІКМОРТХУ"
_DOUBLES = str.maketrans(_LATIN + _CYRILLIC, _CYRILLIC + _LATIN)
_INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad\ufeff"
_APOSTROPHES = "'’ʼ`‘′"
_BETWEEN_LETTERS = re.compile(rf"(?<=[^\W\d_])[{_APOSTROPHES}](?=[^\W\d_])")
_PUNCTUATION = re.compile(r"[^\w\s'’ʼ]")
_QUOTES = re.compile('[«»“”„"]')
_STOP = re.compile(r"\.(?=\s|\Z)")
_MARKED = 0.1  # of the words
_TAGS = (("<b>", "</b>"), ('<a href="/x">', "</a>"), ("", "<br>"))
_LINE = 60  # characters
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_EMOJI = ("🔥", "⚡️", "❗️", "🇺🇦", "😱", "👇", "✅", "🤡")
_ROWS: Mapping[str, Sequence[str]] = {  # the keyboards' rows of letters
    "uk": ("йцукенгшщзхї", "фівапролджє", "ячсмитьбю"),
    "ru": ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    "en": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
}
# The national system of Ukraine (Cabinet of Ministers, 2010) without its rules for beginnings of words, and
# the letters of Russian alone as its passports write them.
_ROMAN_LETTERS = """
а:a б:b в:v г:h ґ:g д:d е:e є:ie ж:zh з:z и:y і:i ї:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh
ц:ts ч:ch ш:sh щ:shch ь: ю:iu я:ia ё:e ъ: ы:y э:e
"""
_ROMAN = dict(pair.split(":") for pair in _ROMAN_LETTERS.split())
_SURZHYK_PAIRS = """
зараз:січас тому_що:потому_шо що:шо треба:надо тільки:токо дякую:спасібо також:тоже але:но якщо:єслі
коли:когда трохи:чуть-чуть навіть:даже чоловік:мущіна жінка:женщіна місто:город тиждень:неділя будинок:дом
вчора:вчєра сьогодні:сьодня працює:работає люди:люді після:послє потім:потом ніколи:нікогда завжди:всігда
багато:много скільки:скоко рік:год року:года повідомив:сообщив під_час:во_врємя через:із-за
наступного:слідующого відповідь:отвєт питання:вопрос
"""
_SURZHYK = dict(pair.replace("_", " ").split(":") for pair in _SURZHYK_PAIRS.split())
_SURZHYK_WORDS = re.compile(rf"\b(?:{'|'.join(sorted(_SURZHYK, key=len, reverse=True))})\b", re.I)
_SIGN_OFFS = {
    "uk": ("Як передає Укрінформ, ", " Про це повідомляє УНІАН. Фото: МКІП"),
    "ru": ("Как сообщает РИА Новости, ", " Об этом пишет Лента.ру. Фото: Reuters"),
    "en": ("As reported by the BBC, ", " Reporting by Reuters. Photo: AP"),
}
_PADDING = {
    "uk": "Дякуємо, що ви з нами. Читайте нас щодня, діліться з друзями та пишіть коментарі.",
    "ru": "Спасибо, что вы с нами. Читайте нас каждый день, делитесь с друзьями и оставляйте комментарии.",
    "en": "Thank you for being with us. Read us every day, share with friends and leave a comment.",
}


@dataclass(frozen=True, slots=True)
class Perturbation:
    """One way, and how much of the text it touches."""

    name: str
    rate: float | None  # share of the letters, words or places; None: all that there are
    perturb: Perturb
    languages: tuple[str, ...] = ("uk", "ru", "en")


def _letters(change: Callable[[str, str, np.random.Generator], str], rate: float) -> Perturb:
    """Change each letter with the probability `rate`."""

    def perturb(text: str, language: str, rng: np.random.Generator) -> str:
        hit = rng.random(len(text)) < rate
        return "".join(
            change(letter, language, rng) if hit[place] else letter for place, letter in enumerate(text)
        )

    return perturb


def double(letter: str, _: str, __: np.random.Generator) -> str:
    """Put look-alikes of the other script in place of all letters that have one."""
    return letter.translate(_DOUBLES)


def then_invisible(letter: str, _: str, rng: np.random.Generator) -> str:
    """Add a character that nobody sees."""
    return letter + _INVISIBLE[int(rng.integers(len(_INVISIBLE)))]


def _other_case(letter: str, _: str, __: np.random.Generator) -> str:
    return letter.swapcase()


def typo(letter: str, language: str, rng: np.random.Generator) -> str:
    """Put the neighbour on the keyboard in its place, leave it out, or write it twice."""
    for row in _ROWS.get(language, _ROWS["en"]):
        place = row.find(letter.lower())
        if place >= 0:
            kind = int(rng.integers(3))
            beside = row[place + 1] if place + 1 < len(row) else row[place - 1]
            return (beside if letter.islower() else beside.upper(), "", letter * 2)[kind]
    return letter


def _emoji(letter: str, _: str, rng: np.random.Generator) -> str:
    return letter + _EMOJI[int(rng.integers(len(_EMOJI)))] + " " if letter == " " else letter


def _capitals(text: str, _: str, __: np.random.Generator) -> str:
    return text.upper()


def _without_punctuation(text: str, _: str, __: np.random.Generator) -> str:
    return _PUNCTUATION.sub(" ", text)


def _apostrophes(text: str, _: str, rng: np.random.Generator) -> str:
    return _BETWEEN_LETTERS.sub(lambda _: _APOSTROPHES[int(rng.integers(len(_APOSTROPHES)))], text)


def _romanised(text: str, _: str, __: np.random.Generator) -> str:
    return "".join(
        roman.capitalize() if letter.isupper() else roman
        for letter in text
        for roman in (_ROMAN.get(letter.lower(), letter),)
    )


def _surzhyk(text: str, _: str, __: np.random.Generator) -> str:
    return _SURZHYK_WORDS.sub(lambda match: _SURZHYK[match[0].lower()], text)


def _without_quotes(text: str, _: str, __: np.random.Generator) -> str:
    return _QUOTES.sub("", text)


def _quoted(text: str, _: str, __: np.random.Generator) -> str:
    return f"«{text}»"


def _signed(text: str, language: str, _: np.random.Generator) -> str:
    before, after = _SIGN_OFFS[language]
    return f"{before}{text}{after}"


def _padded(text: str, language: str, _: np.random.Generator, *, before: bool) -> str:
    parts = [_PADDING[language], text] if before else [text, _PADDING[language]]
    return "\n\n".join(parts)


def _in_paragraphs(text: str, _: str, __: np.random.Generator) -> str:
    return f"<p>{text}</p>"


def _with_empty_tags(text: str, _: str, __: np.random.Generator) -> str:
    return f"{text}<br><i></i>"


def _marked_up(text: str, _: str, rng: np.random.Generator) -> str:
    """Make single words bold or a link, escape what HTML escapes, and break lines by tags."""
    words = text.replace("&", "&amp;").split(" ")
    for place in np.flatnonzero(rng.random(len(words)) < _MARKED):
        before, after = _TAGS[int(rng.integers(len(_TAGS)))]
        words[place] = f"{before}{words[place]}{after}"
    return "&nbsp;".join([" ".join(words[:2]), " ".join(words[2:])]) if len(words) > 2 else " ".join(words)


def _broken_once(text: str, _: str, rng: np.random.Generator) -> str:
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    if not spaces:
        return text
    place = spaces[int(rng.integers(len(spaces)))]
    return f"{text[:place]}\n{text[place + 1 :]}"


def _wrapped(text: str, _: str, __: np.random.Generator) -> str:
    return textwrap.fill(text, _LINE, break_long_words=False, break_on_hyphens=False)


def _spaced(text: str, _: str, __: np.random.Generator) -> str:
    return text.replace(" ", "  ")


def _exclaiming(text: str, _: str, __: np.random.Generator) -> str:
    return _STOP.sub("!", text)


def _shuffled(text: str, _: str, rng: np.random.Generator) -> str:
    sentences = _SENTENCE_END.split(text)
    return " ".join(sentences[place] for place in rng.permutation(len(sentences)))


PERTURBATIONS: tuple[Perturbation, ...] = (
    *(Perturbation("homoglyphs", rate, _letters(double, rate)) for rate in (0.05, 0.1, 0.3, 1.0)),
    *(
        Perturbation("invisible characters", rate, _letters(then_invisible, rate))
        for rate in (0.05, 0.3, 1.0)
    ),
    Perturbation("apostrophe variants", None, _apostrophes),
    Perturbation("no punctuation", None, _without_punctuation),
    Perturbation("no quotation marks", None, _without_quotes),
    Perturbation("in quotation marks", None, _quoted),
    Perturbation("full stops to exclamation marks", None, _exclaiming),
    Perturbation("in <p>", None, _in_paragraphs),
    Perturbation("empty tags at the end", None, _with_empty_tags),
    Perturbation("tags and entities", _MARKED, _marked_up),
    Perturbation("a line break", None, _broken_once),
    Perturbation("wrapped lines", None, _wrapped),
    Perturbation("double spaces", None, _spaced),
    Perturbation("all capitals", None, _capitals),
    Perturbation("random case", 0.1, _letters(_other_case, 0.1)),
    *(Perturbation("typing errors", rate, _letters(typo, rate)) for rate in (0.02, 0.05, 0.1)),
    Perturbation("emoji", 0.2, _letters(_emoji, 0.2)),
    Perturbation("sign-offs added", None, _signed),
    Perturbation("padding before", None, partial(_padded, before=True)),
    Perturbation("padding after", None, partial(_padded, before=False)),
    Perturbation("sentences shuffled", None, _shuffled),
    Perturbation("surzhyk words", None, _surzhyk, ("uk",)),
    Perturbation("transliteration", None, _romanised, ("uk", "ru")),
)
