import pytest

from syto.text.aligned import AlignedText
from syto.text.casing import plain_case
from syto.text.clean import Cleaner


def _plain(text: str) -> str:
    return plain_case(AlignedText(text)).text


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("ТЕРМІНОВО! У КИЄВІ ВИБУХИ. ДИВІТЬСЯ", "Терміново! У києві вибухи. Дивіться"),
        ("Він сказав: ВСЕ БУДЕ ДОБРЕ ЗАВТРА. Так.", "Він сказав: все буде добре завтра. Так."),
        ("П'ЯТЬ СОРОК ДВІСТІ ТИСЯЧ\nНОВИЙ РЯДОК", "П'ять сорок двісті тисяч\nНовий рядок"),
        ("зЕленСький скАзав прО мИр у КиЄві", "зеленський сказав про мир у Києві"),
        ("BREAKING NEWS FROM 2 CITIES", "Breaking news from 2 cities"),
    ],
)
def test_case_for_show_is_taken_off(raw: str, plain: str) -> None:
    assert _plain(raw) == plain
    assert _plain(plain) == plain


@pytest.mark.parametrize(
    "text",
    [
        "США, ЄС і НАТО",
        "ООН, ЄС, НАТО та МВФ",
        "ПриватБанк і monobank змінили курс, а YouTube ні, каже речник банку в інтерв'ю",
        "В Одесі ДТП на трасі М-05",
        "SHAMANа не пустили",
    ],
)
def test_names_and_abbreviations_keep_their_capitals(text: str) -> None:
    assert _plain(text) == text


def test_shouting_changes_neither_the_answer_nor_the_place_in_the_raw_text() -> None:
    raw = "Уряд ухвалив бюджет на наступний рік. Депутати голосували до ночі"
    shouted, spoken = (Cleaner().clean("", text) for text in (raw.upper(), raw))
    assert shouted.text == spoken.text
    assert shouted.locate(0, 4) == ("text", 0, 4)


def test_letters_that_grow_when_lowered_do_no_harm() -> None:
    assert len(_plain("İSTANBUL BÜYÜKŞEHİR BELEDİYESİ")) == 30
