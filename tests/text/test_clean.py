import random
import time

import pytest
from pydantic import ValidationError

from syto.text.clean import Cleaner, TextSettings

CLEANER = Cleaner(["Вісник Степу", "Steppe Herald"])


def body(text: str) -> str:
    return CLEANER.clean("", text).text


def title(text: str) -> str:
    return CLEANER.clean(text, "").text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Як передає Укрінформ, про це він сказав.", "про це він сказав."),
        ("Він сказав це вчора, передає Укрінформ.", "Він сказав це вчора."),
        ("Він сказав, передає власний кореспондент Укрінформу у Парижі.", "Він сказав у Парижі."),
        ("Про це повідомляє Укрінформ із посиланням на МОЗ.", "із посиланням на МОЗ."),
        ("Усе гаразд. Про це повідомляє кореспондент Укрінформу.", "Усе гаразд."),
        ("Як повідомляв Степоград, у місті холодно.", "у місті холодно."),
        ("Тепло прийшло, пише «Наше селище».", "Тепло прийшло."),
        ("Стало тепло, сообщает РИА Новости.", "Стало тепло."),
        ("Об этом сообщает корреспондент «Рога». Дальше текст.", "Дальше текст."),
        ("За даними Вісника Степу, врожай добрий.", "врожай добрий."),
        ("Rain is coming, Reuters reports. It is cold.", "Rain is coming. It is cold."),
        ("According to Reuters, rain is coming.", "rain is coming."),
        ("LODZ (Reuters) - Rain is coming.", "Rain is coming."),
        ("Текст новини.\nФото: МКІП", "Текст новини."),
        ("Текст новини. Фото: Getty Images.", "Текст новини."),
        ("Текст.\nАвтор: Оксана Степова", "Текст."),
        ("Текст.\nОксана Степова, Укрінформ", "Текст."),
        ("Джерело: Степоград\nТекст.", "Текст."),
        ("Текст.\nЧитайте також: Щось інше сталося", "Текст."),
        ("Текст. Підписуйтесь на наш канал!", "Текст."),
        ("Text.\nBy Jane Doe\nMore.", "Text.\nMore."),
        ("Деталі на https://stepohrad.example/a?b=c та далі.", "Деталі на та далі."),
        ("Деталі на Stepohrad.com.ua сьогодні.", "Деталі на сьогодні."),
        ("Текст новини. Подробнее на сайте", "Текст новини."),
        ("Текст новини.\nПодписаться | Прислать новость", "Текст новини."),
        ("Люди проводят больше... РИА Новости, 20.04.2020", "Люди проводят больше..."),
        ("Текст новини.\nФото:.", "Текст новини."),
        ("**Головне** за __день__", "Головне за день"),
        ("Річка&amp;nbsp;&mdash; глибока &lt;b&gt; R&D;", "Річка — глибока R&D;"),
        ("Пише @stepohrad_news сьогодні (t.me/stepohrad).", "Пише сьогодні."),
    ],
)
def test_sign_offs_go(raw: str, clean: str) -> None:
    assert body(raw) == clean


@pytest.mark.parametrize(
    "form", ["Укрінформ", "УКРІНФОРМУ", "укрінформом", "Укрінформі", "Укринформ", "Ukrinform"]
)
def test_the_agency_goes_in_every_form(form: str) -> None:
    assert body(f"В інтерв'ю для {form} міністр розповів усе.") == "В інтерв'ю для міністр розповів усе."


@pytest.mark.parametrize(
    "text",
    [
        "Україна передає Польщі допомогу.",
        "Источник: артиллеристы уничтожили склад",
        "Видео: олень упал с моста",
        "Президент повідомив, що все гаразд.",
        "На вулиці дождь, и настоящее время года — осень.",
        "Свідомі громадяни й громадські діячі їдуть щотижня: цей тиждень — третій.",
        "Він допише Зеленському, що згоден.",
        "Children who read more do better.",
    ],
)
def test_what_is_no_sign_off_stays(text: str) -> None:
    assert body(text) == text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Мост закрыт на ремонт - РИА Новости", "Мост закрыт на ремонт"),
        ("Bridge closed for repairs | BBC News", "Bridge closed for repairs"),
        ("Міст закрито на ремонт :: Вісник Степу", "Міст закрито на ремонт"),
        ("Міст закрито на ремонт — Вісник Степу", "Міст закрито на ремонт"),
        ("Міст закрито на ремонт - Ніколи Нечуване Видання", "Міст закрито на ремонт"),
        ("Міст закрито на ремонт - Суспільство - Степоград", "Міст закрито на ремонт"),
        (
            "Міст закрито на ремонт - чому це важливо для всіх",
            "Міст закрито на ремонт - чому це важливо для всіх",
        ),
        ("Київ - Харків", "Київ - Харків"),
        ("Міст закрито – Сагайда", "Міст закрито – Сагайда"),
    ],
)
def test_title_tails_go(raw: str, clean: str) -> None:
    assert title(raw) == clean


def test_settings_switch_steps_off() -> None:
    raw = "Pосія, передає Укрінформ."
    assert Cleaner(settings=TextSettings(redact=False)).clean("", raw).text == "Росія, передає Укрінформ."
    assert Cleaner(settings=TextSettings(repair_homoglyphs=False)).clean("", raw).text == "Pосія."
    with pytest.raises(ValidationError):
        TextSettings.model_validate({"redakt": True})


def test_title_and_text_stand_on_lines_of_their_own() -> None:
    assert CLEANER.clean("Назва", "Текст").text == "Назва\nТекст"
    assert CLEANER.clean("", "Текст").text == "Текст"
    assert CLEANER.clean("Назва", " ").text == "Назва"
    assert CLEANER.clean("", "").text == ""


RAW_TITLE = "«Добрий» м’яч  у грі - Степоград"
RAW_TEXT = "Як передає Укрінформ, гра  була довгою.\nДруге рече\u00adння."


@pytest.mark.parametrize(
    ("words", "field", "raw"),
    [
        ("м'яч у грі", "title", "м’яч  у грі"),
        ("гра була довгою.", "text", "гра  була довгою."),
        ("Друге речення.", "text", "Друге рече\u00adння."),
        ("грі\nгра була довгою", "text", "гра  була довгою"),
        ("м'яч у грі\nгра", "title", "м’яч  у грі"),
    ],
)
def test_spans_are_located_in_the_raw_field(words: str, field: str, raw: str) -> None:
    clean = CLEANER.clean(RAW_TITLE, RAW_TEXT)
    start = clean.text.index(words)
    found, raw_start, raw_end = clean.locate(start, start + len(words))
    assert found == field
    assert {"title": RAW_TITLE, "text": RAW_TEXT}[found][raw_start:raw_end] == raw


def test_every_span_of_every_text_has_a_place() -> None:
    for raw_title, raw_text in [("", "Текст тут"), ("Назва", ""), ("", ""), ("А - Б", "Фото: МКІП")]:
        clean = CLEANER.clean(raw_title, raw_text)
        for start in range(len(clean.text) + 1):
            for end in range(start, len(clean.text) + 1):
                field, a, b = clean.locate(start, end)
                assert 0 <= a <= b <= len(raw_title if field == "title" else raw_text)


PIECES = [
    *(
        "Укрінформ",
        "передає",
        "Як",
        "повідомляв",
        "Про це",
        "кореспондент",
        "Фото:",
        "МКІП",
        "(Reuters)",
        "t.me/x",
    ),
    *(
        "\n",
        " ",
        ", ",
        ". ",
        " - ",
        " | ",
        "«",
        "»",
        "(",
        ")",
        "слово",
        "Ім'я",
        "й",
        "Pосія",
        "Zа",
        "\0",
        "’",
        "@abc",
    ),
    *("Читайте також", "a.ua", "said", "BBC News", "i", "!", ":", "сайт", "©", "—", "\u0306", "\u00ad"),
]


def test_cleaning_what_is_clean_changes_nothing() -> None:
    rng = random.Random(7)
    for _ in range(1500):
        raw_title = "".join(rng.choices(PIECES, k=rng.randrange(8)))
        raw_text = "".join(rng.choices(PIECES, k=rng.randrange(24)))
        once = CLEANER.clean(raw_title, raw_text)
        again = CLEANER.clean(once.title.text, once.body.text)
        assert again.text == once.text, (raw_title, raw_text)


HOSTILE = [
    " ",
    "а",
    "А",
    ".",
    ", ",
    " - ",
    "А. ",
    "a.",
    "передає Укрінформ, ",
    "Фото: ",
    "Читайте також ",
    "«",
    "(",
]
HOSTILE += [
    "а\0",
    "\u0306",
    "\n",
    "a@",
    "Аб ",
    "аa",
    "а’",
    "Як ",
    "1",
    "'",
    "https://",
    "[(",
    "Вісник ",
    "©",
    "- ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_linear_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    started = time.perf_counter()
    CLEANER.clean(text, text)
    assert time.perf_counter() - started < 20  # quadratic work would take minutes


def test_line_breaks_in_a_title_hide_no_masthead() -> None:
    for title in (
        "Spanish doctors leave the hospital -\nDeadline",
        "Spanish doctors leave the\nhospital - Deadline",
    ):
        assert Cleaner().clean(title, "").text == "Spanish doctors leave the hospital"
