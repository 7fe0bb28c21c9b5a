"""Thanks, calls and notices go off the ends of a text, and the news stays whole."""

import pytest

from syto.text.clean import Cleaner

CLEANER = Cleaner()
NEWS = "У Києві відкрили міст. Рух відновлено після ремонту."
SERVICE = (
    "Дякуємо, що ви з нами.",
    "Читайте нас щодня, діліться з друзями та пишіть коментарі.",
    "Стежте за нами у Facebook!",
    "Спасибо за внимание.",
    "Если вы нашли ошибку, выделите её и нажмите Ctrl+Enter.",
    "Все права защищены.",
    "Thank you for being with us.",
    "Subscribe to our newsletter!",
    "Follow us on Twitter.",
)
PART_OF_THE_NEWS = (
    "Дякуємо лікарям, сказав мер.",
    "Читайте договори уважно, радить адвокат.",
    "Будьте обережні на дорогах.",
    "Спасибо пожарным, сказал мэр.",
    "Приглашаем жителей на субботник.",
    "Watch US president speak on the economy.",
    "Join the army, the minister told students.",
    "«Дякуємо, що ви з нами», сказав тренер команди.",
)


@pytest.mark.parametrize("sentence", SERVICE)
@pytest.mark.parametrize(
    "parts", ["{s} {news}", "{s}\n\n{news}", "{news} {s}", "{news}\n{s}", "{s} {news} {s}\n{s}"]
)
def test_a_service_sentence_goes_off_either_end(sentence: str, parts: str) -> None:
    assert CLEANER.clean("", parts.format(s=sentence, news=NEWS)).text == NEWS


@pytest.mark.parametrize("sentence", PART_OF_THE_NEWS)
def test_a_sentence_of_the_news_stays(sentence: str) -> None:
    text = f"{sentence} {NEWS} {sentence}"
    assert CLEANER.clean("", text).text == text


def test_inside_a_text_nothing_is_cut() -> None:
    text = f"{NEWS} Дякуємо, що ви з нами. {NEWS}"
    assert CLEANER.clean("", text).text == text


def test_a_sentence_cut_off_by_the_edge_that_is_looked_at_stays() -> None:
    text = "Слово " * 200 + "стежте за нами далі й далі " * 30
    assert CLEANER.clean("", text).text == text.strip()


def test_a_title_is_a_text_in_this() -> None:
    assert CLEANER.clean("Дякуємо, що ви з нами.\n\nВідкрили міст", "").text == "Відкрили міст"


@pytest.mark.parametrize("text", ["Дякуємо, що ви з нами.", "Дякуємо за увагу! Діліться з друзями."])
def test_what_is_service_alone_stays(text: str) -> None:
    assert CLEANER.clean(text, text).text == f"{text}\n{text}"
