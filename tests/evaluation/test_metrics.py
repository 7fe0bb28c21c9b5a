import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
    roc_auc_score,
)

from syto.evaluation.metrics import (
    Answers,
    calibrated_columns,
    class_metrics,
    confusion,
    ece,
    ends_auroc,
    macro_f1,
    metrics_of,
    micro_f1,
)
from syto.records import HeadKind

LABELS = ("unreliable", "mixed", "reliable")


def answers(gold: NDArray[np.int_], shares: NDArray[np.float64], kind: HeadKind = "single_label") -> Answers:
    eye = np.eye(shares.shape[1], dtype=bool)
    return Answers(kind, LABELS[: shares.shape[1]], eye[gold], shares, eye[shares.argmax(1)])


@pytest.fixture
def drawn() -> tuple[NDArray[np.int_], NDArray[np.float64]]:
    """Right labels and probabilities that know something of them, coarse enough to have ties."""
    rng = np.random.default_rng(1)
    gold = rng.choice(3, size=400, p=[0.2, 0.5, 0.3])
    shares = rng.dirichlet([1, 1, 1], size=400) + 0.5 * np.eye(3)[gold]
    shares = np.round(shares / shares.sum(1, keepdims=True), 1)
    return gold, shares / shares.sum(1, keepdims=True)


def test_single_label_metrics_equal_scikit_learn(
    drawn: tuple[NDArray[np.int_], NDArray[np.float64]],
) -> None:
    gold, shares = drawn
    found = answers(gold, shares)
    values = {name: metric(found.plain())[0] for name, metric in metrics_of(found).items()}
    decided = shares.argmax(1)
    assert values["macro_f1"] == pytest.approx(f1_score(gold, decided, average="macro"))
    assert values["accuracy"] == pytest.approx(accuracy_score(gold, decided))
    assert values["auroc"] == pytest.approx(roc_auc_score(gold, shares, multi_class="ovr"))
    assert values["brier"] == pytest.approx(brier_score_loss(gold, shares, scale_by_half=False))
    assert (confusion(found) == confusion_matrix(gold, decided)).all()


def test_weights_equal_scikit_learns_sample_weights(
    drawn: tuple[NDArray[np.int_], NDArray[np.float64]],
) -> None:
    gold, shares = drawn
    found = answers(gold, shares)
    weights = np.random.default_rng(2).integers(0, 3, size=(4, 400)).astype(float)
    f1, auroc = macro_f1(found)(weights), metrics_of(found)["auroc"](weights)
    for draw, counts in enumerate(weights):
        decided = shares.argmax(1)
        assert f1[draw] == pytest.approx(f1_score(gold, decided, average="macro", sample_weight=counts))
        each = [roc_auc_score(gold == k, shares[:, k], sample_weight=counts) for k in range(3)]
        assert auroc[draw] == pytest.approx(np.mean(each))


def test_class_metrics_equal_scikit_learn(drawn: tuple[NDArray[np.int_], NDArray[np.float64]]) -> None:
    gold, shares = drawn
    found = answers(gold, shares)
    precision, recall, f1, _ = precision_recall_fscore_support(gold, shares.argmax(1))
    for label in range(3):
        values = {name: metric(found.plain())[0] for name, metric in class_metrics(found, label).items()}
        assert values["precision"] == pytest.approx(precision[label])
        assert values["recall"] == pytest.approx(recall[label])
        assert values["f1"] == pytest.approx(f1[label])
        assert values["auroc"] == pytest.approx(roc_auc_score(gold == label, shares[:, label]))


def test_multi_label_metrics_equal_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    gold, shares = rng.random((200, 3)) < 0.3, rng.random((200, 3))
    found = Answers("multi_label", LABELS, gold, shares, shares > 0.6)
    values = {name: metric(found.plain())[0] for name, metric in metrics_of(found).items()}
    assert values["macro_f1"] == pytest.approx(f1_score(gold, shares > 0.6, average="macro"))
    assert values["micro_f1"] == pytest.approx(f1_score(gold, shares > 0.6, average="micro"))
    assert values["exact_match"] == pytest.approx(accuracy_score(gold, shares > 0.6))
    assert values["brier"] == pytest.approx(
        np.mean([brier_score_loss(g, s) for g, s in zip(gold.T, shares.T, strict=True)])
    )


def test_macro_f1_leaves_labels_without_support_aside() -> None:
    found = answers(np.array([0, 0, 1]), np.array([[0.9, 0.1, 0], [0.1, 0, 0.9], [0, 1, 0]]))
    # label 0: precision 1, recall ½ → ⅔; label 1: 1; label 2 was called but never holds
    assert macro_f1(found)(found.plain())[0] == pytest.approx((2 / 3 + 1) / 2)


def test_auroc_of_the_ends_ignores_the_middle() -> None:
    gold = np.array([0, 0, 1, 2, 2])
    unreliable = np.array([0.9, 0.4, 1.0, 0.4, 0.1])  # the mixed article would spoil it
    shares = np.stack([unreliable, 1 - unreliable, np.zeros(5)], axis=1)
    found = answers(gold, shares, "ordinal")
    # of the four pairs three are in order and one is a tie
    assert ends_auroc(found)(found.plain())[0] == pytest.approx(3.5 / 4)
    assert "auroc_unreliable" in metrics_of(found)


def test_auroc_is_undefined_without_both_sides() -> None:
    found = answers(np.array([0, 0]), np.array([[0.9, 0.1], [0.2, 0.8]]))
    assert np.isnan(metrics_of(found)["auroc"](found.plain())[0])


def test_ece_by_hand() -> None:
    # Bin (0.86, 0.93]: two answers of 0.9, one right → |1.8 − 1|; bin (0.6, 0.66]: one of 0.65, right → 0.35.
    shares = np.array([[0.9, 0.1], [0.9, 0.1], [0.35, 0.65]])
    found = answers(np.array([0, 1, 1]), shares)
    assert ece(found)(found.plain())[0] == pytest.approx((0.8 + 0.35) / 3)


def test_ece_of_a_multi_label_head_is_the_mean_of_its_labels() -> None:
    gold = np.array([[True, False], [False, False]])
    found = Answers("multi_label", LABELS[:2], gold, np.array([[0.5, 0.0], [0.5, 0.2]]), gold)
    assert ece(found)(found.plain())[0] == pytest.approx((0 + 0.1) / 2)
    assert len(calibrated_columns(found)) == 2


def test_perfect_answers_reach_the_ends_of_every_scale() -> None:
    found = answers(np.array([0, 1, 2]), np.eye(3), "ordinal")
    values = {name: metric(found.plain())[0] for name, metric in metrics_of(found).items()}
    assert values == {
        "macro_f1": 1,
        "accuracy": 1,
        "auroc": 1,
        "auroc_unreliable": 1,
        "ece": 0,
        "brier": 0,
    }


def test_micro_f1_without_a_call_is_zero() -> None:
    gold = np.array([[True, False]])
    found = Answers("multi_label", LABELS[:2], gold, np.zeros((1, 2)), np.zeros((1, 2), dtype=bool))
    assert micro_f1(found)(found.plain())[0] == 0
