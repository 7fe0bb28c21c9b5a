import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from hostile_texts import HOSTILE
from syto.corpus.columns import ColumnMap
from syto.errors import UserError
from syto.report.articles_page import articles_page, check_page
from syto.report.gathered import Gathered, columns_of
from syto.sources.raters import LINKS, link_of_rater
from syto.sources.registry import Registry
from syto.sources.weighing import WEIGHTS, Rating
from syto.tables.rows import Row

COLUMNS = ColumnMap(title="title", text="text", url="url", published="date")
_DATA = re.compile(r'<script type="([\w/]+)" id="data">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.consulted()


def gathered(rows: Sequence[Mapping[str, object]], listed_at_most: int = 10_000) -> Gathered:
    """Gather rows that hold both the input and what was said of it."""
    found = Gathered(listed_at_most)
    for number, row in enumerate(rows, start=1):
        found.add(Row(number, row), COLUMNS, row)
    return found


def data_of(page: str) -> Any:  # noqa: ANN401 - it is JSON
    """Read the data of a page as its script does."""
    [(kind, data)] = _DATA.findall(page)
    return json.loads(data if kind == "application/json" else gzip.decompress(base64.b64decode(data)))


def row(**given: object) -> dict[str, object]:
    """Return a scored row of a text that the model read."""
    said = {"title": "Заголовок", "text": "Перше. Друге.", "url": "https://a.example/1", "date": "2023-01-02"}
    said |= {"language": "uk", "topic": "sport", "topic_status": "sure", "source": "a.example", "model": "m"}
    return {**said, "unreliable_probability": 0.25, "reliability_status": "not_measured", **given}


def test_the_page_counts_what_came_in(registry: Registry) -> None:
    rows = [row(), row(topic_status="unsure"), row(error="no text", unreliable_probability=None, topic="")]
    data = data_of(articles_page(gathered(rows), registry, ["a.csv"], "2026-01-01"))
    counts = data["counts"]
    assert (data["rows"], data["files"], data["made"]) == (3, ["a.csv"], "2026-01-01")
    assert (counts["topic"], counts["topic_unsure"]) == ({"sport": 2}, {"sport": 1})
    assert (counts["error"], counts["not_measured"]) == ({"no text": 1}, {"1": 2})
    assert data["bars"] == [["2023-01-02", 3]]


def test_a_file_written_as_text_says_the_same_as_the_run(registry: Registry) -> None:
    native = row(topic_probabilities={"sport": 0.9, "crime": 0.1}, passages=None)
    text = {
        **native,
        "unreliable_probability": "0.25",
        "topic_probabilities": '{"sport": 0.9, "crime": 0.1}',
        "passages": "",
    }
    assert articles_page(gathered([native]), registry, [], "") == articles_page(
        gathered([text]), registry, [], ""
    )


def test_passages_are_marked_where_they_stand_and_left_out_where_they_do_not(registry: Registry) -> None:
    passage = {"field": "text", "start": 7, "end": 13, "text": "Друге.", "weight": 0.5}
    wrong = {**passage, "start": 1}
    rows = [row(passages={"topic": [passage]}), row(passages={"topic": [wrong]}), row(passages="no JSON")]
    articles = data_of(articles_page(gathered(rows), registry, [], ""))["articles"]
    assert articles["text"] == [["Перше. ", ["Друге.", [["topic", 0.5]]]], "Перше. Друге.", "Перше. Друге."]


def test_a_rated_source_shows_raters_dates_and_where_to_check(registry: Registry) -> None:
    rated = row(
        source="ria.ru", source_rating="unreliable", source_rater="Council of the EU", source_rated="2024"
    )
    other = row(source="bbc.com", source_rating="unreliable", source_rater="me")
    sources = {
        each["name"]: each
        for each in data_of(articles_page(gathered([rated, other]), registry, [], ""))["sources"]
    }
    [opinion] = sources["ria.ru"]["opinions"]
    assert opinion[:3] == ["unreliable", "Council of the EU", "2024"]
    assert opinion[4].startswith("https://eur-lex.europa.eu/")
    assert (
        sources["bbc.com"]["opinions"] == []
    )  # the file has another rating than we know: its rater alone is shown
    assert sources["ria.ru"]["together"] is None


def test_the_texts_of_an_unrated_source_are_rolled_up_with_an_interval(registry: Registry) -> None:
    [source] = data_of(articles_page(gathered([row()] * 12), registry, [], ""))["sources"]
    mean, low, high = source["mean"]
    assert mean == 250
    assert low < mean < high
    assert source["together"][1] < source["together"][0] < source["together"][2]
    assert source["verdict"] == "unclear" or source["verdict"] == "does not read unreliable"


def test_nothing_hostile_ends_the_element_it_stands_in(registry: Registry) -> None:
    hostile = [dict.fromkeys(row(), text) for text in HOSTILE]
    page = articles_page(gathered([*hostile, row()]), registry, list(HOSTILE), "")
    assert page.count("<script") == page.count("</script>") == 2
    assert data_of(page)["articles"]["title"][0] == HOSTILE[0]
    page.encode()  # no half of a pair is left
    assert "\u202e" not in page


@pytest.mark.parametrize("odd", ["inf", "nan", "-1", "2", "1e999", "text"])
def test_odd_numbers_are_none(registry: Registry, odd: object) -> None:
    passage = {"field": "text", "start": 0, "text": "Перше.", "weight": odd}
    said = row(unreliable_probability=odd, topic_probabilities='{"sport": NaN, "crime": Infinity}')
    rows = [
        said | {"passages": {"topic": [passage, {**passage, "start": odd}, None, 7]}},
        row(topic_probabilities=[1]),
    ]
    articles = data_of(articles_page(gathered(rows), registry, [], ""))["articles"]
    assert articles["unreliable"] == [None, 250]
    assert articles["topics"] == [[], []]


def test_only_our_script_and_style_may_run(registry: Registry) -> None:
    page = articles_page(gathered([row()]), registry, [], "")
    [rule] = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert rule.startswith("default-src 'none'; ")
    assert "unsafe" not in rule
    for tag, name in (("script", "script-src"), ("style", "style-src")):
        inside = page[page.rindex(f"<{tag}>") + len(tag) + 2 : page.rindex(f"</{tag}>")]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in rule


def test_what_does_not_fit_is_cut_and_then_left_out(registry: Registry) -> None:
    words = [f"слово{number * 7919 % 10007}" for number in range(3_000)]
    rows = [
        row(
            title=" ".join(words[place : place + 30]),
            text=" ".join(words[place:] + words[:place]),
            unreliable_probability=place / 400,
        )
        for place in range(400)
    ]
    whole = gathered(rows)
    for limit in (600_000, 160_000, 58_000):
        page = articles_page(whole, registry, [], "", limit)
        assert len(page.encode()) <= limit
    data = data_of(page)
    assert data["rows"] == 400
    assert 0 < len(data["articles"]["number"]) < 400
    assert data["articles"]["number"][-1] == 400  # the one that reads most like unreliable ones


def test_of_too_many_rows_those_are_listed_that_read_most_like_unreliable_ones(registry: Registry) -> None:
    rows = [row(unreliable_probability=share / 10) for share in (1, 9, 3, 8)]
    data = data_of(articles_page(gathered(rows, listed_at_most=2), registry, [], ""))
    assert (data["rows"], data["articles"]["number"]) == (4, [2, 4])


def test_long_texts_are_held_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syto.report.gathered._HELD", 1_000)
    found = gathered([row(text="слово " * 100)] * 20)
    assert sum(len(item.text) for item in found.listed) <= 1_000
    assert {item.length for item in found.listed} == {600}


def test_columns_of_a_file_whose_input_had_the_same_names() -> None:
    names = ["source", "text", "topic", "syto_topic", "syto_source", "genre", "genre_status"]
    found = columns_of(names)
    assert (found["topic"], found["source"]) == ("syto_topic", "syto_source")
    assert (found["genre"], found["genre_status"]) == ("genre", "genre_status")


@pytest.mark.parametrize(
    ("name", "said"), [("page.csv", "name it page.html"), ("in.html", "input or the output")]
)
def test_a_page_has_a_name_of_its_own(name: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        check_page(Path(name), ["in.html"])


def test_raters_are_linked_to_what_they_publish() -> None:
    assert LINKS.keys() <= WEIGHTS.keys()
    own = Rating("a.example", "mixed", "me", "", "see https://b.example/x; and more")
    assert link_of_rater(own) == "https://b.example/x"
    assert link_of_rater(Rating("a.example", "mixed", "me", "", "javascript:alert(1)")) == ""


def test_every_word_of_the_page_is_in_two_languages() -> None:
    folder = Path(__file__).parents[2] / "src/syto/report/articles"
    words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    assert all(len(pair) == 2 and all(pair) for pair in words.values())
    script, page = ((folder / name).read_text(encoding="utf-8") for name in ("page.js", "page.html"))
    used = {*re.findall(r"\bw\('([^']+)'\)", script), *re.findall(r'data-(?:w|label)="([^"]+)"', page)}
    assert used - words.keys() == set()
