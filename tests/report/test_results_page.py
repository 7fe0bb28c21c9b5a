import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from markupsafe import escape

from syto.evaluation.head import HeadAnswers, evaluate_head
from syto.evaluation.metrics import Answers
from syto.evaluation.mistakes import Mistake
from syto.evaluation.notes import notes_on
from syto.evaluation.results import (
    AttackResult,
    BundleFacts,
    DatasetFacts,
    Estimate,
    HeadResult,
    RedactionResult,
    Results,
)
from syto.records import Article, HeadKind
from syto.report.results_page import SHOWN_OF_A_TEXT, plots, results_page
from syto.report.results_table import results_tables, verdict_table
from syto.report.verdict import against_baselines, verdict
from syto.report.wording import figure, number, spread

HOSTILE = "<script>alert(1)</script>"
SKILL = {"transformer": 2.0, "tfidf": 1.4, "topic_only": 0.5, "language_only": 0.3, "majority": 0.0}


def answers(gold: list[int], labels: tuple[str, ...], kind: HeadKind, skill: float) -> Answers:
    rng = np.random.default_rng(int(10 * skill))
    eye = np.eye(len(labels), dtype=bool)
    logits = rng.normal(size=(len(gold), len(labels))) + skill * eye[gold]
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    decided = shares > 0.4 if kind == "multi_label" else eye[shares.argmax(1)]
    return Answers(kind, labels, eye[gold], shares, decided)


def articles(count: int, datasets: tuple[str, ...]) -> list[Article]:
    return [
        Article(
            str(number),
            "",
            clean="слово " * (number % 200),
            source=f"<b>s{number % 14}</b>.ua",
            published=date(2023, 1 + number % 5, 1) if number % 9 else None,
            language=("uk", "ru", "en")[number % 3],
            dataset=datasets[number % len(datasets)],
        )
        for number in range(count)
    ]


def head(task: str, kind: HeadKind, labels: tuple[str, ...], datasets: tuple[str, ...]) -> HeadResult:
    found = articles(240, datasets)
    gold = [(number * 7) % len(labels) for number in range(240)]
    systems = {name: answers(gold, labels, kind, skill) for name, skill in SKILL.items()}
    measured = HeadAnswers(task, found, systems, np.arange(240) % 3 > 0, {"out_of_scope": 4})
    return evaluate_head(measured, {HOSTILE: "sources", "posts": "random"}, 40, np.random.default_rng(0))


def attack(kind: str, success: float, defended: bool, sure: bool = False) -> AttackResult:
    return AttackResult(
        kind=kind,
        defended=defended,
        sure=sure,
        language="uk",
        task="topic",
        budget=100,
        articles=40,
        success=Estimate(value=success, low=success - 0.1, high=success + 0.1),
        queries=61.2,
        changed=0.117 if defended else None,
        labelled=31 if defended else 0,
        macro_f1_before=0.8125 if defended else None,
        macro_f1=0.4375 if defended else None,
    )


@pytest.fixture(scope="module")
def results() -> Results:
    heads = (
        head("topic", "single_label", ("sport", HOSTILE, "culture"), (HOSTILE, "posts")),
        head("reliability", "ordinal", ("unreliable", "mixed", "reliable"), (HOSTILE,)),
        head("techniques", "multi_label", ("fear", "doubt"), ("posts",)),
    )
    return Results(
        created="2026-01-02T03:04:05Z",
        syto_version="0.1.0",
        bundle=BundleFacts(
            name=f"news {HOSTILE}",
            fingerprint="0123456789ab",
            encoder="modernbert from scratch",
            licence='CC "BY" <4.0>',
            created="2026-01-01T00:00:00Z",
            languages=("uk", "ru", "en"),
            syto_version="0.1.0",
            backend="onnx",
            temperatures={"topic": 1.3},
            thresholds={"topic": (0.6,)},
        ),
        prepared="news",
        prepared_digest="f" * 64,
        split="test",
        draws=40,
        seed=0,
        datasets=(DatasetFacts(name=HOSTILE, rule="sources", articles=240, sources=14),),
        notes=tuple(notes_on(heads, "test")),
        heads=heads,
        redaction=(
            RedactionResult(
                language="ru",
                sources=24,
                articles=960,
                chance=0.0625,
                before=Estimate(value=0.927),
                after=Estimate(value=0.309),
            ),
        ),
        attacks=(
            attack("letters", 0.211, True),
            attack("words", 0.311, True),
            attack("letters", 0.411, False),
            attack("letters", 0.151, True, sure=True),
        ),
    )


@pytest.fixture(scope="module")
def page(results: Results) -> str:
    return results_page(results)


class Tags(HTMLParser):
    """Collects what a browser would see as elements and addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.addresses: list[str] = []
        self.events: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "action", "data"):
                self.addresses.append(value or "")
            if name.startswith("on"):
                self.events.append(name)


def test_hostile_names_are_shown_as_text(page: str) -> None:
    tags = Tags(page)
    assert "script" not in tags.names
    assert not tags.events
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;s1&lt;/b&gt;.ua" in page


def test_the_page_fetches_nothing(page: str) -> None:
    assert all(address.startswith("#") for address in Tags(page).addresses)
    assert "@import" not in page and "url(http" not in page
    assert "default-src 'none'" in page


def test_the_page_says_that_source_reliability_is_not_truth(page: str, results: Results) -> None:
    assert results.statement in page
    assert "not truth" in page


def test_every_head_has_its_figures_and_charts(page: str, results: Results) -> None:
    for each in results.heads:
        for system in each.systems:
            assert figure(system.metrics["macro_f1"]) in page
            assert spread(system.metrics["macro_f1"]) in page
    assert (
        Tags(page).names.count("svg") == 3 * 3 + 2
    )  # systems, calibration, time; coverage not of techniques


def test_the_probes_of_a_scale_stand_beside_it_by_language(page: str) -> None:
    [by_language] = re.findall(r'id="head-2".*?<h3>By language</h3>(.*?)</table>', page, re.DOTALL)
    assert "AUROC unreliable<br>majority" in by_language
    [by_length] = re.findall(r'id="head-2".*?<h3>By length</h3>(.*?)</table>', page, re.DOTALL)
    assert "AUROC unreliable<br>majority" not in by_length


def test_what_is_left_of_the_outlets_is_told(page: str) -> None:
    assert re.search(r"<th scope=\"row\">ru</th><td>24</td><td>960</td>.*?0\.927.*?0\.309.*?0\.33", page)


def test_a_random_split_is_marked_where_it_stands(page: str) -> None:
    assert re.search(r'posts<br><span class="tag warn">random split', page)
    assert "techniques: a random split" in page


def test_an_attack_stands_above_the_same_without_the_defence(page: str) -> None:
    section = page[page.index('id="attacks"') : page.index("What is left of")]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<tr[ >].*?</tr>", section, re.S)[1:]]
    assert [row[:4] for row in rows] == [
        ["letters", "uk", "on", "any"],
        ["letters", "uk", "on", "sure"],
        ["letters", "uk", "off", "any"],
        ["words", "uk", "on", "any"],
    ]
    assert rows[0][4:] == ["40", "0.211", "0.111–0.311", "61", "12%", "0.812", "→", "0.438", "31", "labelled"]
    assert rows[2][4:] == ["40", "0.411", "0.311–0.511", "61"]  # nothing turned, nothing labelled
    assert "at most 100 questions" in section


def test_results_survive_json(results: Results) -> None:
    text = results.model_dump_json()
    assert "NaN" not in text
    assert Results.model_validate_json(text) == results


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (None, ("—", "")),
        (Estimate(value=None), ("—", "")),
        (Estimate(value=0.5), ("0.500", "")),
        (Estimate(value=0.5, low=0.4, high=0.6), ("0.500", "0.400–0.600")),
    ],
)
def test_figures_that_are_missing(estimate: Estimate | None, shown: tuple[str, str]) -> None:
    assert (figure(estimate), spread(estimate)) == shown


def test_signed_figures_and_thousands() -> None:
    lead = Estimate(value=-0.02, low=-0.03, high=0.01)
    assert (figure(lead, signed=True), spread(lead, signed=True)) == ("−0.020", "−0.030 to +0.010")
    assert number(1234567) == "1\u202f234\u202f567"


def test_the_sentence_on_baselines_follows_the_interval(results: Results) -> None:
    topic = results.heads[0]
    transformer, tfidf = topic.systems[:2]

    def said(lead: Estimate) -> str:
        rival = tfidf.model_copy(update={"lead": lead})
        return against_baselines(topic.model_copy(update={"systems": (transformer, rival)}))

    points = "The transformer is 2.0 points of macro-F1"
    assert said(Estimate(value=0.02, low=0.01, high=0.03)) == f"{points} above tfidf, the best baseline."
    assert said(Estimate(value=-0.02, low=-0.03, high=-0.01)) == f"{points} below tfidf, the best baseline."
    assert said(Estimate(value=0.02, low=-0.01, high=0.03)).endswith(" (the difference may be chance).")
    assert "no baseline" in against_baselines(topic.model_copy(update={"systems": (transformer,)}))


def test_the_terminal_has_a_row_for_each_system(results: Results) -> None:
    tables = results_tables(results)
    assert [len(table.rows) for table in tables] == [5, 5, 5]
    assert "random split" in tables[2].title
    assert len(verdict_table(results).rows) == len(verdict(results))


def test_the_verdict_stands_on_top_and_all_tables_are_folded(page: str, results: Results) -> None:
    above, below = page.split("<details", 1)
    assert all(f"<p>{escape(line.said)}</p>" in above for line in verdict(results))
    assert "<table" not in above and "<svg" not in above
    assert "<details open" not in page
    shown = re.sub(r"<details>.*?</details>", "", f"<details{below}", flags=re.DOTALL)
    assert "<table" not in shown and "<svg" not in shown


def test_tables_are_reached_by_keyboard_and_charts_have_names(page: str) -> None:
    assert page.count("<table") == len(
        re.findall(r'tabindex="0" role="group" aria-label="[^"]+">\n<table', page)
    )
    assert page.count("<svg") == len(
        re.findall(r'role="img" aria-label="[^"]+"><div aria-hidden="true"><svg', page)
    )
    assert "<th>" not in page  # every heading says of what


def test_errors_worth_reading_are_shown_as_text(results: Results) -> None:
    article = Article(
        "7", f"{HOSTILE}\n{'слово ' * 200}", title=HOSTILE, url="javascript:alert(1)", source='" onclick="x'
    )
    mistake = Mistake(article, ("sport",), (HOSTILE,), HOSTILE, 0.987)
    page = results_page(results, {"topic": (mistake,)})
    tags = Tags(page)
    assert "script" not in tags.names and not tags.events
    assert all(address.startswith("#") for address in tags.addresses)
    [shown] = re.findall(r'<ul class="mistakes">(.*?)</ul>', page, re.DOTALL)
    assert "0.99" in shown and "label: sport" in shown
    text = re.findall(r"<bdi>(.*?)</bdi>", shown, re.DOTALL)[1]
    assert text.endswith("…") and len(unescape(text)) <= SHOWN_OF_A_TEXT + 1


def test_the_charts_of_the_page_stand_alone_too(page: str, results: Results) -> None:
    found = plots(results)
    assert {"topic-systems.svg", "topic-calibration.svg", "topic-coverage.svg", "topic-months.svg"} <= {
        *found
    }
    assert len(found) == Tags(page).names.count("svg")
    assert all(ElementTree.fromstring(svg).tag.endswith("svg") for svg in found.values())  # noqa: S314 - ours
    assert all("background:#fff" in svg for svg in found.values())
