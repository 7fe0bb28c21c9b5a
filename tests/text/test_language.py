import pytest

from syto.text.language import detect_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "У Києві відкрили нову станцію метро"),
        ("uk", "Пожежа на складах: рятувальники працювали всю ніч"),
        ("uk", "Уряд ухвалив постанову про виплати"),  # no letter that Russian lacks
        ("ru", "В Киеве открыли новую станцию метро"),
        ("ru", "Пожар на складах: спасатели работали всю ночь"),
        ("ru", "Правительство приняло постановление о пенсиях"),  # no letter that Ukrainian lacks
        (
            "ru",
            "Слова «Слава Україні» прозвучали на площади во время встречи, и это было неожиданно",
        ),
        ("uk", "iPhone 14 Pro Max: огляд"),
        ("ru", "iPhone 14 Pro Max: обзор"),
        ("en", "Kyiv opens a new metro station"),
        ("en", "Storm kills three"),
        ("de", "Der Bundeskanzler hat gestern in Berlin gesprochen"),
        ("pl", "Prezydent odwiedził Kijów we wtorek"),
        ("fr", "Le président se rend à Kiev demain"),
        ("be", "Прэзідэнт Беларусі заявіў пра новыя выбары"),
        ("bg", "Президентът на България каза, че страната ще помага"),
        ("sr", "Председник Србије је данас изјавио да ће доћи"),
        ("kk", "Қазақстан президенті бүгін мәлімдеді"),
        ("und", ""),
        ("und", "12:45 — 100% !!!"),
    ],
)
def test_headlines(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["乌克兰总统", "ΚΑΛΗΜΕΡΑ", "Ж", "x", "\ud800", "а" * 100_000, "ъ" * 300])
def test_anything_gets_a_two_letter_code(text: str) -> None:
    assert len(detect_language(text)) in (2, 3)
