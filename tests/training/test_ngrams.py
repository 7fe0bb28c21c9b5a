from collections.abc import Sequence

import numpy as np
import pytest
import torch
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from syto.model.bundle import HeadSpec
from syto.model.encoder import scratch_encoder
from syto.model.network import SytoModel
from syto.model.ngrams import NgramHead, pair_feature
from syto.model.settings import ScratchSettings
from syto.records import HeadKind
from syto.training.ngrams import best_weight, fit_ngrams, weigh_ngrams
from syto.training.settings import NgramSettings
from syto.training.windows_dataset import WindowsDataset, collate
from tiny_encoder import TINY, TOKENIZER

BUCKETS = 97
SETTINGS = NgramSettings(enabled=True, buckets=BUCKETS, inverse_regularisation=10)


def spec(kind: HeadKind) -> HeadSpec:
    return HeadSpec(task="topic", kind=kind, labels=("a", "b", "c"))


def model(kind: HeadKind) -> SytoModel:
    torch.manual_seed(0)
    encoder = scratch_encoder(ScratchSettings(options=TINY), TOKENIZER, "sdpa")
    loss = {"loss_weight": 1.0, "label_smoothing": 0.0, "class_weights": [1.0] * 3}
    return SytoModel.around(encoder, [spec(kind)], [loss], dropout=0.0).eval()


def windows(ids: Sequence[list[int]], labels: object) -> WindowsDataset:
    dataset = WindowsDataset.__new__(WindowsDataset)  # cut already
    dataset.ids, dataset.labels = list(ids), np.array(labels, dtype=np.float32)
    return dataset


def told(count: int, seed: int = 0) -> tuple[list[list[int]], list[list[float]]]:
    """Windows of random ids; the label is the pair that stands in them: its ids alone say nothing."""
    rng = np.random.default_rng(seed)
    pairs = ([7, 8, 9], [9, 8, 7], [8, 7, 9])
    labels = [n % 3 for n in range(count)]
    ids = [[*rng.integers(20, 200, 6), *pairs[label], *rng.integers(20, 200, 5)] for label in labels]
    return [list(map(int, each)) for each in ids], [[float(label)] for label in labels]


def logits(network: SytoModel, head: NgramHead, dataset: WindowsDataset) -> np.ndarray:
    """Return what the n-grams alone add to the logits."""
    batch = collate([dataset[n] for n in range(len(dataset))])
    with torch.no_grad():
        without = network(batch["input_ids"], batch["attention_mask"]).logits
        network.add_ngrams(head)
        added = network(batch["input_ids"], batch["attention_mask"]).logits - without
    network.ngrams = None
    return np.asarray(added)


def test_what_holds_no_word_is_not_heard() -> None:
    ids, labels = told(90)
    stop = 19
    stopped = windows([[each for one in window for each in (one, stop)] for window in ids], labels)
    network = model("single_label")
    head = fit_ngrams(network, stopped, SETTINGS, wordless=[stop])
    # Between stops no pair is heard, in a text without them it is; more stops change nothing.
    more = windows([[stop, *window, stop, stop] for window in stopped.ids], labels)
    assert np.allclose(logits(network, head, more), logits(network, head, stopped), atol=1e-4)
    assert not np.allclose(logits(network, head, windows(ids, labels)), logits(network, head, stopped))


def test_it_is_logistic_regression_on_tfidf_of_unit_length() -> None:
    ids, labels = told(90)
    ids[0] = ids[0][:4]  # padded in a batch
    train, network = windows(ids, labels), model("single_label")
    found = logits(network, fit_ngrams(network, train, SETTINGS), train)
    vocabulary = network.encoder.config.vocab_size
    counts = np.zeros((90, vocabulary + BUCKETS))
    for row, window in enumerate(ids):
        for position, each in enumerate(window):
            counts[row, each] += 1
            if position:
                counts[row, pair_feature(np.array(window[position - 1]), each, vocabulary, BUCKETS)] += 1
    idf = np.log(91 / (1 + (counts > 0).sum(0))) + 1
    features = sparse.csr_matrix(counts * idf / np.sqrt(counts @ idf**2)[:, None])
    regression = LogisticRegression(
        solver="liblinear", dual=True, C=10, tol=0.01, class_weight="balanced", random_state=0
    )
    wanted = [
        regression.fit(features, np.array(labels)[:, 0] == n).decision_function(features) for n in range(3)
    ]
    assert np.abs(found - np.stack(wanted, 1)).max() < 0.05  # int8
    assert (found.argmax(1) == np.array(labels)[:, 0]).mean() > 0.95


def test_articles_without_a_label_do_not_count() -> None:
    ids, labels = told(60)
    network = model("single_label")
    whole = fit_ngrams(network, windows([*ids, *ids], [*labels, *[[np.nan]] * 60]), SETTINGS)
    found = logits(network, whole, windows(ids, labels))
    assert (found.argmax(1) == np.array(labels)[:, 0]).mean() > 0.95


@pytest.mark.parametrize("kind", ["ordinal", "multi_label"])
def test_other_kinds_of_heads(kind: HeadKind) -> None:
    ids, labels = told(90)
    gold = np.array(labels) if kind == "ordinal" else np.eye(3)[np.array(labels)[:, 0].astype(int)]
    network, train = model(kind), windows(ids, gold)
    head = fit_ngrams(network, train, SETTINGS)
    found = logits(network, head, train)
    if kind == "multi_label":
        assert ((found > 0) == (gold == 1)).mean() > 0.95
        return
    assert np.ptp(found, axis=1).max() < 1e-5  # both cuts move alike, so they never cross
    means = [found[gold[:, 0] == label].mean() for label in range(3)]
    assert means == sorted(means)


def test_a_label_that_never_holds_has_no_ngrams() -> None:
    ids, labels = told(60)
    two = [[min(label[0], 1.0)] for label in labels]
    network = model("single_label")
    assert not logits(network, fit_ngrams(network, windows(ids, two), SETTINGS), windows(ids, two))[
        :, 2
    ].any()


def test_the_weight_is_what_validation_asks_for() -> None:
    rng = np.random.default_rng(2)
    gold = rng.integers(3, size=(300, 1)).astype(np.float32)
    clue, noise = 4 * np.eye(3)[gold[:, 0].astype(int)] + rng.normal(size=(300, 3)), rng.normal(size=(300, 3))
    assert best_weight(spec("single_label"), clue, noise, gold) < 0.5
    assert best_weight(spec("single_label"), noise, clue, gold) == 1  # the most there is
    assert best_weight(spec("single_label"), clue, clue + noise, np.full_like(gold, np.nan)) == 0


def test_the_head_is_weighed_on_validation_windows() -> None:
    network, train, validation = model("single_label"), windows(*told(90)), windows(*told(60, seed=1))
    head = fit_ngrams(network, train, SETTINGS)
    before = logits(network, head, validation)
    weight = weigh_ngrams(network, head, validation)["topic"]
    assert weight > 0
    assert np.allclose(logits(network, head, validation), weight * before, atol=1e-4)


def test_the_language_tells_nothing_of_a_task_within_languages() -> None:
    """Id 5 marks a language whose labels are nearly all 2; id 7 tells 0 from 2 in both."""
    rng = np.random.default_rng(0)
    ids, labels, languages = [], [], []
    for row in range(400):
        uk, label = row % 2 == 0, 2.0 if row % 2 == 0 and row % 40 else float(2 * (row % 4 == 1))
        mark = [5] * 4 if uk else [6] * 4
        ids.append([*map(int, rng.integers(20, 200, 6)), *mark, *([7] if label == 2 else [8])])
        labels.append([label])
        languages.append("uk" if uk else "ru")
    network, train = model("ordinal"), windows(ids, labels)
    probe = windows([[30, 31, 32, 5, 5, 5, 5], [30, 31, 32, 6, 6, 6, 6]], [[0.0], [0.0]])
    gaps = []
    for within in ((), ("topic",)):
        settings = SETTINGS.model_copy(update={"within_language": within})
        found = logits(network, fit_ngrams(network, train, settings, languages), probe)[:, 0]
        gaps.append(abs(found[0] - found[1]))
    assert gaps[1] < 0.7 * gaps[0]
