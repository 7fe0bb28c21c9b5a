import random
from collections import Counter
from typing import Any

import pytest

from syto.corpus.columns import ColumnMap
from syto.labels.annotations import digest_of
from syto.review.queue import DIGEST, QUEUE_COLUMNS, ReviewQueue
from syto.review.reasons import reasons_of
from syto.tables.rows import Row

COLUMNS = ColumnMap(title="title", text="text", source="source")
LETTERS = "абвгдеєжзиіїйклмнопрстуфхцчшщьюя"


def said(**ours: object) -> dict[str, Any]:
    """Return what is said of a row that no one has to read, but for what is given."""
    calm = {
        "language": "ru",
        "topic": "sport",
        "topic_probability": 0.9,
        "topic_probabilities": {"sport": 0.9, "politics": 0.06, "conflict": 0.04},
        "unreliable_probability": 0.1,
        "reliability_status": "unsure",
        "source": "",
        "source_rating": "",
        "source_rater": "",
        "source_texts": None,
        "model": "tiny",
    }
    return {**calm, **ours}


def unsure(margin: float, **ours: object) -> dict[str, Any]:
    first = 0.5 + margin / 2
    return said(topic_probabilities={"sport": first, "politics": 1 - first}, **ours)


def story(number: int) -> str:
    """Return a text that shares next to nothing with those of other numbers."""
    draw = random.Random(number)
    return " ".join("".join(draw.choices(LETTERS, k=6)) for _ in range(15))


def offer(queue: ReviewQueue, number: int, ours: dict[str, Any], text: str = "", title: str = "") -> None:
    queue.add(Row(number, {"title": title, "text": text or story(number)}), COLUMNS, "in.csv", ours)


def ids(queue: ReviewQueue) -> list[str]:
    return [str(row["id"]) for row in queue.rows()]


@pytest.mark.parametrize(
    ("ours", "kinds", "words"),
    [
        (said(), [], ""),
        (said(topic_probabilities=None, unreliable_probability=None), [], ""),  # out of scope, or an error
        (unsure(0.49), ["topic"], "the topic is uncertain: sport 0.74, politics 0.26"),
        (unsure(0.5), [], ""),
        (said(topic_probabilities={"a": 0.9, "b": 0.9}), [], ""),  # both hold
        (
            said(source_rating="reliable", source_rater="IMI", unreliable_probability=0.83),
            ["disagrees", "unreliable"],
            "IMI rates its source reliable, the text reads unreliable (0.83)",
        ),
        (
            said(source_rating="unreliable", source_rater="EU", unreliable_probability=0.2),
            ["disagrees"],
            "EU rates its source unreliable, the text reads reliable (0.20)",
        ),
        (said(source_texts=5), ["new_source"], "nobody rates its source, of which the file has 5 texts"),
        (said(source_texts=4), [], ""),
        (
            said(unreliable_probability=0.5, language="uk", reliability_status="not_measured"),
            ["unreliable"],
            "the text reads unreliable (0.50); not measured in the language uk",
        ),
    ],
)
def test_each_reason_has_its_limit_and_its_words(ours: dict[str, Any], kinds: list[str], words: str) -> None:
    found = list(reasons_of(ours))
    assert [reason.kind for reason in found] == kinds
    assert not found or found[0].words == words


def test_the_most_uncertain_come_first_and_the_certain_not_at_all() -> None:
    queue = ReviewQueue(10)
    for number, margin in enumerate((0.4, 0.1, 0.3, 0.9, 0.0), start=1):
        offer(queue, number, unsure(margin))
    assert ids(queue) == ["5", "2", "3", "1"]


def test_uncertain_rows_take_turns_by_topic() -> None:
    queue = ReviewQueue(16)
    for number, (topic, margin) in enumerate(
        [("sport", 0.01), ("sport", 0.02), ("sport", 0.03), ("crime", 0.3), ("health", 0.2), ("health", 0.4)],
        start=1,
    ):
        offer(queue, number, unsure(margin, topic=topic))
    assert ids(queue) == ["1", "5", "4", "2", "6", "3"]


def test_copies_take_no_turn_of_their_topic() -> None:
    queue = ReviewQueue(16)
    for number in range(1, 10):
        offer(queue, number, unsure(0.01, topic="sport"), f"Оновлено о {number}. " + story(1) * 4)
    for number in range(10, 13):
        offer(queue, number, unsure(0.2, topic="sport"))
        offer(queue, number + 10, unsure(0.3, topic="crime"))
    assert ids(queue) == ["1", "20", "10", "21", "11", "22", "12"]


def test_a_rare_topic_is_kept_among_many_more_uncertain_rows() -> None:
    queue = ReviewQueue(8)
    margins = {number: (number * 37 % 500) / 2001 for number in range(500)}
    for number, margin in margins.items():
        offer(queue, number, unsure(margin, topic=f"t{number % 4}"))
        if number % 100 == 50:
            offer(queue, 1000 + number, unsure(0.45, topic="rare"))
    kept = queue._pools["topic"]._rows
    assert len(kept) <= 2 * 5 * 8
    best = {min((n for n in margins if n % 4 == topic), key=lambda n: margins[n]) for topic in range(4)}
    assert {str(number) for number in best} <= set(ids(queue)[:4])
    assert ids(queue)[4] == "1050"


def test_every_second_row_is_of_the_topic_while_the_other_kinds_take_turns() -> None:
    queue = ReviewQueue(8)
    for number in range(1, 11):
        offer(queue, number, unsure(number / 100, topic=f"t{number}"))
        offer(queue, number + 10, said(topic=f"u{number}", source_texts=30 - number))
        offer(queue, number + 20, said(topic=f"v{number}", unreliable_probability=0.9 - number / 100))
        rated = {"source_rating": "unreliable", "source_rater": "EU", "unreliable_probability": number / 100}
        offer(queue, number + 30, said(topic=f"w{number}", **rated))
    assert ids(queue) == ["1", "31", "2", "11", "3", "21", "4", "32"]


def test_a_row_with_several_reasons_comes_once_with_all_of_them() -> None:
    queue = ReviewQueue(5)
    offer(queue, 1, unsure(0.1, unreliable_probability=0.7, source_texts=9))
    [row] = queue.rows()
    assert str(row["review_reason"]).count("; ") == 2


def test_near_copies_come_once_also_where_they_are_very_many() -> None:
    queue = ReviewQueue(3)
    for number in range(1, 200):
        offer(queue, number, unsure(0.001), f"Оновлено о {number}. " + story(1) * 4)
    for number in range(200, 203):
        offer(queue, number, unsure(0.2))
    assert ids(queue) == ["1", "200", "201"]


def test_a_source_and_a_topic_have_no_more_than_their_share_while_others_are_left() -> None:
    queue = ReviewQueue(20)
    for number in range(1, 101):
        offer(queue, number, unsure(0.01, source="loud.example", topic=f"t{number % 7}"))
    for number in range(101, 201):
        offer(queue, number, unsure(0.2, source=f"s{number}.example", topic="politics"))
    for number in range(201, 301):
        offer(queue, number, unsure(0.3, source=f"s{number}.example", topic=f"t{number % 7}"))
    rows = queue.rows()
    assert len(rows) == 20
    assert Counter(row["source"] for row in rows)["loud.example"] == 4
    assert Counter(row["topic"] for row in rows)["politics"] == 5


def test_where_all_rows_are_of_one_source_they_fill_the_queue() -> None:
    queue = ReviewQueue(6)
    for number in range(1, 50):
        offer(queue, number, unsure(number / 100, source="one.example"))
    assert sorted(map(int, ids(queue))) == [1, 2, 3, 4, 5, 6]


def test_what_is_kept_is_bounded_and_the_best_of_many_rows_are_found() -> None:
    queue = ReviewQueue(4)
    margins = [(number * 37 % 1000) / 2001 for number in range(1000)]
    for number, margin in enumerate(margins):
        offer(queue, number, unsure(margin))
    assert max(len(pool._rows) for pool in queue._pools.values()) <= 2 * 5 * 4
    best = sorted(range(1000), key=lambda number: margins[number])[:4]
    assert ids(queue) == [str(number) for number in best]


def test_a_row_says_what_is_needed_to_decide_and_to_find_the_text_again() -> None:
    queue = ReviewQueue(1)
    offer(queue, 7, unsure(0.1), "x" * 30_000, title="=1+1")
    [row] = queue.rows()
    assert list(row) == list(QUEUE_COLUMNS)
    assert row[DIGEST] == digest_of("=1+1\n" + "x" * 30_000)
    assert (row["title"], row["file"], row["decision_topic"]) == ("=1+1", "in.csv", "")
    assert len(str(row["text"])) < 10_100 and str(row["text"]).endswith("[…]")
