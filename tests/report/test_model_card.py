import re
from collections.abc import Iterator

import pytest
from ruamel.yaml import YAML

from syto.evaluation.results import Estimate, Record, Results
from syto.model.bundle import Bundle, BundleManifest, HeadSpec
from syto.report.model_card import LARGEST, NetworkFacts, card_tables, escaped, model_card
from syto.report.verdict import verdict
from syto.report.wording import figure, number, spread
from syto.sources.statement import NOT_TRUTH
from tiny_results import make_tiny_results

HOSTILE = "<script>alert(1)</script>|a|\n# *b* [c](d) `e`"
NOTHING_KNOWN = NetworkFacts({}, None)
TRAINING = {
    "labels": {"train": {"topic": {"conflict": 5301, "sport": 11}, "reliability": {"mixed": 6}}},
    "labels_left_out": {"topic": {"weather": 2, "crime": 0}},
}


@pytest.fixture(scope="module")
def manifest(tiny_bundle: Bundle) -> BundleManifest:
    return tiny_bundle.manifest


@pytest.fixture(scope="module")
def results(manifest: BundleManifest) -> Results:
    return make_tiny_results(manifest)


@pytest.fixture(scope="module")
def card(manifest: BundleManifest, results: Results) -> str:
    return model_card(manifest, results, NOTHING_KNOWN)


@pytest.fixture(scope="module")
def tables(manifest: BundleManifest, results: Results) -> str:
    return card_tables(manifest, results, NOTHING_KNOWN)


def front_matter(card: str) -> dict[str, object]:
    fields: dict[str, object] = YAML(typ="safe").load(card.split("---\n")[1])
    return fields


def estimates(found: object) -> Iterator[Estimate]:
    """Yield every estimate in a record, however deep."""
    if isinstance(found, Estimate):
        yield found
    elif isinstance(found, Record):
        yield from (each for name in type(found).model_fields for each in estimates(getattr(found, name)))
    elif isinstance(found, dict):
        yield from (each for value in found.values() for each in estimates(value))
    elif isinstance(found, tuple | list):
        yield from (each for value in found for each in estimates(value))


def cells(card: str, first: str) -> list[list[str]]:
    """Return the rows of all tables that begin with `first`."""
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in card.splitlines()]
    return [row for row in rows if row[0] == first and len(row) > 1]


def test_the_statement_is_the_first_thing_said(card: str) -> None:
    body = card.split("---\n", 2)[2].strip().splitlines()
    assert body[:3] == ["# tiny", "", f"> {NOT_TRUTH}"]


def test_the_front_matter_is_yaml_that_a_hub_reads(card: str) -> None:
    assert front_matter(card) == {
        "language": ["uk", "ru", "en"],
        "license": "cc0-1.0",
        "library_name": "syto",
        "pipeline_tag": "text-classification",
        "tags": ["syto", "news", "text-classification", "topic", "reliability"],
    }


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("Apache-2.0 (code); weights not for trade", "apache-2.0-code-weights-not-for-trade"),
        ('CC "BY"\nlicense: mit', "cc-by-license-mit"),
        ("лише для досліджень", "see-card"),
    ],
)
def test_a_licence_with_conditions_is_no_licence_of_the_hub(
    manifest: BundleManifest, results: Results, licence: str, name: str
) -> None:
    card = model_card(manifest.model_copy(update={"licence": licence}), results, NOTHING_KNOWN)
    found = front_matter(card)
    assert (found["license"], found["license_name"]) == ("other", name)
    assert escaped(licence) in card


def test_every_figure_of_the_results_stands_in_the_card(tables: str, results: Results) -> None:
    unseen = {"lead": None}, {"precision": None, "recall": None}  # signed; shown of the transformer alone
    for head in results.heads:
        own, *others = (system.model_copy(update=unseen[0]) for system in head.systems)
        f1 = [row.model_copy(update=unseen[1]) for system in others for row in system.classes]
        shown = [head.slices, own, *(system.metrics for system in others), f1, head.roll_up]
        expected = [each for each in estimates(tuple(shown)) if each.value is not None]
        assert len(expected) > 25
        assert [each for each in expected if f" {figure(each)} ({spread(each)}) " not in tables] == []


def test_calibration_coverage_and_what_is_left_of_outlets_are_told(tables: str, results: Results) -> None:
    for head in results.heads:
        before, after = head.uncalibrated_ece, head.systems[0].metrics["ece"]
        assert f"error: {figure(before)} ({spread(before)}) before calibration, {figure(after)} (" in tables
        assert f"{figure(head.coverage[0].accuracy)} ({spread(head.coverage[0].accuracy)}) of 80%" in tables
    [left] = results.redaction
    cell = [f"{figure(each)} ({spread(each)})" for each in (left.before, left.after)]
    assert ["uk", "7", str(left.articles), *cell] in cells(tables, "uk")


def test_the_card_is_of_two_screens_and_begins_with_the_verdict(card: str, results: Results) -> None:
    assert len(card.splitlines()) < 90
    first = [line for line in card.splitlines() if line.startswith("- **")]
    lines = verdict(results)
    assert [line.split("**: ", 1)[1] for line in first[: len(lines)]] == [
        escaped(each.said) for each in lines
    ]
    own = results.heads[0].systems[0]
    shown = [
        f"{figure(own.metrics[name])} ({spread(own.metrics[name])})" for name in ("macro_f1", "accuracy")
    ]
    assert cells(card, "transformer")[0][1:3] == shown
    assert len(cells(card, "majority")) == len(results.heads)  # here the best baseline
    assert not cells(card, "tfidf")


def test_card_and_tables_lead_to_each_other(manifest: BundleManifest, results: Results) -> None:
    assert "](my%20card-tables.md)" in model_card(manifest, results, NOTHING_KNOWN, "my card-tables.md")
    assert "](my%20card.md)" in card_tables(manifest, results, NOTHING_KNOWN, "my card.md")


def test_the_card_says_what_can_be_installed(card: str) -> None:
    assert "pip install ." in card and "pip install syto " not in card


def test_where_a_head_answers_not_measured_the_card_says_so(
    manifest: BundleManifest, results: Results
) -> None:
    scale = HeadSpec(task="reliability", kind="ordinal", labels=("a", "b"), measured=("ru",))
    told = model_card(manifest.model_copy(update={"heads": (scale,)}), results, NOTHING_KNOWN)
    assert "- **`not_measured`** is its answer on reliability in uk, en: no figure" in told


def test_the_card_names_the_ratings_that_reliability_is_taken_from(
    manifest: BundleManifest, results: Results
) -> None:
    scale = HeadSpec(task="reliability", kind="ordinal", labels=("unreliable", "mixed", "reliable"))
    training = {**TRAINING, "ratings": ["data/sources/ratings.csv"]}
    rated = manifest.model_copy(update={"heads": (scale,), "training": training})
    told = model_card(rated, results, NOTHING_KNOWN)
    assert "**Who says unreliable.** The reliability of an article" in told
    assert "data/sources/ratings.csv, where each row names its rater" in told


def test_no_figure_stands_in_the_card_that_the_results_do_not_hold(
    card: str, tables: str, results: Results
) -> None:
    known = {
        f"{abs(value):.3f}"
        for each in estimates(results)
        for value in (each.value, each.low, each.high)
        if value is not None
    }
    known |= {f"{value:.3f}" for values in results.bundle.thresholds.values() for value in values}
    shown = set(re.findall(r"\d\.\d{3}", card + tables))
    assert shown <= known
    assert len(shown) > 80


def test_a_row_holds_its_own_system_and_slice(tables: str, results: Results) -> None:
    topic = results.heads[0]
    transformer, tfidf, _ = topic.systems
    assert tfidf.lead is not None
    shown = [f"{figure(each)} ({spread(each)})" for each in tfidf.metrics.values()]
    lead = f"{figure(tfidf.lead, signed=True)} ({spread(tfidf.lead, signed=True)})"
    assert cells(tables, "tfidf")[0] == ["tfidf", *shown, lead]
    part = topic.slices[0]
    own, other = (part.systems[name]["accuracy"] for name in ("transformer", "tfidf"))
    assert cells(tables, "uk")[0] == [
        "uk",
        number(part.articles),
        "2",
        f"conflict {part.support['conflict']}",
        "accuracy",
        f"{figure(own)} ({spread(own)})",
        "—",  # majority, which leads in macro-F1, was not measured there
        f"{figure(other)} ({spread(other)})",
    ]
    conflict = next(row for row in cells(tables, "conflict") if len(row) > 4)
    assert conflict[1:3] == [
        number(transformer.classes[0].support),
        f"{figure(transformer.classes[0].precision)} ({spread(transformer.classes[0].precision)})",
    ]
    assert conflict[5] == "—"  # its AUROC is not defined


def test_the_counts_behind_the_figures(card: str, tables: str) -> None:
    assert "1\u202f077 articles of 5 sources; random split; intervals resample articles" in tables
    assert "It is sure of 40 of 77 articles (52%) and right in 92.5% of those" in tables
    assert "its best guess is right in 24.3%" in tables
    assert "Not counted: 3 label not carried." in tables
    assert "Articles behind the figures of topic: 2023-11 to 2024-05." in card


def test_calibration_is_that_of_the_results(tables: str) -> None:
    assert "| topic | single-label | conflict, politics, sport | 1.01 | 0.103 |" in tables
    assert "| reliability | ordinal | unreliable, mixed, reliable | 1.02 | 0.104 |" in tables


def test_what_the_bundle_does_not_record_is_said_to_be_missing(card: str, tables: str) -> None:
    assert "The bundle does not record what it was trained on." in tables
    assert "The number of parameters is not known" in tables
    assert "does not carry:** not recorded" in card


def test_what_the_bundle_records_of_its_training(manifest: BundleManifest, results: Results) -> None:
    trained = manifest.model_copy(update={"training": TRAINING})
    tables = card_tables(trained, results, NOTHING_KNOWN)
    assert cells(tables, "topic")[1:] == [
        ["topic", "conflict", "5\u202f301", "—"],  # validation is not recorded
        ["topic", "politics", "0", "—"],
        ["topic", "sport", "11", "—"],
    ]
    card = model_card(trained, results, NOTHING_KNOWN)
    assert "- **Labels of topic that it does not carry:** weather, crime." in card
    assert "articles labelled for topic 5\u202f312, reliability 6." in card


def test_the_network_as_far_as_it_is_known(manifest: BundleManifest, results: Results) -> None:
    facts = NetworkFacts({"model_type": "modernbert", "hidden_size": 192, "pad_token_id": 0}, 3701387)
    tables = card_tables(manifest, results, facts)
    assert cells(tables, "architecture") == [["architecture", "modernbert"]]
    assert cells(tables, "parameters, heads included")[0][1] == number(3701387)
    assert not cells(tables, "layers")


def test_hostile_names_are_shown_as_text(manifest: BundleManifest) -> None:
    spec = HeadSpec(task="topic", kind="single_label", labels=("sport", HOSTILE))
    hostile = manifest.model_copy(update={"name": HOSTILE, "encoder": HOSTILE, "heads": (spec,)})
    found = make_tiny_results(hostile, source=HOSTILE)
    found = found.model_copy(update={"notes": (HOSTILE,)})
    card = model_card(hostile, found, NOTHING_KNOWN) + card_tables(hostile, found, NOTHING_KNOWN)
    assert "<script" not in card
    shown = r"&lt;script&gt;alert(1)&lt;/script&gt;\|a\| # \*b\* \[c\](d) \`e\`"
    assert escaped(HOSTILE) == shown
    assert f"\n# {shown}\n" in card
    assert f"\n| {shown} | " in card
    assert all("alert" not in line or shown in line for line in card.splitlines())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("science_technology", "science_technology"),
        ("_b_ and __init__", r"\_b\_ and \_\_init\_\_"),
        ("AT&T &lt;", "AT&amp;T &amp;lt;"),
        ("a\r\nb\u2028c\u202ed", "a  b c d"),  # U+202E turns the direction of what follows
        (1077, "1077"),
    ],
)
def test_escaping(value: object, shown: str) -> None:
    assert escaped(value) == shown


def test_of_many_parts_the_largest_are_shown_in_their_order(
    manifest: BundleManifest, results: Results
) -> None:
    topic = results.heads[0]
    template = topic.slices[-1]
    many = tuple(
        template.model_copy(update={"value": f"s{index:02}.example", "articles": 100 - index % 30})
        for index in range(LARGEST + 5)
    )
    changed = results.model_copy(update={"heads": (topic.model_copy(update={"slices": many}),)})
    tables = card_tables(manifest, changed, NOTHING_KNOWN)
    assert re.findall(r"^\| (s\d\d)\.example", tables, re.MULTILINE) == [f"s{i:02}" for i in range(LARGEST)]
    assert f"The {LARGEST} of {LARGEST + 5} with the most articles" in tables
    assert tables.count("<details>") == tables.count("</details>") == 1


@pytest.mark.parametrize(("articles", "said"), [(0, "no Ukrainian articles"), (1, "1 Ukrainian article ")])
def test_little_ukrainian_text_of_the_lowest_label_is_said(
    manifest: BundleManifest, results: Results, articles: int, said: str
) -> None:
    card = model_card(manifest, with_ukrainian(results, articles), NOTHING_KNOWN)
    assert "Public data hardly holds Ukrainian text labelled unreliable" in card
    assert f"The test split has {said}" in card


def test_enough_ukrainian_text_is_counted_alone(manifest: BundleManifest, results: Results) -> None:
    card = model_card(manifest, with_ukrainian(results, 500), NOTHING_KNOWN)
    assert "hardly holds" not in card
    assert "The test split has 500 Ukrainian articles with that label." in card


def with_ukrainian(results: Results, articles: int) -> Results:
    topic, reliability = results.heads
    part = reliability.slices[0].model_copy(update={"support": {"unreliable": articles, "mixed": 9}})
    changed = reliability.model_copy(update={"slices": (part, *reliability.slices[1:])})
    return results.model_copy(update={"heads": (topic, changed)})


def test_the_same_input_gives_the_same_card(manifest: BundleManifest, results: Results, card: str) -> None:
    assert model_card(manifest, Results.model_validate_json(results.model_dump_json()), NOTHING_KNOWN) == card


def test_a_multi_label_head_shows_each_threshold_and_is_never_unsure(manifest: BundleManifest) -> None:
    spec = HeadSpec(task="techniques", kind="multi_label", labels=("fear", "doubt"))
    changed = manifest.model_copy(update={"heads": (spec,)})
    results = make_tiny_results(changed)
    facts = results.bundle.model_copy(update={"thresholds": {"techniques": (0.25, 0.0625)}})
    tables = card_tables(changed, results.model_copy(update={"bundle": facts}), NOTHING_KNOWN)
    assert "| techniques | multi-label | fear, doubt | 1.01 | fear 0.250, doubt 0.062 |" in tables
    assert "It is sure of" not in tables
    assert "- **`unsure`**" not in model_card(changed, results, NOTHING_KNOWN)
