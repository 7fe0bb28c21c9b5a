from syto.text.clean import Cleaner
from syto.text.endings import mine_endings

BODIES = [f"Річка {word} розлилася за {number} днів." for number, word in enumerate("абвгдежзик", start=2)]
PLAIN = {"other.example": [f"{body} Так сказав мер." for body in BODIES] * 3}


def test_what_one_source_ends_with_is_found_whatever_its_numbers() -> None:
    signed = [f"{body} Новини степу, випуск {number}" for number, body in enumerate(BODIES)]
    assert "новини степу випуск 0" in mine_endings({"steppe.example": signed, **PLAIN})


def test_what_all_sources_end_with_is_language() -> None:
    everybody = {f"source{number}.example": PLAIN["other.example"] for number in range(3)}
    assert mine_endings(everybody) == frozenset()


def test_a_seldom_ending_is_chance() -> None:
    seldom = [*BODIES[:6], *(f"{body} Новини степу" for body in BODIES[6:])]
    assert "новини степу" not in mine_endings({"steppe.example": seldom, **PLAIN})


def test_a_single_word_and_numbers_alone_are_no_ending() -> None:
    signed = [f"{body} Степоград 7 {number}" for number, body in enumerate(BODIES)]
    mined = mine_endings({"steppe.example": signed, **PLAIN})
    assert "степоград 0 0" in mined
    assert not {"0", "0 0", "степоград"} & mined


def test_a_known_ending_goes_with_what_dangles_before_it() -> None:
    cleaner = Cleaner(endings=["новини степу випуск 0"])
    clean = cleaner.clean("Мер сказав — Новини степу, випуск 12", "Текст про річку. [Новини Степу: випуск 7]")
    assert clean.text == "Мер сказав\nТекст про річку."
    assert clean.locate(0, 10) == ("title", 0, 10)


def test_a_text_that_is_nothing_but_an_ending_stays() -> None:
    assert Cleaner(endings=["новини степу"]).clean("", "Новини степу").text == "Новини степу"


def test_an_ending_is_found_in_a_long_text_and_never_in_half_a_word() -> None:
    cleaner = Cleaner(endings=["степ новини"])
    assert cleaner.clean("", "слово " * 200 + "Степ новини").text == ("слово " * 200).strip()
    assert cleaner.clean("", "у місті лісостеп новини").text == "у місті лісостеп новини"
