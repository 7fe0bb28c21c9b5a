import pytest

from syto.text.mastheads import Mastheads, mine_mastheads


def found(name: str, text: str) -> list[str]:
    return [text[start:end] for start, end in Mastheads([name]).find(text)]


@pytest.mark.parametrize("form", ["Вісник Дніпра", "Вісника Дніпра", "Віснику Дніпра", "ВІСНИК ДНІПРА"])
def test_names_are_found_in_every_case(form: str) -> None:
    assert found("Вісник Дніпра", f"Так каже {form}, і все.") == [form]


def test_only_whole_words_count() -> None:
    assert found("Степовик", "Степовиками звали всіх, степовик, Степовичок, НеСтеповик") == ["Степовиками"]


def test_a_lower_case_word_matches_in_any_case() -> None:
    assert found("укрвість", "УКРВІСТЬ і укрвістю") == ["УКРВІСТЬ", "укрвістю"]


def test_everyday_words_are_not_hunted_inside_texts_but_are_tails() -> None:
    mastheads = Mastheads(["Новини"])
    assert not list(mastheads.find("Новини дня"))
    assert mastheads.is_tail("НОВИНИ")


def test_the_longest_name_wins() -> None:
    text = "За даними Степової Хвилі Плюс, так."
    spans = list(Mastheads(["Степова Хвиля", "Степова Хвиля Плюс"]).find(text))
    assert [text[a:b] for a, b in spans] == ["Степової Хвилі Плюс"]


def titles(tail: str, count: int) -> list[str]:
    return [f"Подія номер {i} сталася вчора{tail}" for i in range(count)]


@pytest.mark.parametrize("separator", [" - ", " – ", " — ", " | ", " :: ", " / "])
def test_a_tail_that_recurs_for_one_source_is_a_masthead(separator: str) -> None:
    by_source = {"a.ua": titles(f"{separator}Степова Хвиля", 5), "b.ua": titles("", 5)}
    assert mine_mastheads(by_source) == {"Степова Хвиля"}


def test_speakers_and_formats_are_no_mastheads() -> None:
    many = {f"{i}.ua": titles(" – Сагайда", 3) + titles("", 4) for i in range(6)}
    assert mine_mastheads(many) == frozenset()
    assert mine_mastheads({"a.ua": titles(" – Сагайда", 4) + titles("", 96)}) == frozenset()
    assert mine_mastheads({"a.ua": titles(" - відео", 9), "b.ua": titles(" - 2024", 9)}) == frozenset()


def test_rare_tails_are_chance() -> None:
    assert mine_mastheads({"a.ua": titles(" - Степова Хвиля", 2), "empty.ua": []}) == frozenset()
