import json
import re
from pathlib import Path
from typing import Any

import pytest

from syto.errors import UserError
from syto.model.bundle import Bundle
from syto.stages.report import report
from syto.stages.score import score

ARTICLES = """id,Заголовок,Текст,Посилання,Дата
7,Матч,Матч і знову матч на стадіоні,https://www.bbc.com/sport/1,02.01.2023
8,,,,
9,Вибори,Вибори і знову вибори в країні,https://ria.ru/2,03.01.2023
"""


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "articles.csv"
    path.write_text(ARTICLES, encoding="utf-8")
    return path


def data_of(page: Path) -> Any:  # noqa: ANN401 - it is JSON
    [data] = re.findall(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(data)


def test_score_makes_a_page_of_what_it_writes(articles: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    page = tmp_path / "page.html"
    score(str(articles), str(tmp_path / "scored.csv"), tiny_bundle.folder, report=page)
    data = data_of(page)
    assert (data["rows"], data["articles"]["topic"]) == (3, ["sport", "", "politics"])
    assert data["articles"]["day"] == ["2023-01-02", "", "2023-01-03"]
    assert {source["name"]: source["rating"] for source in data["sources"]}["ria.ru"] == "unreliable"


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet", "csv.gz"])
def test_the_page_of_a_scored_file_is_that_of_the_run(
    articles: Path, tmp_path: Path, tiny_bundle: Bundle, suffix: str
) -> None:
    scored = tmp_path / f"scored.{suffix}"
    score(str(articles), str(scored), tiny_bundle.folder, report=tmp_path / "page.html")
    report([str(scored)], tmp_path / "again.html")
    first, second = data_of(tmp_path / "page.html"), data_of(tmp_path / "again.html")
    assert second["files"] == [scored.name]
    assert {**first, "files": []} == {**second, "files": []}


def test_a_file_that_was_not_scored_is_refused(articles: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="run `syto score` first"):
        report([str(articles)], tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_a_page_is_made_of_what_was_given_back(articles: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    scored = tmp_path / "scored.csv"
    score(str(articles), str(scored), tiny_bundle.folder, keep_text=False, only=["topic", "topic_status"])
    report([str(scored)], tmp_path / "page.html")
    assert data_of(tmp_path / "page.html")["articles"]["text"] == [[], [], []]


def test_a_page_that_cannot_be_named_so_is_refused_before_scoring(articles: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"name it page\.html"):
        score(str(articles), str(tmp_path / "scored.csv"), report=tmp_path / "page.txt")
