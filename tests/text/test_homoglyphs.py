import pytest

from syto.text.aligned import AlignedText
from syto.text.homoglyphs import repair_homoglyphs


def repaired(text: str) -> str:
    return repair_homoglyphs(AlignedText(text)).text


LATIN_A, CYRILLIC_A = "a", "а"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Pосiя", "Росія"),  # Latin P, i
        ("Кpим", "Крим"),  # Latin p
        ("Mocква", "Москва"),  # Latin M, o, c
        ("Fаcebook", "Facebook"),  # Cyrillic а
        ("СOVID", "COVID"),  # Cyrillic С
        ("він i вона", "він і вона"),  # a lone Latin i
    ],
)
def test_look_alikes_go_to_the_script_of_the_word(raw: str, clean: str) -> None:
    assert raw != clean
    assert repaired(raw) == clean


@pytest.mark.parametrize("word", ["ZаМир", "Zа", "Vсё", "SHAMANа", "ITшник", "NATO", "їжак", "COVID-19", "Z"])
def test_plays_on_words_inflected_names_and_pure_words_stay(word: str) -> None:
    assert repaired(word) == word


def test_an_ambiguous_word_follows_its_majority() -> None:
    assert repaired("cop" + "а") == "copa"
    assert repaired("ро" + "c") == "рос"


def test_offsets_stay_one_to_one() -> None:
    aligned = repair_homoglyphs(AlignedText("Це Pосiя тут"))
    assert aligned.raw_span(3, 8) == (3, 8)
