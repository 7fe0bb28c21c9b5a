import numpy as np
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


def test_an_ambiguous_word_follows_the_text_and_without_one_its_majority() -> None:
    assert repaired("cop" + "а") == "copa"
    assert repaired("ро" + "c") == "рос"
    assert repaired("Цей будинок: " + "cop" + "а") == "Цей будинок: сора"
    assert repaired("The land of: " + "ро" + "c") == "The land of: poc"


TEXTS = [
    "Росія обстріляла Херсон: поранено трьох осіб, серед них дитина",
    "Власти России объявили о новых мерах поддержки экономики и семей",
    "The police have opened a case over the attack on a school near Paris",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("share", [0.05, 0.1, 0.3, 1.0])
def test_texts_that_are_disguised_at_any_rate_come_back(text: str, share: float) -> None:
    latin, cyrillic = "aceiopxyABCEHIKMOPTXY", "асеіорхуАВСЕНІКМОРТХУ"
    double = str.maketrans(latin + cyrillic, cyrillic + latin)
    rng = np.random.default_rng(3)
    disguised = "".join(each.translate(double) if rng.random() < share else each for each in text)
    assert repaired(disguised) == text


def test_doubles_from_other_alphabets_are_undone() -> None:
    assert repaired("ѕраce and wаr") == "space and war"
    assert repaired("𝐑𝐮𝐬𝐬𝐢𝐚 ａｎｄ NATO") == "Russia and NATO"
    assert repaired("Кρим і Донбαс") == "Крим і Донбас"
    assert repaired("αβγ") == "αβγ"


def test_one_slip_does_not_turn_latin_names_around() -> None:
    assert repaired("У Києвi відкрили офіс OPEC") == "У Києві відкрили офіс OPEC"


def test_offsets_stay_one_to_one() -> None:
    aligned = repair_homoglyphs(AlignedText("Це Pосiя тут"))
    assert aligned.raw_span(3, 8) == (3, 8)
