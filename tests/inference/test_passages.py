import numpy as np
import pytest

from syto.inference.passages import label_falls, sentence_evidence
from syto.model.bundle import HeadSpec
from syto.model.windows import Window
from syto.records import HeadPrediction

HEAD = HeadSpec(task="topic", kind="single_label", labels=("sport", "culture"))


def test_the_fall_is_that_of_the_log_odds_of_the_decided_label() -> None:
    decided = HeadPrediction(
        "sure", ("sport",), {"sport": 0.75, "culture": 0.25}, np.zeros(2, dtype=np.float32)
    )
    logits = np.log(np.array([[0.5, 0.5], [0.75, 0.25], [0.9, 0.1]]))
    falls = label_falls(HEAD, decided, logits)
    assert falls == pytest.approx([np.log(3), 0, np.log(3) - np.log(9)])


def test_the_falls_of_several_labels_are_averaged() -> None:
    head = HeadSpec(task="techniques", kind="multi_label", labels=("fear", "doubt"))
    decided = HeadPrediction(
        "sure", ("fear", "doubt"), {"fear": 0.5, "doubt": 0.5}, np.zeros(2, dtype=np.float32)
    )
    assert label_falls(head, decided, np.array([[-2.0, 0.0]])) == pytest.approx([1.0])


def test_evidence_below_the_mean_speaks_against_a_sentence() -> None:
    window = Window([1, 2, 3, 4], [(0, 2), (2, 4), (4, 6), (6, 8)])
    totals = sentence_evidence([(0, 4), (4, 8)], [window], [np.array([3.0, 3.0, 1.0, 1.0])])
    assert totals.tolist() == [2.0, -2.0]
