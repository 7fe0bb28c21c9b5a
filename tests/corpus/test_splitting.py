from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from syto.corpus.dates import DateRule, date_rule, order_within
from syto.corpus.drops import Drop
from syto.corpus.settings import DatasetSettings, SplitSettings
from syto.corpus.splitting import (
    SourceFacts,
    assign_sources,
    fixed_sources,
    place,
    random_split,
    rows_by_window,
)
from syto.errors import UserError
from syto.records import SPLITS, Article, Split

SHARES = SplitSettings(validation=0.15, test=0.2)
NONE: dict[str, Split] = {}


def dataset(split: str, name: str = "d") -> DatasetSettings:
    columns = {"split": "s"} if split == "given" else {}
    return DatasetSettings.model_validate(
        {"name": name, "path": "d.csv", "split": split, "columns": columns, "labels": {}}
    )


def facts(source: str, rows: int = 10, stratum: tuple[str, str] = ("", "uk")) -> SourceFacts:
    return SourceFacts(source, dict.fromkeys(SPLITS, rows), stratum)


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def days(count: int, source: str = "a.ua") -> list[Article]:
    return [
        Article(id=str(n), text="", source=source, published=date(2024, 1, 1) + timedelta(n))
        for n in range(count)
    ]


def test_every_stratum_of_three_sources_fills_three_splits() -> None:
    strata = [(rating, language) for rating in ("reliable", "mixed") for language in ("uk", "ru")]
    every = [facts(f"{number}.{'-'.join(s)}", stratum=s) for s in strata for number in range(3)]
    homes = assign_sources(every, SHARES, NONE, rng())
    for stratum in strata:
        assert {homes[each.source] for each in every if each.stratum == stratum} == set(SPLITS)


def test_the_draw_is_balanced_by_rows_and_seeded() -> None:
    every = [facts(f"{number}.ua", rows=1 + number % 50) for number in range(300)]
    homes = assign_sources(every, SHARES, NONE, rng())
    rows: Counter[Split] = Counter()
    for each in every:
        rows[homes[each.source]] += each.rows["train"]
    assert rows["test"] / rows.total() == pytest.approx(0.2, abs=0.02)
    assert rows["validation"] / rows.total() == pytest.approx(0.15, abs=0.02)
    assert assign_sources(reversed(every), SHARES, NONE, rng()) == homes
    assert assign_sources(every, SHARES, NONE, np.random.default_rng(4)) != homes


def test_a_source_is_not_held_out_where_it_has_no_rows() -> None:
    old = [SourceFacts(f"{n}.ua", {"train": 5, "validation": 0, "test": 0}, ("", "uk")) for n in range(9)]
    assert set(assign_sources(old, SHARES, NONE, rng()).values()) == {"train"}


def test_pins_win_and_count() -> None:
    fixed = fixed_sources({"d": ["a.ua", "b.ua", "c.ua"]}, [dataset("sources")], {"a.ua": "test"})
    homes = assign_sources([facts("a.ua"), facts("b.ua"), facts("c.ua")], SHARES, fixed, rng())
    assert homes["a.ua"] == "test"
    assert {homes["b.ua"], homes["c.ua"]} == {"train", "validation"}


def test_an_unknown_pinned_source_is_refused() -> None:
    with pytest.raises(UserError, match=r"source 'news.com' is in no data set; did you mean 'news.ua'"):
        fixed_sources({"d": ["news.ua"]}, [dataset("sources")], {"news.com": "test"})


@pytest.mark.parametrize("split", ["newest", "random", "given"])
def test_a_source_that_is_trained_and_tested_on_is_training_elsewhere(split: str) -> None:
    homes = fixed_sources({"x": ["a.ua"], "d": ["a.ua"]}, [dataset(split, "x"), dataset("sources")], {})
    assert homes == {"a.ua": "train"}


def test_claims_that_differ_are_refused() -> None:
    with pytest.raises(
        UserError, match=r"'a.ua' would be in train \(data set 'x'\) and in test \(data set 'y'\)"
    ):
        fixed_sources({"x": ["a.ua"], "y": ["a.ua"]}, [dataset("newest", "x"), dataset("test", "y")], {})
    with pytest.raises(UserError, match=r"data.splits.pin"):
        fixed_sources({"y": ["a.ua"]}, [dataset("test", "y")], {"a.ua": "train"})


def test_dates_are_cut_at_quantiles_and_no_date_is_cut_in_two() -> None:
    rule = date_rule(dataset("newest"), days(100), SHARES)
    assert rule is not None
    counts = Counter(rule.split_of(moment) for a in days(100) if (moment := rule.moment(a)) is not None)
    assert counts == {"train": 65, "validation": 15, "test": 20}
    same_day = [Article(id=str(n), text="", published=date(2024, 1, 1 + n // 40)) for n in range(120)]
    rule = date_rule(dataset("newest"), same_day, SHARES)
    assert rule is not None
    by_day: dict[date, set[Split]] = {}
    for article in same_day:
        assert article.published
        split = rule.split_of(float(article.published.toordinal()))
        by_day.setdefault(article.published, set()).add(split)
    assert list(by_day.values()) == [{"train"}, {"validation"}, {"test"}]


@pytest.mark.parametrize("late", [0, 1, 2])
def test_any_three_distinct_dates_make_three_windows(late: int) -> None:
    moments = [date(2024, 1, 1 + day) for day in (0, 1, 2)] + [date(2024, 1, 1 + late)] * 50
    rule = date_rule(
        dataset("newest"), [Article(id=str(i), text="", published=d) for i, d in enumerate(moments)], SHARES
    )
    assert rule is not None
    assert {rule.split_of(float(d.toordinal())) for d in moments} == set(SPLITS)


def test_fewer_than_three_dates_are_refused() -> None:
    with pytest.raises(UserError, match="'d' has 2 distinct dates; three are needed"):
        date_rule(dataset("newest"), days(2), SHARES)


def test_order_stands_for_dates_where_all_rows_have_it() -> None:
    articles = [Article(id=str(n), text="", order=float(n)) for n in range(20)]
    rule = date_rule(dataset("newest"), articles, SHARES)
    assert rule == DateRule("order", 13, 16)


def test_the_newest_of_each_label_are_held_out_where_labels_cover_different_months() -> None:
    topics = ("sport",) * 20 + ("politics",) * 20  # every article on politics is newer than all on sport
    articles = [replace(a, labels={"topic": (t,)}) for a, t in zip(days(40), topics, strict=True)]
    undated = Article(id="undated", text="", labels={"topic": ("sport",)})
    ranked = order_within([*articles, undated], "topic")
    within = dataset("newest").model_copy(update={"newest_within": "topic"})
    rule = date_rule(within, ranked, SHARES)
    assert rule is not None
    found = Counter((a.labels["topic"][0], place(a, within, {}, rule)) for a in ranked)
    assert found == {
        **{(topic, "train"): 13 for topic in ("sport", "politics")},
        **{(topic, "validation"): 3 for topic in ("sport", "politics")},
        **{(topic, "test"): 4 for topic in ("sport", "politics")},
        ("sport", Drop("d", "no_date")): 1,
    }
    assert [a.published for a in ranked] == [a.published for a in [*articles, undated]]


def test_within_labels_equal_dates_have_one_place() -> None:
    articles = [replace(a, published=date(2024, 1, 1), labels={"topic": ("sport",)}) for a in days(5)]
    assert {a.order for a in order_within(articles, "topic")} == {0.0}


def test_without_dates_sources_have_no_date_rule() -> None:
    undated = [Article(id="1", text="", source="a.ua")]
    assert date_rule(dataset("sources"), undated, SHARES) is None
    assert date_rule(dataset("sources"), [], SHARES) is None


RULE = DateRule("published", date(2024, 1, 10).toordinal(), date(2024, 1, 20).toordinal())


@pytest.mark.parametrize(
    ("split", "day", "expected"),
    [
        ("train", 9, "train"),
        ("train", 10, "after_train_window"),
        ("train", 25, "after_train_window"),
        ("validation", 9, "before_validation_window"),
        ("validation", 10, "validation"),
        ("validation", 20, "after_validation_window"),
        ("test", 19, "before_test_window"),
        ("test", 20, "test"),
        ("test", None, "no_date"),
    ],
)
def test_a_source_keeps_the_rows_of_its_window(split: Split, day: int | None, expected: str) -> None:
    article = Article(id="1", text="", source="a.ua", published=date(2024, 1, day) if day else None)
    found = place(article, dataset("sources"), {"a.ua": split}, RULE)
    assert (found.reason if isinstance(found, Drop) else found) == expected


def test_rows_without_a_source_cannot_be_split_by_it() -> None:
    assert place(Article(id="1", text=""), dataset("sources"), {}, None) == Drop("d", "no_source")


@pytest.mark.parametrize(("home", "expected"), [("test", Drop("d", "source_held_out")), ("train", "train")])
def test_a_training_set_gives_up_held_out_sources(home: Split, expected: object) -> None:
    article = Article(id="1", text="", source="a.ua")
    assert place(article, dataset("train"), {"a.ua": home}, None) == expected
    assert place(article, dataset("train"), {}, None) == "train"


def test_newest_goes_by_time_alone() -> None:
    assert [place(article, dataset("newest"), {}, RULE) for article in days(25)[8:25:8]] == [
        "train",
        "validation",
        "test",
    ]
    assert place(Article(id="1", text=""), dataset("newest"), {}, RULE) == Drop("d", "no_date")


def test_rows_by_window_counts_what_a_split_could_take() -> None:
    assert rows_by_window(days(30), RULE) == {
        ("a.ua", "train"): 9,
        ("a.ua", "validation"): 10,
        ("a.ua", "test"): 11,
    }
    assert rows_by_window(days(2), None) == {("a.ua", split): 2 for split in SPLITS}


def test_a_random_split_has_the_shares() -> None:
    draws = rng()
    counts = Counter(random_split(SHARES, draws) for _ in range(4_000))
    assert counts["test"] / 4_000 == pytest.approx(0.2, abs=0.02)
    assert counts["validation"] / 4_000 == pytest.approx(0.15, abs=0.02)
