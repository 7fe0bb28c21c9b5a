from pathlib import Path

import pytest

from syto.errors import UserError
from syto.labels.label_set import LabelSet
from syto.labels.seed_words import SeedWords

TOPICS = LabelSet.from_file(Path("data/labels/topics.yaml"))
SEEDS = """
conflict:
  uk: обстріл* ракетн* ппо п'ят*
  en: shelling
sport:
  uk: матч* гол голів тренер*
"""


@pytest.fixture
def seeds(tmp_path: Path) -> SeedWords:
    path = tmp_path / "seeds.yaml"
    path.write_text(SEEDS, encoding="utf-8")
    return SeedWords.from_file(path, TOPICS)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Ракетний ОБСТРІЛ міста", "uk", "conflict"),
        ("Обстріли, обстрілами, обстрілу", "uk", None),  # one word, however often
        ("Ракетний обстріл перервав матч", "uk", None),  # two against one is not clear
        ("Ракетний обстріл: ППО працює, матч перервано", "uk", "conflict"),
        ("П’ять ракетних ударів", "uk", "conflict"),  # whatever the apostrophe
        ("Головний матч", "uk", None),  # гол is a whole word
        ("Тренер: гол на останній хвилині", "uk", "sport"),
        ("надракетний надобстріл", "uk", None),  # words are read from their beginning
        ("Ракетний обстріл", "ru", None),
        ("", "uk", None),
        ("я " * 200 + "ракетний обстріл", "uk", None),  # too far down
    ],
)
def test_two_words_of_one_label_and_two_more_than_of_any_other(
    seeds: SeedWords, text: str, language: str, expected: str | None
) -> None:
    assert seeds.label(text, language) == expected


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("wars: {uk: а б}", "'wars' is no label of 'topics'"),
        ("conflict: {uk: [а]}", "conflict.uk: expected words between spaces"),
        ("conflict: {uk: 'а (б'}", "'\\(б' is no word"),
        ("conflict: а", "expected a mapping of the languages of 'conflict'"),
        ("- a", "expected a mapping of labels"),
        ("a: [", "cannot be read"),
    ],
)
def test_mistakes_in_the_file_are_named(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "seeds.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=problem):
        SeedWords.from_file(path, TOPICS)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"seed words .*none\.yaml cannot be read"):
        SeedWords.from_file(tmp_path / "none.yaml", TOPICS)


def test_the_shipped_words_tell_topics_apart_in_three_languages() -> None:
    seeds = SeedWords.from_file(Path("data/labels/topic_seeds.yaml"), TOPICS)
    assert seeds.label("Окупанти обстріляли Харків ракетами: поранено двох військових", "uk") == "conflict"
    assert seeds.label("Сборная выиграла матч чемпионата, тренер доволен игроками", "ru") == "sport"
    assert seeds.label("The central bank raised rates as inflation hit the economy", "en") == "economy"
    assert seeds.label("Сьогодні вранці у місті", "uk") is None
