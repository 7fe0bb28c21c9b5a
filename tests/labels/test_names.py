import re
from itertools import product

import pytest

from syto.errors import UserError
from syto.inference.scored_row import OUTPUT_COLUMNS
from syto.labels.names import _HOLE, LABELLED, LANGUAGES, Names, _sections, column_of, id_of, language_of

READ_BACK = ("columns", "tasks", "statuses", "bases", "languages", "notes", *LABELLED)


@pytest.mark.parametrize("section", READ_BACK)
def test_a_name_stands_for_one_id_in_whichever_language_it_is(section: str) -> None:
    found: dict[str, set[str]] = {}
    for id, names in _sections()[section].items():
        assert set(names) == set(LANGUAGES)
        for name in names.values():
            found.setdefault(name.casefold(), set()).add(id)
            if _HOLE not in name:
                assert ";" not in name and '"' not in name  # one parts labels in a cell, one ends a rule
                assert section == "columns" or id_of(section, name) == id
    assert [ids for ids in found.values() if len(ids) > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_has_a_title_that_leads_back_to_it(language: str) -> None:
    names = Names(language)
    ends = ("", "_probability", "_probabilities", "_status")
    columns = [*OUTPUT_COLUMNS, *(task + end for task, end in product(("techniques", "other"), ends))]
    titles = [names.column(name) for name in columns]
    assert [column_of(title) for title in titles] == columns
    assert len({title.casefold() for title in titles}) == len(columns)
    assert all(title != name for title, name in zip(titles, columns, strict=True) if name[:5] != "other")


@pytest.mark.parametrize("name", [*OUTPUT_COLUMNS, "claims", "techniques_status", "unreliable_mean"])
def test_every_column_is_explained_in_ukrainian_and_english(name: str) -> None:
    assert re.search("[а-яіїєґ]", Names("uk").about(name))
    assert re.match("[A-Z]", Names("en").about(name)) and Names("en").about(name).isascii()


def test_another_column_and_a_name_that_nothing_has_stay() -> None:
    assert column_of("Автор") == "Автор"
    assert id_of("statuses", "хтозна") == "хтозна"
    assert Names("uk").of("topic", "unknown") == "unknown"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "uk"),
        ({"LANG": "C.UTF-8"}, "uk"),
        ({"LANG": "POSIX"}, "uk"),
        ({"LANG": "uk_UA.UTF-8"}, "uk"),
        ({"LANG": "ru_UA.UTF-8"}, "ru"),
        ({"LANG": "en_GB"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "uk_UA.UTF-8"}, "uk"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "", "LC_ALL": ""}, "en"),
    ],
)
def test_the_locale_says_the_language(environment: dict[str, str], language: str) -> None:
    assert language_of(None, environment) == language
    assert language_of("ru", environment) == "ru"


def test_a_language_without_names_is_a_users_mistake() -> None:
    with pytest.raises(UserError, match="'ua'"):
        language_of("ua")
