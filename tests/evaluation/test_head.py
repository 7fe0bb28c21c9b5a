from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest

from syto.corpus.settings import SplitRule
from syto.evaluation.head import HeadAnswers, evaluate_head
from syto.evaluation.metrics import Answers
from syto.evaluation.notes import notes_on
from syto.evaluation.results import HeadResult, SliceResult
from syto.records import Article, HeadKind

LABELS = ("unreliable", "mixed", "reliable")
RULES: Mapping[str, SplitRule] = {"news": "sources", "posts": "random"}


def answers(gold: list[int], decided: list[int], kind: HeadKind) -> Answers:
    eye = np.eye(3)
    shares = 0.7 * eye[decided] + 0.1
    return Answers(kind, LABELS, eye[gold].astype(bool), shares, eye[decided].astype(bool))


def article(number: int, dataset: str) -> Article:
    return Article(
        f"{dataset}:{number}",
        "",
        clean="слово " * 30,
        source=f"s{number % 12}.ua",
        published=date(2023, 1 + number % 2, 1),
        language="uk" if number % 3 else "ru",
        dataset=dataset,
    )


def head(articles: list[Article], kind: HeadKind = "ordinal") -> HeadAnswers:
    gold = [number % 3 for number in range(len(articles))]
    decided = [0 if number % 5 == 4 else right for number, right in enumerate(gold)]
    systems = {
        "transformer": answers(gold, decided, kind),
        "majority": answers(gold, [1] * len(gold), kind),
    }
    return HeadAnswers("reliability", articles, systems, np.arange(len(gold)) % 2 == 0, {"out_of_scope": 2})


def part(result: HeadResult, kind: str, value: str) -> SliceResult:
    return next(each for each in result.slices if (each.kind, each.value) == (kind, value))


@pytest.fixture
def mixed() -> HeadResult:
    articles = [article(n, "news") for n in range(60)] + [article(n, "posts") for n in range(30)]
    return evaluate_head(head(articles), RULES, 50, np.random.default_rng(0))


def test_a_random_split_stays_out_of_the_headline(mixed: HeadResult) -> None:
    assert (mixed.articles, mixed.sources, mixed.rules, mixed.unit) == (60, 12, ("sources",), "sources")
    assert not mixed.random_split
    assert part(mixed, "dataset", "posts").rule == "random"
    assert part(mixed, "dataset", "posts").articles == 30
    assert sum(each.articles for each in mixed.slices if each.kind == "month") == 60


def test_a_random_split_alone_is_named_as_such() -> None:
    articles = [article(n, "posts") for n in range(30)]
    result = evaluate_head(head(articles), RULES, 20, np.random.default_rng(0))
    assert result.random_split
    assert any("random split" in note for note in notes_on([result], "test"))


def test_every_slice_kind_covers_the_headline(mixed: HeadResult) -> None:
    for kind in ("language", "year", "month", "length", "source"):
        assert sum(each.articles for each in mixed.slices if each.kind == kind) == mixed.articles
    assert part(mixed, "language", "ru").support == {"unreliable": 20}


def test_systems_are_compared_on_the_same_draws(mixed: HeadResult) -> None:
    transformer, majority = mixed.systems
    assert transformer.lead is None
    assert majority.lead is not None and majority.lead.value is not None
    own, other = transformer.metrics["macro_f1"].value, majority.metrics["macro_f1"].value
    assert own is not None and other is not None
    assert majority.lead.value == pytest.approx(own - other)


def test_counts_agree(mixed: HeadResult) -> None:
    system = mixed.systems[0]
    assert np.sum(system.confusion) == mixed.articles
    assert sum(each.support for each in system.classes) == mixed.articles
    assert sum(each.count for each in system.calibration) == mixed.articles
    assert mixed.status.sure + mixed.status.unsure == mixed.articles
    right = mixed.status.sure_and_right + mixed.status.unsure_and_right
    assert system.metrics["accuracy"].value == pytest.approx(right / mixed.articles)


def test_a_slice_with_one_label_has_accuracy_alone(mixed: HeadResult) -> None:
    assert set(part(mixed, "language", "ru").systems["transformer"]) == {"accuracy"}
    assert "auroc_unreliable" in part(mixed, "year", "2023").systems["transformer"]


def test_a_multi_label_head_has_no_confusion() -> None:
    articles = [article(n, "news") for n in range(24)]
    result = evaluate_head(head(articles, "multi_label"), RULES, 20, np.random.default_rng(0))
    assert result.systems[0].confusion == ()
    assert "micro_f1" in result.systems[0].metrics


def test_notes_name_what_limits_the_figures(mixed: HeadResult) -> None:
    notes = notes_on([mixed], "validation")
    assert "validation split" in notes[0]
    assert any("only 0 of the 40 articles in language 'uk'" in note for note in notes)
    assert any("fewer than 30 test articles of unreliable (20)" in note for note in notes)


def test_notes_say_where_the_transformer_is_behind() -> None:
    articles = [article(n, "news") for n in range(60)]
    turned = head(articles)
    swapped = {
        "transformer": turned.systems["majority"],
        "tfidf": turned.systems["transformer"],
    }
    behind = HeadAnswers("topic", articles, swapped, turned.sure, {})
    result = evaluate_head(behind, RULES, 50, np.random.default_rng(0))
    assert any("behind tfidf" in note for note in notes_on([result], "test"))


def test_notes_name_a_probe_that_comes_close() -> None:
    articles = [article(n, "news") for n in range(60)]
    told = head(articles)
    systems = {
        "transformer": told.systems["transformer"],
        "year_only": told.systems["transformer"],
        "length_only": told.systems["majority"],
        "tfidf": told.systems["transformer"],
    }
    probed = HeadAnswers("reliability", articles, systems, told.sure, {})
    notes = notes_on([evaluate_head(probed, RULES, 50, np.random.default_rng(0))], "test")
    close = [note for note in notes if "not clearly better" in note]
    assert any("than that of the year alone (" in note for note in close)
    assert any("in year '2023'" in note for note in close)
    assert not any("number of words" in note or "tfidf" in note for note in close)


def test_articles_of_a_single_agency_are_resampled_one_by_one() -> None:
    """Drawn as a whole, the agency would be missing from every third draw, and with it its label."""
    agency = [Article(f"agency:{n}", "", clean="слово", source="one.ua", dataset="agency") for n in range(30)]
    gold = [n % 2 for n in range(60)] + [2] * 30
    systems = {"transformer": answers(gold, gold, "single_label")}
    articles = [article(n, "news") for n in range(60)] + agency
    own = HeadAnswers("topic", articles, systems, np.ones(90, dtype=bool), {})
    rules: Mapping[str, SplitRule] = {"news": "sources", "agency": "newest"}
    result = evaluate_head(own, rules, 100, np.random.default_rng(0))
    assert result.systems[0].classes[2].f1.low == 1.0
    assert (result.unit, part(result, "dataset", "agency").unit) == ("sources", "articles")
