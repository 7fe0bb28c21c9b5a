import unicodedata

import pytest

from syto.text.aligned import AlignedText
from syto.text.clean import Cleaner
from syto.text.normalise import normalise


def normal(text: str) -> str:
    return normalise(AlignedText(text)).text


@pytest.mark.parametrize("apostrophe", "’'ʼ`‘′＇")
def test_every_apostrophe_becomes_one(apostrophe: str) -> None:
    assert normal(f"п{apostrophe}ять") == "п'ять"


def test_ukrainian_letters_survive_composed_and_decomposed() -> None:
    assert normal("йїґє ЙЇҐЄ") == "йїґє ЙЇҐЄ"
    assert normal(unicodedata.normalize("NFD", "Київ, йорж і ґанок")) == "Київ, йорж і ґанок"


def test_a_composed_letter_covers_both_raw_characters() -> None:
    aligned = normalise(AlignedText(unicodedata.normalize("NFD", "її")))
    start, end = aligned.raw_span(0, 2)
    assert (start, end) == (0, 4)


def test_quotes_are_no_apostrophes() -> None:
    assert normal("‘слово’ каже") == "‘слово’ каже"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("а\0б", "аб"),
        ("пе\u00adре\u200bнос", "перенос"),
        ("\ufeffпочаток", "початок"),
        ("два\u00a0\t слова", "два слова"),
        ("  край \r\n\r\n  рядка  ", "край\nрядка"),
        ("Один.\u2028Два.\rТри.", "Один.\nДва.\nТри."),
        ("половина \ud83d пари", "половина пари"),
    ],
)
def test_invisible_characters_and_white_space(raw: str, clean: str) -> None:
    assert normal(raw) == clean


def test_a_normal_text_is_left_untouched() -> None:
    aligned = AlignedText("Звичайний рядок — без змін.\nДругий.")
    assert normalise(aligned).starts is None


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("🔥 Пожежа ⚡️ у порту ❗️", "Пожежа у порту"),
        ("👇👇Деталі🇺🇦тут", "Деталі тут"),
        ("3️⃣ факти ✅ й № 5 за +20° → 30 €", "3 факти й № 5 за +20° → 30 €"),
        ("🔥🔥", ""),
    ],
)
def test_emoji_leave_a_space(raw: str, clean: str) -> None:
    assert Cleaner().clean("", raw).text == clean


def test_a_word_between_emoji_is_found_where_it_stood() -> None:
    raw = "🔥 Пожежа ⚡️ у порту"
    clean = Cleaner().clean("", raw)
    start = clean.text.index("порту")
    assert clean.locate(start, start + 5) == ("text", raw.index("порту"), len(raw))
