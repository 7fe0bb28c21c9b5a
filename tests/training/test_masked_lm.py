import copy
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional
from transformers import PreTrainedModel

from syto.model.encoder import scratch_masked_lm
from syto.model.settings import ScratchSettings
from syto.training.masked_lm import MaskedLanguageModel, contrastive_loss
from syto.training.packing import IGNORED
from tiny_encoder import TINY, TOKENIZER

VOCABULARY = len(TOKENIZER)
COUNTS = torch.arange(VOCABULARY) % 50  # some tokens are frequent and some never seen


@pytest.fixture(params=["modernbert", "bert", "xlm-roberta"])
def network(request: pytest.FixtureRequest) -> PreTrainedModel:
    """A tiny network that is a little surer of some tokens than of others."""
    torch.manual_seed(0)
    settings = ScratchSettings(architecture=request.param, options=TINY)
    network = scratch_masked_lm(settings, TOKENIZER, "sdpa")
    decoder = network.get_output_embeddings()
    torch.nn.init.normal_(decoder.weight)
    torch.nn.init.normal_(decoder.bias)
    return network


def _batch(rows: int = 6, length: int = 20) -> tuple[Tensor, Tensor]:
    torch.manual_seed(1)
    ids = torch.randint(5, VOCABULARY, (rows, length))
    return ids, ids.masked_fill(torch.rand(ids.shape) > 0.4, IGNORED)


def _without_dropout(model: MaskedLanguageModel) -> MaskedLanguageModel:
    """In training, so that the softmax is sampled, yet giving the same numbers twice."""
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
        for name in ("attention_dropout", "dropout_prob"):
            if hasattr(module, name):
                setattr(module, name, 0.0)
    return model.train()


def test_the_loss_is_that_of_the_untouched_network(network: PreTrainedModel) -> None:
    ids, labels = _batch()
    with torch.no_grad():
        logits = copy.deepcopy(network).eval()(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
        assert logits.shape == (*ids.shape, VOCABULARY)
        expected = functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
        for candidates in (None, 7):  # sampling is for training alone
            model = MaskedLanguageModel(copy.deepcopy(network), COUNTS, candidates, 0.0).eval()
            assert model(ids, labels)["loss"].item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("candidates", [None, 10])
def test_the_gradient_reaches_embeddings_encoder_and_decoder(
    network: PreTrainedModel, candidates: int | None
) -> None:
    embeddings = network.get_input_embeddings().weight
    decoder = network.get_output_embeddings()
    model = MaskedLanguageModel(network, COUNTS, candidates, 0.0).train()
    model(*_batch())["loss"].backward()
    learning = {id(parameter) for parameter in model.parameters()}
    for parameter in (embeddings, decoder.weight, decoder.bias):
        assert id(parameter) in learning
        assert parameter.grad is not None
        assert parameter.grad.any()
    encoder = [
        parameter
        for name, parameter in model.network.base_model.named_parameters()
        if "layer" in name and parameter.ndim == 2
    ]
    assert len(encoder) >= 8
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in encoder)


def test_the_gradient_is_that_of_the_untouched_network(network: PreTrainedModel) -> None:
    ids, labels = _batch()
    whole = copy.deepcopy(network).eval()
    logits = whole(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED).backward()
    decoder = network.get_output_embeddings()
    model = MaskedLanguageModel(network, COUNTS, None, 0.0).eval()
    model(ids, labels)["loss"].backward()
    reference = whole.get_output_embeddings()
    assert torch.allclose(decoder.bias.grad, reference.bias.grad, atol=1e-6)
    assert torch.allclose(decoder.weight.grad, reference.weight.grad, atol=1e-6)


def test_a_handful_of_rows_is_learned_by_heart(network: PreTrainedModel) -> None:
    model = MaskedLanguageModel(network, COUNTS, 20, 0.0)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    ids, labels = _batch(2)
    before = model.eval()(ids, labels)["loss"].item()
    model.train()
    for _ in range(40):
        optimiser.zero_grad()
        model(ids, labels)["loss"].backward()
        optimiser.step()
    assert model.eval()(ids, labels)["loss"].item() < 0.3 * before


def test_of_very_many_candidates_the_sampled_loss_is_the_full_one(network: PreTrainedModel) -> None:
    ids, labels = _batch()
    model = _without_dropout(MaskedLanguageModel(network, COUNTS, 200_000, 0.0))
    with torch.no_grad():
        sampled = model(ids, labels)["loss"].item()
        full = model.eval()(ids, labels)["loss"].item()
    assert sampled == pytest.approx(full, rel=1e-4)


def test_few_candidates_give_the_full_loss_on_average() -> None:
    torch.manual_seed(0)
    network = scratch_masked_lm(ScratchSettings(architecture="bert", options=TINY), TOKENIZER, "sdpa")
    decoder = network.get_output_embeddings()
    torch.nn.init.normal_(decoder.bias, std=1.5)
    model = _without_dropout(MaskedLanguageModel(network, COUNTS, 100, 0.0))
    ids = torch.randint(5, VOCABULARY, (4, 16))
    sampled, full = [], []
    with torch.no_grad():
        for _ in range(300):
            # Targets as frequent as the counts say: the correction counts on them.
            labels = torch.multinomial(model.frequencies, 64, replacement=True).view(4, 16)
            sampled.append(model.train()(ids, labels)["loss"])
            full.append(model.eval()(ids, labels)["loss"])
    assert torch.stack(sampled).mean().item() == pytest.approx(torch.stack(full).mean().item(), abs=0.05)


def test_the_state_holds_each_parameter_once_and_comes_back(network: PreTrainedModel, tmp_path: Path) -> None:
    model = MaskedLanguageModel(copy.deepcopy(network), COUNTS, 10, 0.0).eval()
    state = model.state_dict()
    places = [tensor.data_ptr() for tensor in state.values()]
    assert len(set(places)) == len(places)
    assert {id(tensor) for tensor in model.parameters()} == {
        id(tensor) for tensor in model.state_dict(keep_vars=True).values()
    }
    save_file(state, tmp_path / "model.safetensors")  # refuses tensors that share memory
    with torch.no_grad():
        expected = model(*_batch())["loss"]
        for parameter in network.parameters():
            parameter.normal_()
        again = MaskedLanguageModel(network, COUNTS, 10, 0.0).eval()
        assert not torch.allclose(again(*_batch())["loss"], expected)
        again.load_state_dict(load_file(tmp_path / "model.safetensors"))
        assert torch.equal(again(*_batch())["loss"], expected)


def test_the_contrast_is_added_in_its_weight_and_reads_the_pooled_rows(network: PreTrainedModel) -> None:
    ids, labels = _batch()
    paired = torch.tensor([True, False, True])
    with torch.no_grad():
        hidden = copy.deepcopy(network).base_model.eval()(input_ids=ids).last_hidden_state
        contrast = contrastive_loss(hidden.mean(1), paired)
        plain = MaskedLanguageModel(copy.deepcopy(network), COUNTS, None, 0.0).eval()
        assert plain(ids, labels, paired)["loss"] == plain(ids, labels)["loss"]
        weighed = MaskedLanguageModel(network, COUNTS, None, 0.5).eval()
        added = weighed(ids, labels, paired)["loss"] - plain(ids, labels)["loss"]
    assert contrast > 0.1
    assert added.item() == pytest.approx(0.5 * contrast.item(), rel=1e-4)


def test_halves_that_are_the_same_cost_nothing_and_others_much() -> None:
    one, other, third = torch.eye(8)[:3]
    paired = torch.tensor([True, True])
    assert contrastive_loss(torch.stack([one, one, other, other]), paired) < 1e-6
    assert contrastive_loss(torch.stack([one, 5 * one, other, 9 * other]), paired) < 1e-6  # by angle
    assert contrastive_loss(torch.stack([one, other, other, one]), paired) > 10
    assert contrastive_loss(torch.stack([one, one, other, third]), paired) > 0.3


def test_rows_without_a_half_ask_nothing_yet_are_others_to_be_told_from() -> None:
    torch.manual_seed(0)
    pooled = torch.randn(6, 64, dtype=torch.float64)
    units = functional.normalize(pooled, dim=1)
    similar = torch.exp(units @ units.T / 0.05)
    expected = [
        -torch.log(similar[row, half] / (similar[row].sum() - similar[row, row]))
        for row, half in ((2, 3), (3, 2))
    ]
    loss = contrastive_loss(pooled, torch.tensor([False, True, False]))
    assert loss.item() == pytest.approx(torch.stack(expected).mean().item(), rel=1e-4)


def test_without_a_single_pair_there_is_no_loss_and_no_gradient() -> None:
    pooled = torch.randn(4, 8, requires_grad=True)
    loss = contrastive_loss(pooled, torch.tensor([False, False]))
    loss.backward()
    assert loss.item() == 0
    assert torch.equal(pooled.grad, torch.zeros(4, 8))


def test_one_pair_alone_has_nothing_to_be_told_from() -> None:
    pooled = torch.randn(2, 8, requires_grad=True)
    loss = contrastive_loss(pooled, torch.tensor([True]))
    loss.backward()
    assert loss.item() == pytest.approx(0, abs=1e-6)
    assert pooled.grad.isfinite().all()
