from pathlib import Path

import pytest

from syto.errors import UserError
from syto.model.hub import Place, check_private


@pytest.mark.parametrize(
    ("name", "repo", "revision"),
    [
        ("anna/syto-news", "anna/syto-news", "main"),
        ("hf://anna/syto.news_2", "anna/syto.news_2", "main"),
        ("hf://anna/syto-news@v1.0", "anna/syto-news", "v1.0"),
        ("anna/syto-news@refs/pr/3", "anna/syto-news", "refs/pr/3"),
    ],
)
def test_names_of_the_hub(name: str, repo: str, revision: str) -> None:
    assert Place.of(name) == Place(repo, revision)
    assert Place.of(str(Place.of(name))) == Place.of(name)


@pytest.mark.parametrize("name", ["", "syto-news", "a/b/c", "anna/сито", "../x", "anna/a b", "hf://@v1"])
def test_a_wrong_name_says_what_a_right_one_is(name: str) -> None:
    with pytest.raises(UserError, match="give OWNER/NAME"):
        Place.of(name)


@pytest.mark.parametrize(
    "content",
    [
        '{"ratings": ["/home/anna/ratings.csv"]}',
        "see /tmp/x/notes.md",
        "C:\\\\Users\\\\anna",
        "run by (/Users/anna/news)",
        "token: hf_" + "a" * 34,
    ],
)
def test_what_tells_of_this_machine_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\x00\xff" + content.encode() + b"\x00")
    for given in (content.encode(), str(path)):
        with pytest.raises(UserError, match=r"model.onnx (names|holds)"):
            check_private({"model.onnx": given})


def test_addresses_and_relative_paths_pass(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    text = "data/sources/ratings.csv, https://example.com/home/x, runs/news/bundle, -v $PWD:/data, hf_token"
    check_private({"README.md": text.encode(), "empty": str(tmp_path / "empty")})
