import numpy as np
import pytest

from syto.inference.scored_row import OUTPUT_COLUMNS, empty_row, output_columns, renamed, scored_row
from syto.records import HeadPrediction, Passage, Prediction, Status
from syto.sources.source import Source
from syto.sources.weighing import Rating

RATED = Rating("lies.example", "unreliable", "a rater", "2024", "a page")
PASSAGE = Passage("text", 3, 7, "слово", 0.25)


def _head(status: Status, labels: tuple[str, ...], **shares: float) -> HeadPrediction:
    return HeadPrediction(status, labels, shares, np.zeros(1, dtype=np.float32), (PASSAGE,) if labels else ())


def _prediction(**heads: HeadPrediction) -> Prediction:
    return Prediction("1", "uk", heads)


TOPIC = _head("sure", ("sport",), sport=0.9, politics=0.1)
RELIABILITY = _head("unsure", ("mixed",), unreliable=0.3, mixed=0.5, reliable=0.2)


def test_the_columns_are_those_of_the_contract_in_its_order() -> None:
    row = scored_row(("topic", "reliability"), Source(), _prediction(topic=TOPIC), "tiny@1")
    assert list(row) == list(OUTPUT_COLUMNS)
    assert list(OUTPUT_COLUMNS)[:3] == ["language", "topic", "topic_probability"]
    assert list(OUTPUT_COLUMNS)[-3:] == ["passages", "error", "model"]


def test_a_text_of_an_unrated_source_is_decided_by_the_text_where_it_is_sure() -> None:
    sure = _head("sure", ("mixed",), unreliable=0.3, mixed=0.5, reliable=0.2)
    prediction = _prediction(topic=TOPIC, reliability=sure)
    row = scored_row(("topic", "reliability"), Source("new.example"), prediction, "tiny@1")
    assert (row["topic"], row["topic_probability"], row["topic_status"]) == ("sport", 0.9, "sure")
    assert row["topic_probabilities"] == {"sport": 0.9, "politics": 0.1}
    assert (row["reliability"], row["reliability_probability"]) == ("mixed", 0.5)
    assert (row["reliability_status"], row["reliability_basis"]) == ("sure", "text")
    assert row["unreliable_probability"] == 0.3
    assert (row["source"], row["source_rating"], row["source_rater"]) == ("new.example", "", "")
    assert isinstance(row["passages"], dict)
    assert set(row["passages"]) == {"topic", "reliability"}


@pytest.mark.parametrize("status", ["unsure", "not_measured"])
def test_a_guess_about_a_newsroom_is_no_answer(status: Status) -> None:
    guess = _prediction(reliability=_head(status, ("unreliable",), unreliable=0.7, mixed=0.2, reliable=0.1))
    row = scored_row(("reliability",), Source("new.example"), guess, "m")
    assert (row["reliability"], row["reliability_probability"]) == ("", None)
    assert (row["reliability_status"], row["unreliable_probability"]) == (status, 0.7)


def test_a_rated_source_decides_and_the_text_keeps_its_say() -> None:
    row = scored_row(
        ("topic", "reliability"), Source("lies.example", RATED), _prediction(reliability=RELIABILITY), "m"
    )
    assert (row["reliability"], row["reliability_status"]) == ("unreliable", "sure")
    assert row["reliability_basis"] == "source"
    assert row["unreliable_probability"] == 0.3
    assert (row["source_rating"], row["source_rater"], row["source_rated"]) == (
        "unreliable",
        "a rater",
        "2024",
    )


def test_a_rating_has_no_probability_of_its_own() -> None:
    text = _head("sure", ("unreliable",), unreliable=0.9, mixed=0.035, reliable=0.065)
    rating = Rating("good.example", "reliable", "a rater", "2024", "a page")
    row = scored_row(("reliability",), Source("good.example", rating), _prediction(reliability=text), "m")
    assert (row["reliability"], row["reliability_status"]) == ("reliable", "sure")
    assert (row["reliability_probability"], row["unreliable_probability"]) == (None, 0.9)


def test_the_note_of_a_source_stands_in_the_row() -> None:
    source = Source("x.example", note="contradiction: x.example (good.example)")
    assert scored_row((), source, _prediction(), "m")["source_note"] == source.note


def test_out_of_scope_is_empty_unless_the_source_is_rated() -> None:
    outside = _prediction(topic=_head("out_of_scope", ()), reliability=_head("out_of_scope", ()))
    row = scored_row(("topic", "reliability"), Source(), outside, "m")
    assert (row["topic"], row["topic_probability"], row["topic_probabilities"]) == ("", None, None)
    assert (row["reliability"], row["reliability_status"]) == ("", "out_of_scope")
    assert row["passages"] is None
    rated = scored_row(("topic", "reliability"), Source("lies.example", RATED), outside, "m")
    assert (rated["reliability"], rated["reliability_probability"]) == ("unreliable", None)
    assert rated["unreliable_probability"] is None


def test_another_task_has_columns_of_its_own() -> None:
    techniques = _head("sure", ("fud", "whataboutism"), fud=0.7, whataboutism=0.6, bandwagon=0.1)
    row = scored_row(("techniques",), Source(), _prediction(techniques=techniques), "m")
    assert row["techniques"] == "fud;whataboutism"
    assert row["techniques_probability"] == 0.7
    assert list(row) == list(output_columns(["techniques"]))
    assert [name for name in row if name in OUTPUT_COLUMNS] == list(OUTPUT_COLUMNS)


def test_an_error_leaves_the_rest_empty() -> None:
    row = scored_row(("topic",), Source("lies.example", RATED), Prediction("1", "uk", {}, "no"), "m")
    assert (row["error"], row["topic"], row["topic_status"], row["model"]) == ("no", "", "", "m")
    assert row["source_rating"] == "unreliable"
    assert empty_row(["topic"], "no", "m")["unreliable_probability"] is None


def test_columns_that_the_input_has_are_renamed() -> None:
    names = renamed(["topic", "source", "model"], {"source", "syto_source", "id"})
    assert names == {"topic": "topic", "source": "syto_syto_source", "model": "model"}
