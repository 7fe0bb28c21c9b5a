from pathlib import Path

import pytest

from syto.errors import UserError
from syto.labels.label_set import Label, LabelSet
from syto.labels.url_folders import UrlFolders

TOPICS = LabelSet(
    name="topics",
    labels=tuple(Label(id=name, names={"en": name}, definition=name) for name in ("politics", "sport")),
)


def test_the_last_part_of_an_address_is_the_articles_own(tmp_path: Path) -> None:
    path = tmp_path / "folders.yaml"
    path.write_text("politics: [politika, 2020-election]\nsport: [sport]\n", encoding="utf-8")
    folders = UrlFolders.from_file(path, TOPICS)
    assert folders.labels("https://news.ua/2020-Election/sport") == ("politics",)
    assert folders.labels("https://news.ua/sport/politika/1") == ("politics", "sport")
    assert folders.labels("https://news.ua/1") == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("spotr: [football]", r"folders.yaml: 'spotr' is no label of 'topics'; did you mean 'sport'\?"),
        ("sport: football", r"sport: expected a list of folders, found 'football'"),
        ("sport: []", r"expected a list of folders"),
        ("[sport]", r"expected a mapping of labels"),
        ("sport: [", r"cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "folders.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        UrlFolders.from_file(path, TOPICS)
