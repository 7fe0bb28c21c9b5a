import pytest

from syto.errors import UserError
from syto.evaluation.results import Results
from syto.model.bundle import Bundle
from syto.report.figures import Choice, choose_figures, figures_table, with_figures
from tiny_results import make_tiny_results

WHOLE = Choice("all posts", "topic", None, "macro_f1")
UKRAINIAN = Choice("Ukrainian posts", "topic", ("language", "uk"), "accuracy", floor="0.500", brief=True)


@pytest.fixture(scope="module")
def results(tiny_bundle: Bundle) -> Results:
    return make_tiny_results(tiny_bundle.manifest)


def test_a_figure_is_that_of_the_results(results: Results) -> None:
    whole, part = choose_figures(results, [WHOLE, UKRAINIAN]).figures
    head = next(head for head in results.heads if head.task == "topic")
    uk = next(each for each in head.slices if (each.kind, each.value) == ("language", "uk"))
    assert (whole.model, whole.articles) == (head.systems[0].metrics["macro_f1"], head.articles)
    assert whole.baseline == head.systems[1].metrics["macro_f1"]
    assert (part.model, part.articles) == (uk.systems["transformer"]["accuracy"], uk.articles)


def test_a_row_has_figure_interval_and_baseline(results: Results) -> None:
    (each,) = choose_figures(results, [UKRAINIAN]).figures
    model, baseline = each.model, each.baseline
    row = figures_table([each]).splitlines()[-1]
    assert row == (
        f"| Ukrainian posts | {each.articles:,} | accuracy | 0.500 "
        f"| {model.value:.3f} ({model.low:.3f}–{model.high:.3f}) | {baseline.value:.3f} |"
    )


def test_only_what_stands_between_marks_changes(results: Results) -> None:
    figures = choose_figures(results, [WHOLE, UKRAINIAN])
    page = "a\n<!-- figures: brief -->\nold\n<!-- end -->\nb\n<!-- figures: all -->\n<!-- end -->\nold\n"
    shown = with_figures(page, figures)
    brief, _, whole = shown.partition("\nb\n")
    assert (brief.count("posts |"), whole.count("posts |")) == (1, 2)
    assert (shown[:2], shown.count("old")) == ("a\n", 1)
    assert with_figures(shown, figures) == shown


@pytest.mark.parametrize(
    ("choice", "missing"),
    [
        (Choice("x", "weather", None, "macro_f1"), "weather"),
        (Choice("x", "topic", ("language", "pl"), "macro_f1"), "language pl"),
        (Choice("x", "topic", None, "auroc_nothing"), "auroc_nothing"),
    ],
)
def test_what_the_results_lack_is_named(results: Results, choice: Choice, missing: str) -> None:
    with pytest.raises(UserError, match=missing):
        choose_figures(results, [choice])
