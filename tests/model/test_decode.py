import numpy as np
import pytest

from syto.model.bundle import HeadSpec
from syto.model.decode import label_evidence, probabilities, split_heads

SINGLE = HeadSpec(task="topic", kind="single_label", labels=("a", "b", "c"))
ORDINAL = HeadSpec(task="reliability", kind="ordinal", labels=("low", "mid", "high"))
MULTI = HeadSpec(task="techniques", kind="multi_label", labels=("x", "y"))


def test_single_label_is_a_softmax() -> None:
    shares = probabilities(SINGLE, np.log(np.array([[1.0, 2.0, 1.0]])))
    assert shares == pytest.approx(np.array([[0.25, 0.5, 0.25]]))


def test_ordinal_gives_the_differences_of_the_cumulative_probabilities() -> None:
    odds = np.array([[0.9 / 0.1, 0.3 / 0.7]])  # P(above low) 0.9, P(above mid) 0.3
    assert probabilities(ORDINAL, np.log(odds)) == pytest.approx(np.array([[0.1, 0.6, 0.3]]))


def test_multi_label_shares_do_not_compete() -> None:
    assert probabilities(MULTI, np.array([[0.0, 50.0]])) == pytest.approx(np.array([[0.5, 1.0]]))


def test_huge_logits_stay_finite() -> None:
    for head in (SINGLE, ORDINAL, MULTI):
        shares = probabilities(head, np.full((1, head.outputs), -1e4))
        assert np.isfinite(shares).all()


def test_a_temperature_above_one_makes_less_sure_and_keeps_the_order() -> None:
    logits = np.array([[3.0, 1.0, 0.0]])
    plain = probabilities(SINGLE, logits)
    cool = probabilities(SINGLE.model_copy(update={"temperature": 2.0}), logits)
    assert cool.max() < plain.max()
    assert cool.argmax() == plain.argmax()


def test_heads_are_cut_in_their_order() -> None:
    parts = split_heads((SINGLE, ORDINAL, MULTI), np.arange(7.0)[None])
    assert {task: part.tolist() for task, part in parts.items()} == {
        "topic": [[0, 1, 2]],
        "reliability": [[3, 4]],
        "techniques": [[5, 6]],
    }


def test_evidence_of_an_ordinal_head_points_to_both_ends() -> None:
    evidence = label_evidence(ORDINAL, np.array([[2.0, 1.0], [-2.0, -3.0]]))
    assert evidence[0].argmax() == 2
    assert evidence[1].argmax() == 0


def test_a_cut_moved_over_its_neighbour_leaves_a_label_without_a_share() -> None:
    head = HeadSpec(task="t", kind="ordinal", labels=("a", "b", "c"), biases=(-4.0, 0.0))
    shares = probabilities(head, np.array([[1.0, -1.0]]))
    assert shares[0, 1] == 0
    assert shares.sum() == pytest.approx(1)
