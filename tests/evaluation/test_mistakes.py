import numpy as np

from syto.evaluation.head import HeadAnswers
from syto.evaluation.metrics import Answers
from syto.evaluation.mistakes import PER_KIND, PER_SOURCE, WORTH_READING, mistakes
from syto.records import Article, HeadKind

LABELS = ("sport", "politics", "culture")


def asked(
    gold: list[int], shares: list[list[float]], sources: list[str], kind: HeadKind = "single_label"
) -> HeadAnswers:
    found = [
        Article(str(number), "text", source=source, dataset=source[:1])
        for number, source in enumerate(sources)
    ]
    eye = np.eye(len(LABELS), dtype=bool)
    said = np.array(shares)
    decided = said > 0.5 if kind == "multi_label" else eye[said.argmax(1)]
    answers = Answers(kind, LABELS, eye[gold], said, decided)
    return HeadAnswers("topic", found, {"transformer": answers}, np.ones(len(gold), bool), {})


def test_the_furthest_off_come_first_and_right_answers_never() -> None:
    head = asked([0, 0, 1], [[0.4, 0.6, 0.0], [0.9, 0.1, 0.0], [0.95, 0.05, 0.0]], ["a", "b", "c"])
    found = mistakes(head, {})
    assert [each.article.id for each in found] == ["2", "0"]
    assert (found[0].right, found[0].decided) == (("politics",), ("sport",))
    assert (found[0].label, found[0].stated) == ("sport", 0.95)


def test_no_kind_and_no_source_fills_the_list() -> None:
    one_kind = asked([0] * 9, [[0.1, 0.9, 0.0]] * 9, [f"s{n}" for n in range(9)])
    assert len(mistakes(one_kind, {})) == PER_KIND
    said = [
        [0.0, 0.9, 0.1],
        [0.0, 0.1, 0.9],
        [0.9, 0.0, 0.1],
        [0.1, 0.0, 0.9],
        [0.9, 0.1, 0.0],
        [0.1, 0.9, 0.0],
    ]
    of_one_source = asked([0, 0, 1, 1, 2, 2], said, ["one.example"] * 6)
    assert len(mistakes(of_one_source, {})) == PER_SOURCE
    nameless = asked([0, 0, 1, 1, 2, 2] * 9, said * 9, [""] * 54)
    assert len(mistakes(nameless, {})) == min(WORTH_READING, 6 * PER_KIND)


def test_articles_of_a_random_split_are_left_aside_as_in_the_headline() -> None:
    head = asked([0, 0], [[0.1, 0.9, 0.0], [0.0, 0.1, 0.9]], ["random.example", "held.example"])
    assert [each.article.id for each in mistakes(head, {"r": "random", "h": "sources"})] == ["1"]


def test_of_many_labels_the_one_furthest_off_is_named() -> None:
    head = asked([0], [[0.9, 0.6, 0.8]], ["a"], "multi_label")
    [found] = mistakes(head, {})
    assert (found.right, found.decided) == (("sport",), LABELS)
    assert (found.label, found.stated) == ("culture", 0.8)
