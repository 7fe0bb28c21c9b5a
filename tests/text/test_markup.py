import pytest

from syto.text.aligned import AlignedText
from syto.text.clean import Cleaner
from syto.text.markup import is_web_page, without_markup


def stripped(text: str) -> str:
    return without_markup(AlignedText(text)).text


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<p>Рада ухвалила <b>закон</b>.</p>", "\nРада ухвалила закон.\n"),
        ("один<br/>два", "один\nдва"),
        ("<a href=\"x>y\" title='z'>лист</a>", "лист"),
        ('<a href="незакрито>лист', "лист"),
        ("до <!-- <b>примітка</b> --> після", "до  після"),
        ("до <script>if (a < b) {}</script> після", "до \n після"),
        ("<style>p {}</style><STYLE>", "\n\n"),
        ("<script>без кінця", "\nбез кінця"),
        ("<!-- без кінця", " без кінця"),
        ("5 < 6 і 7 > 6, <Газета>, <3, I <3 you>", "5 < 6 і 7 > 6, <Газета>, <3, I <3 you>"),
        ("<![CDATA[текст]]>", "текст"),
        ("<!DOCTYPE html>текст", "текст"),
    ],
)
def test_tags_go_and_text_stays(raw: str, plain: str) -> None:
    assert stripped(raw) == plain


@pytest.mark.parametrize(
    "form",
    [
        "<p>{}</p>",
        "{}<br><i></i>",
        "<div class='x'><span>{}</span></div>",
        "&lt;p&gt;{}&lt;/p&gt;",
        "&amp;lt;b&amp;gt;{}",
        "<!-- a -->{}",
        "  {}\r\n\r\n",
        "\u2028{}<script>x()</script>",
    ],
)
def test_form_carries_nothing(form: str) -> None:
    text = "Верховна Рада ухвалила закон про бюджет. Документ підтримали 240 депутатів."
    assert Cleaner().clean("", form.format(text)).text == text


def test_wrapped_lines_are_joined_and_paragraphs_are_not() -> None:
    text = "Верховна Рада\nухвалила закон,\nякого чекали.\n\nдалі буде\nПрезидент підписав."
    clean = Cleaner().clean("", text).text
    assert clean == "Верховна Рада ухвалила закон, якого чекали.\nдалі буде\nПрезидент підписав."


def test_what_was_kept_is_found_again_in_the_input() -> None:
    raw = "<p>Рада <b>ухвалила</b> закон</p>"
    clean = without_markup(AlignedText(raw))
    start = clean.text.index("ухвалила")
    assert raw[slice(*clean.raw_span(start, start + 8))] == "ухвалила"


@pytest.mark.parametrize("hostile", ["<a ", "<!--", "<script>", '<a "', "<a x='", "</", "<![CDATA["])
def test_hostile_input_is_read_once(hostile: str) -> None:
    text = hostile * 60_000
    assert len(stripped(text)) <= len(text)


def test_a_whole_page_is_known() -> None:
    assert is_web_page("\n<!DOCTYPE html><html lang='uk'><head></head><body>Текст</body></html>")
    assert is_web_page("<html>")
    assert not is_web_page("<p>Текст</p>")
    assert not is_web_page("Про <html> і теги")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (
            "Заголовок 18 Nov 2019, 12:14 by Олена Пчілка У місті відкрили школу.",
            "Заголовок У місті відкрили школу.",
        ),
        (
            "Заголовок 15 Nov 2019 by Олена Пчілка У місті відкрили школу.",
            "Заголовок У місті відкрили школу.",
        ),
        (
            "Заголовок 18 Nov 2019, 18:08 by dp.example.com У місті відкрили школу.",
            "Заголовок У місті відкрили школу.",
        ),
        ("МОСКВА, 18 ноя - В городе открыли школу.", "В городе открыли школу."),
        ("Москва. 18 ноября. В городе открыли школу.", "В городе открыли школу."),
        ("TORONTO – A heater is being recalled.", "A heater is being recalled."),
        ("18 ноября 2019, 14:30 В городе открыли школу.", "В городе открыли школу."),
        ("Зустріч відбулася 18 листопада у Києві.", "Зустріч відбулася 18 листопада у Києві."),
        ("Закон діє з 5 травня 2020 року.", "Закон діє з 5 травня 2020 року."),
    ],
)
def test_datelines_go_and_dates_of_events_stay(raw: str, clean: str) -> None:
    assert Cleaner().clean("", raw).text == clean
