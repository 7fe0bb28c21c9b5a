"""Fits the linear n-gram head after the network is trained, and weighs the two against each other."""

from collections.abc import Collection, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from syto.model.bundle import HeadSpec
from syto.model.decode import probabilities, split_heads
from syto.model.network import SytoModel
from syto.model.ngrams import NgramHead, pair_feature
from syto.model.windows import pad_batch
from syto.training.calibration import fit_temperature, negative_log_likelihood
from syto.training.logistic import fit_against_rest
from syto.training.settings import NgramSettings
from syto.training.targets import split_label_columns
from syto.training.windows_dataset import WindowsDataset

Array = NDArray[np.floating]
# Of the n-grams, beside 1 for the network. More than 1 is never tried: validation asks for it, and texts
# unlike those of validation lose by it (experiments/0008-ngrams).
_WEIGHTS = np.linspace(0, 1, 9)
_BATCH = 64  # windows


def fit_ngrams(
    model: SytoModel,
    train: WindowsDataset,
    settings: NgramSettings,
    languages: Sequence[str] | None = None,
    wordless: Collection[int] = (),
) -> NgramHead:
    """Fit logistic regression on TF-IDF of sub-words and pairs, one output against the rest.

    `languages` (windows,) are needed for the tasks of `within_language`; `wordless` sub-words are not heard.
    """
    specs, vocabulary = model.config.head_specs(), int(model.encoder.config.vocab_size)
    heard = np.ones(vocabulary, dtype=bool)
    heard[list(wordless)] = False
    counts = _counts(train.ids, heard, settings.buckets)
    idf = np.log((1 + counts.shape[0]) / (1 + counts.getnnz(axis=0))) + 1
    idf[:vocabulary][~heard] = 0
    length = np.sqrt(counts @ idf**2)  # as the head has it: a repeated sub-word counts each time
    features = sparse.diags(1 / length) @ counts.multiply(idf)
    labels = split_label_columns(specs, train.labels)
    features = features.tocsr()
    of_window = np.zeros(len(train.ids)) if languages is None else np.array(languages)
    fitted = [
        _fit_head(
            spec,
            features,
            labels[spec.task],
            settings.of_task.get(spec.task, settings.inverse_regularisation),
            of_window if spec.task in settings.within_language else np.zeros_like(of_window),
        )
        for spec in specs
    ]
    coefficients = np.concatenate([each for each, _ in fitted], axis=1)
    head = NgramHead(vocabulary, settings.buckets, coefficients.shape[1])
    head.fill(coefficients, idf, np.concatenate([bias for _, bias in fitted]))
    return head


def weigh_ngrams(model: SytoModel, head: NgramHead, validation: WindowsDataset) -> dict[str, float]:
    """Give each task's n-grams the weight with the least validation loss; return the weights."""
    specs = model.config.head_specs()
    of_network, of_ngrams = (split_heads(specs, logits) for logits in _logits(model, head, validation.ids))
    labels = split_label_columns(specs, validation.labels)
    weights = {
        spec.task: best_weight(spec, of_network[spec.task], of_ngrams[spec.task], labels[spec.task])
        for spec in specs
    }
    head.weigh(torch.tensor([weights[spec.task] for spec in specs for _ in range(spec.outputs)]))
    return weights


def _counts(windows: Sequence[Sequence[int]], heard: NDArray[np.bool_], buckets: int) -> sparse.csr_matrix:
    """Return how often each window holds each heard sub-word and pair of them (windows, features)."""
    rows = []
    for window in windows:
        ids = np.array(window, dtype=np.int64)
        pairs = pair_feature(ids[:-1], ids[1:], len(heard), buckets)
        rows.append(np.concatenate([ids[heard[ids]], pairs[heard[ids[:-1]] & heard[ids[1:]]]]))
    starts = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate(rows)
    shape = (len(rows), len(heard) + buckets)
    counts = sparse.csr_matrix((np.ones(len(columns), dtype=np.float32), columns, starts), shape=shape)
    counts.sum_duplicates()
    return counts


def _fit_head(
    spec: HeadSpec,
    features: sparse.csr_matrix,
    labels: Array,
    inverse_regularisation: float,
    strata: NDArray[np.generic],
) -> tuple[Array, Array]:
    """Return coefficients (features, outputs) and bias (outputs,) of one head; strata are (windows,)."""
    known = ~np.isnan(labels[:, 0])
    features, labels, strata = features[known], labels[known], strata[known]
    if spec.kind == "multi_label":
        targets = labels == 1
    elif spec.kind == "single_label":
        targets = labels == np.arange(spec.outputs)
    else:
        targets = labels > np.arange(spec.outputs)
    fitted = [_fit_output(features, target, inverse_regularisation, strata) for target in targets.T]
    coefficients = np.stack([each for each, _ in fitted], axis=1)
    bias = np.array([bias for _, bias in fitted])
    if spec.kind == "ordinal":  # one score for all cuts, or they could cross
        return np.repeat(coefficients.mean(1, keepdims=True), spec.outputs, 1), np.full(
            spec.outputs, bias.mean()
        )
    return coefficients, bias


def _fit_output(
    features: sparse.csr_matrix,
    target: NDArray[np.bool_],
    inverse_regularisation: float,
    strata: NDArray[np.generic],
) -> tuple[Array, float]:
    if target.all() or not target.any():
        return np.zeros(features.shape[1]), 0.0
    model = fit_against_rest(features, target, inverse_regularisation, strata)
    return model.coef_[0], float(model.intercept_[0])


def _logits(model: SytoModel, head: NgramHead, windows: Sequence[list[int]]) -> tuple[Array, Array]:
    """Return the logits of the network and those of the n-grams, both (windows, outputs)."""
    network, ngrams = [], []
    model.eval()
    for start in range(0, len(windows), _BATCH):
        batch = pad_batch(windows[start : start + _BATCH])
        ids, mask = (torch.from_numpy(each).to(model.device) for each in batch)
        with torch.inference_mode():
            network.append(model(input_ids=ids, attention_mask=mask).logits.float().cpu())
            shares = head(ids.cpu(), mask.cpu()) * mask.cpu().unsqueeze(-1)
        ngrams.append(shares.sum(1) / mask.cpu().sum(1, keepdim=True))
    return torch.cat(network).numpy(), torch.cat(ngrams).numpy()


def best_weight(spec: HeadSpec, network: Array, ngrams: Array, labels: Array) -> float:
    """Return the weight of the n-gram logits (n, outputs) with the least loss once both are calibrated."""
    known = ~np.isnan(labels[:, 0])
    if not known.any():
        return 0.0
    gold = labels[known].astype(int)

    def loss(weight: float) -> float:
        logits = network[known] + weight * ngrams[known]
        calibrated = spec.model_copy(update={"temperature": fit_temperature(spec, logits, gold)})
        return negative_log_likelihood(spec, probabilities(calibrated, logits), gold)

    return float(min(_WEIGHTS, key=loss))
