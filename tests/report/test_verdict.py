"""The verdict on figures made up for each case: never more than the worse end of the interval says."""

from collections.abc import Mapping

import pytest

from syto.evaluation.results import ClassResult, Estimate, HeadResult, Results, SliceResult
from syto.model.bundle import Bundle
from syto.records import HeadKind
from syto.report.verdict import USABLE, verdict
from tiny_results import make_tiny_results

SCALE = ("unreliable", "mixed", "reliable")


def estimate(low: float, high: float) -> Estimate:
    return Estimate(value=(low + high) / 2, low=low, high=high)


def part(
    metric: str, own: Estimate, support: Mapping[str, int], probes: Mapping[str, float] | None = None
) -> SliceResult:
    others = {name: {metric: Estimate(value=value)} for name, value in (probes or {}).items()}
    return SliceResult(
        kind="language",
        value="uk",
        rule="sources",
        articles=max(1, sum(support.values())),
        sources=40,
        support=dict(support),
        unit="sources",
        systems={"transformer": {metric: own}, **others},
    )


@pytest.fixture
def results(tiny_bundle: Bundle) -> Results:
    found = make_tiny_results(tiny_bundle.manifest)
    return found.model_copy(update={"bundle": found.bundle.model_copy(update={"languages": ("uk",)})})


def head(results: Results, kind: HeadKind, labels: tuple[str, ...], *slices: SliceResult) -> HeadResult:
    return results.heads[0].model_copy(
        update={"kind": kind, "labels": labels, "rules": ("sources",), "slices": slices}
    )


def uses(results: Results, only: HeadResult, **changed: object) -> list[tuple[str, str]]:
    lines = verdict(results.model_copy(update={"heads": (only,), **changed}))
    return [(line.use, line.said) for line in lines if line.use not in ("check", "baselines")]


def topic(results: Results, low: float, support: Mapping[str, int] | None = None) -> HeadResult:
    counts = support or {"sport": 50, "politics": 50}
    return head(results, "single_label", ("sport", "politics"), part("accuracy", estimate(low, 0.99), counts))


def scale(
    results: Results, low: float, support: tuple[int, ...] = (90, 9, 90), **probes: float
) -> HeadResult:
    counts = dict(zip(SCALE, support, strict=True))
    metric = "auroc_unreliable"
    return head(results, "ordinal", SCALE, part(metric, estimate(low, 0.99), counts, probes))


@pytest.mark.parametrize(
    ("low", "use"), [(USABLE, "use"), (USABLE - 0.01, "sort"), (0.51, "sort"), (0.5, "none"), (0.2, "none")]
)
def test_the_worse_end_of_the_interval_decides(results: Results, low: float, use: str) -> None:
    [(found, said)] = uses(results, topic(results, low))
    assert found == use
    assert f"uk {(low + 0.99) / 2:.3f} ({low:.3f}–0.990)" in said


def test_always_naming_the_commonest_label_is_no_use(results: Results) -> None:
    [(use, said)] = uses(results, topic(results, 0.85, {"sport": 90, "politics": 10}))
    assert (use, "an answer that is always the same" in said) == ("none", True)


@pytest.mark.parametrize("rule", ["random", "test split"])
def test_a_test_that_flatters_only_sorts(results: Results, rule: str) -> None:
    good = topic(results, 0.95)
    if rule == "random":
        found = uses(results, good.model_copy(update={"rules": ("random",)}))
    else:
        found = uses(results, good, split="validation")
    assert [use for use, _ in found] == ["sort"]


def test_a_scale_only_sorts_however_good_its_figure_is(results: Results) -> None:
    [(use, said)] = uses(results, scale(results, 0.97))
    assert use == "sort"
    assert said.endswith("No answer about one article: the topic in the data is a rating of its source.")
    assert uses(results, scale(results, 0.5))[0][0] == "none"


def test_what_comes_close_without_reading_is_named(results: Results) -> None:
    [(_, said)] = uses(results, scale(results, 0.8, name_only=0.9, topic_only=0.6))
    assert "(not clearly better than the outlet's name alone (0.900))" in said


@pytest.mark.parametrize(
    ("support", "why"),
    [
        ((0, 0, 87), "0 of 87 articles are unreliable"),
        ((40, 0, 29), "29 of 69 articles are reliable"),
        ((3, 3, 3), "9 articles"),
        ((1, 0, 0), "1 article"),
    ],
)
def test_too_few_articles_are_no_measurement(results: Results, support: tuple[int, ...], why: str) -> None:
    assert uses(results, scale(results, 0.9, support)) == [("not_measured", f"uk ({why}).")]


def test_a_language_without_articles_or_with_one_label_was_not_measured(results: Results) -> None:
    nothing = head(results, "single_label", ("sport", "politics"))
    assert uses(results, nothing) == [("not_measured", "uk (no article).")]
    assert uses(results, topic(results, 0.9, {"sport": 100})) == [
        ("not_measured", "uk (all its articles are sport).")
    ]


def test_where_the_model_answers_not_measured_the_verdict_says_so(results: Results) -> None:
    bundle = results.bundle.model_copy(update={"measured": {"topic": ("ru",)}})
    [(use, said)] = uses(results, scale(results, 0.9), bundle=bundle)
    assert (use, "too few sources that are unreliable or reliable" in said) == ("not_measured", True)


def test_naming_every_label_is_the_floor_of_many_labels(results: Results) -> None:
    def manifold(low: float) -> HeadResult:
        found = part("macro_f1", estimate(low, 0.9), {"fear": 100, "doubt": 100})
        return head(results, "multi_label", ("fear", "doubt"), found)

    floor = 2 * 0.5 / 1.5  # each label on half of the articles
    assert uses(results, manifold(floor - 0.01))[0][0] == "none"
    assert uses(results, manifold(floor + 0.01))[0][0] == "sort"
    assert uses(results, manifold(USABLE))[0][0] == "use"


def test_labels_of_a_usable_head_that_may_be_wrong_half_the_time_are_named(results: Results) -> None:
    def row(label: str, support: int, low: float) -> ClassResult:
        figure = estimate(low, 0.9)
        return ClassResult(
            label=label, support=support, precision=figure, recall=figure, f1=figure, auroc=figure
        )

    good = topic(results, 0.9)
    own = good.systems[0].model_copy(
        update={"classes": (row("sport", 500, 0.5), row("politics", 90, 0.49), row("health", 29, 0.1))}
    )
    found = good.model_copy(update={"systems": (own, *good.systems[1:])})
    [said] = [
        line.said for line in verdict(results.model_copy(update={"heads": (found,)})) if line.use == "check"
    ]
    assert said == (
        "of these labels half may be wrong, by precision: politics 0.695 (0.490–0.900). "
        "Fewer than 30 test articles: health (29)."
    )
    poor = found.model_copy(update={"slices": topic(results, 0.2).slices})
    assert "check" not in [line.use for line in verdict(results.model_copy(update={"heads": (poor,)}))]


def test_the_last_line_sets_every_head_beside_its_best_baseline(results: Results) -> None:
    line = verdict(results)[-1]
    assert line.text.startswith("beside the baselines: topic ")
    assert "; reliability " in line.said
