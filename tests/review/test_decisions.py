from datetime import UTC, datetime
from pathlib import Path

import pytest

from syto.labels.label_set import LabelSet
from syto.review.decisions import Decision, agree, read_decisions

LABELS = {
    "topic": LabelSet.from_file(Path("data/labels/topics.yaml")),
    "reliability": LabelSet.from_file(Path("data/labels/reliability.yaml")),
}
A, B = "a" * 64, "b" * 64


def decided(
    label: str, by: str = "Оля", at: str = "", digest: str = A, place: str = "q.csv, row 1"
) -> Decision:
    return Decision(digest, "topic", label, by, at, "", place)


def row(**cells: object) -> tuple[str, dict[str, object]]:
    return "q.csv, row 2", {"sha256": A, **cells}


@pytest.mark.parametrize("given", ["sport", " SPORT ", "Спорт", "Sport"])
def test_a_label_is_read_by_its_id_and_by_its_names(given: str) -> None:
    read = read_decisions([row(decision_topic=given, decided_by="Оля")], LABELS)
    assert [(each.label, each.by) for each in read.decisions] == [("sport", "Оля")]


def test_a_row_may_decide_two_tasks_and_rows_without_a_decision_are_counted() -> None:
    rows = [row(decision_topic="sport", decision_reliability="mixed"), row(decision_topic=" "), row()]
    read = read_decisions(rows, LABELS)
    assert [(each.task, each.label) for each in read.decisions] == [
        ("topic", "sport"),
        ("reliability", "mixed"),
    ]
    assert (read.undecided, read.problems) == (2, [])


def test_unknown_labels_and_lost_digests_are_told_with_row_and_value() -> None:
    rows = [row(decision_topic="sprot"), ("q.csv, row 3", {"sha256": "12", "decision_topic": "sport"})]
    read = read_decisions(rows, LABELS)
    assert read.decisions == []
    assert read.problems[0] == "q.csv, row 2: 'sprot' is no topic; did you mean 'sport'?"
    assert read.problems[1].startswith("q.csv, row 3: sha256 is '12'")


def test_who_decided_may_be_said_for_all_rows_that_do_not() -> None:
    rows = [row(decision_topic="sport"), row(decision_topic="sport", decided_by="Іра")]
    assert [each.by for each in read_decisions(rows, LABELS, by="Оля").decisions] == ["Оля", "Іра"]


def test_two_who_disagree_are_told_and_neither_is_taken() -> None:
    agreed = agree(
        [decided("sport"), decided("crime", "Іра", place="r.csv, row 9"), decided("sport", digest=B)]
    )
    assert [each.digest for each in agreed.decisions] == [B]
    [told] = agreed.conflicts
    assert "'sport' by Оля (q.csv, row 1), 'crime' by Іра (r.csv, row 9)" in told


def test_the_latest_is_taken_where_that_is_asked_for_and_can_be_told() -> None:
    old, new = decided("sport", at="2026-11-24T23:00:00Z"), decided("crime", at="2026-11-25 02:30:00+03:00")
    assert [each.label for each in agree([new, old], latest=True).decisions] == ["crime"]
    assert len(agree([new, old], latest=True).settled) == 1
    undated = agree([new, decided("sport")], latest=True)
    assert (undated.decisions, len(undated.conflicts)) == ([], 1)
    at_once = agree([decided("sport", at="2026-11-24"), decided("crime", at="2026-11-24")], latest=True)
    assert (at_once.decisions, len(at_once.conflicts)) == ([], 1)


def test_the_same_decision_twice_is_one_and_is_told() -> None:
    agreed = agree([decided("sport"), decided("sport", "Іра")])
    assert len(agreed.decisions) == 1
    assert agreed.repeated[0].startswith("2 times alike: topic of aaaaaaaaaaaa: ")


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2026-11-25", datetime(2026, 11, 25, tzinfo=UTC)),
        ("25.11.2026", datetime(2026, 11, 25, tzinfo=UTC)),
        ("2026-11-25T10:00:00.5Z", datetime(2026, 11, 25, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_time_is_read_as_people_and_programs_write_it(at: str, moment: datetime | None) -> None:
    assert decided("sport", at=at).moment == moment
