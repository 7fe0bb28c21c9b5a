import numpy as np
import pytest

from syto.inference.decisions import decide
from syto.model.bundle import HeadSpec, Scaling


@pytest.mark.parametrize(("threshold", "status"), [(0.7, "sure"), (0.75, "unsure")])
def test_a_head_is_sure_from_its_threshold_on(threshold: float, status: str) -> None:
    head = HeadSpec(task="t", kind="single_label", labels=("a", "b"), sure_threshold=threshold)
    decided = decide(head, np.log(np.array([0.28, 0.72])))
    assert (decided.labels, decided.status) == (("b",), status)
    assert decided.probabilities["b"] == pytest.approx(0.72)


def test_the_temperature_softens() -> None:
    head = HeadSpec(task="t", kind="single_label", labels=("a", "b"), temperature=2.0)
    assert decide(head, np.array([0.0, 4.0])).probabilities["b"] == pytest.approx(1 / (1 + np.exp(-2)))


def test_a_language_with_a_scaling_of_its_own_is_decided_by_it() -> None:
    scaling = Scaling(temperature=2.0, biases=(5.0, 0.0))
    head = HeadSpec(task="t", kind="single_label", labels=("a", "b"), languages={"ru": scaling})
    logits = np.array([0.0, 4.0])
    assert decide(head, logits, "uk").labels == ("b",)
    assert decide(head, logits, "ru").probabilities["a"] == pytest.approx(1 / (1 + np.exp(-0.5)))


def test_an_ordinal_head_can_say_the_middle() -> None:
    head = HeadSpec(task="t", kind="ordinal", labels=("low", "mid", "high"))
    assert decide(head, np.array([3.0, -3.0])).labels == ("mid",)


def test_each_label_of_a_multi_label_head_has_its_threshold() -> None:
    labels, logits = ("a", "b", "c"), np.array([0.0, 0.0, -9.0])
    tuned = HeadSpec(task="t", kind="multi_label", labels=labels, label_thresholds=(0.6, 0.4, 0.1))
    plain = HeadSpec(task="t", kind="multi_label", labels=labels)
    assert decide(tuned, logits).labels == ("b",)
    assert decide(plain, logits).labels == ("a", "b")
    assert decide(plain, logits - 5).labels == ()


def test_a_language_without_figures_is_not_measured() -> None:
    head = HeadSpec(task="t", kind="single_label", labels=("a", "b"), measured=("ru", "en"))
    assert decide(head, np.array([0.0, 3.0]), "ru").status == "sure"
    guess = decide(head, np.array([0.0, 3.0]), "uk")
    assert (guess.status, guess.labels) == ("not_measured", ("b",))
