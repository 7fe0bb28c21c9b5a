import math
from pathlib import Path

import numpy as np
import pytest
import torch

from syto.errors import UserError
from syto.model.bundle import HeadSpec
from syto.model.encoder import freeze_layers, load_encoder, scratch_encoder, with_layers
from syto.model.network import OrdinalHead, SytoModel
from syto.model.ngrams import NgramHead
from syto.model.settings import EncoderSettings, ScratchSettings
from tiny_encoder import TINY, TOKENIZER

SPECS = (
    HeadSpec(task="topic", kind="single_label", labels=("a", "b", "c")),
    HeadSpec(task="reliability", kind="ordinal", labels=("low", "mid", "high")),
    HeadSpec(task="techniques", kind="multi_label", labels=("x", "y")),
)
LOSSES = [
    {"loss_weight": 1.0, "label_smoothing": 0.0, "class_weights": [1.0] * len(spec.labels)} for spec in SPECS
]


def _model(architecture: str = "modernbert") -> SytoModel:
    torch.manual_seed(0)
    encoder = scratch_encoder(ScratchSettings(architecture=architecture, options=TINY), TOKENIZER, "sdpa")
    return SytoModel.around(encoder, SPECS, LOSSES, dropout=0.0).eval()


def _batch() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    ids = torch.randint(5, 260, (4, 9))
    mask = torch.ones_like(ids)
    mask[2, 5:] = 0
    return ids, mask


def ngrams(outputs: int) -> NgramHead:
    """Return a head with random tables."""
    rng = np.random.default_rng(3)
    head = NgramHead(len(TOKENIZER), 50, outputs)
    head.fill(
        rng.normal(size=(len(TOKENIZER) + 50, outputs)),
        rng.uniform(1, 3, len(TOKENIZER) + 50),
        rng.normal(size=outputs),
    )
    return head


@pytest.mark.parametrize("architecture", ["modernbert", "bert", "xlm-roberta"])
def test_a_reloaded_model_gives_the_same_numbers(tmp_path: Path, architecture: str) -> None:
    model, (ids, mask) = _model(architecture), _batch()
    plain = model(ids, mask).logits
    if architecture == "modernbert":
        model.add_ngrams(ngrams(7))
        assert not torch.allclose(model(ids, mask).logits, plain)
    model.save_pretrained(tmp_path)
    again = SytoModel.from_pretrained(tmp_path).eval()
    assert torch.equal(again(ids, mask).logits, model(ids, mask).logits)


def test_logits_are_the_mean_of_the_token_logits_and_padding_does_not_count() -> None:
    model, (ids, mask) = _model(), _batch()
    model.add_ngrams(ngrams(7))
    output = model(ids, mask)
    assert torch.allclose(output.logits[2], output.token_logits[2, :5].mean(0), atol=1e-6)
    alone = model(ids[2:3, :5], mask[2:3, :5])
    assert torch.allclose(alone.logits[0], output.logits[2], atol=1e-5)


def test_each_task_learns_only_from_its_own_labels() -> None:
    model, (ids, mask) = _model(), _batch()
    labels = torch.full((4, 4), math.nan)
    labels[:, 1] = 2.0  # reliability alone
    model(ids, mask, labels).loss.backward()
    assert not model.heads["topic"].weight.grad.any()
    assert model.heads["reliability"].score.weight.grad.any()


def test_it_overfits_a_handful() -> None:
    model, (ids, mask) = _model().train(), _batch()
    nan = math.nan
    labels = torch.tensor([[0, 0, 1, 0], [1, 1, 0, 1], [2, 2, nan, nan], [nan, 0, 0, 0]], dtype=torch.float)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(250):
        optimiser.zero_grad()
        loss = model(ids, mask, labels).loss
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.2  # from about 3


def test_cumulative_logits_descend() -> None:
    head = OrdinalHead(8, labels=4)
    with torch.no_grad():
        head.gaps.fill_(-5.0)
    out = head(torch.randn(2, 3, 8))
    assert (out[..., :-1] > out[..., 1:]).all()


def test_a_checkpoint_on_disk_keeps_its_weights(tmp_path: Path) -> None:
    encoder = scratch_encoder(ScratchSettings(architecture="bert", options=TINY), TOKENIZER, "sdpa")
    encoder.save_pretrained(tmp_path)
    TOKENIZER.save_pretrained(tmp_path)
    loaded, _ = load_encoder(str(tmp_path), EncoderSettings.model_validate({"from": str(tmp_path)}))
    model = SytoModel.around(loaded, SPECS, LOSSES, dropout=0.0)
    want, got = encoder.state_dict(), model.encoder.state_dict()
    assert all(torch.equal(want[name], got[name]) for name in want)


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    from transformers import T5Config, T5Model

    T5Model(T5Config(vocab_size=400, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)).save_pretrained(
        tmp_path
    )
    TOKENIZER.save_pretrained(tmp_path)
    with pytest.raises(UserError, match="t5 checkpoint, not a text encoder"):
        load_encoder(str(tmp_path), EncoderSettings.model_validate({"from": str(tmp_path)}))


def test_a_folder_that_is_not_there_is_a_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be loaded"):
        load_encoder(
            str(tmp_path / "nothing"), EncoderSettings.model_validate({"from": str(tmp_path / "nothing")})
        )


def test_an_unknown_option_names_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean 'hidden_size'"):
        scratch_encoder(ScratchSettings(options={"hiden_size": 8}), TOKENIZER, "sdpa")


def test_the_trainer_scales_the_loss_itself() -> None:
    """With several processes or accumulated steps the Trainer would otherwise multiply the loss."""
    from transformers import Trainer, TrainingArguments

    trainer = Trainer(_model(), TrainingArguments(output_dir="unused", use_cpu=True))
    assert not trainer.model_accepts_loss_kwargs


def test_a_task_of_ngrams_alone_neither_speaks_nor_teaches() -> None:
    encoder = scratch_encoder(ScratchSettings(options=TINY), TOKENIZER, "sdpa")
    model = SytoModel.around(encoder, SPECS, LOSSES, dropout=0.0, ngram_tasks=["reliability"])
    ids, mask = _batch()
    labels = torch.full((4, 4), math.nan)
    labels[:, 1] = 2.0
    output = model(ids, mask, labels)
    first, *_ = SPECS
    assert not output.logits[:, first.outputs : first.outputs + 2].any()
    assert output.loss.item() == 0
    labels[:, 0] = 1.0
    assert model(ids, mask, labels).loss.item() > 0


def test_the_lowest_layers_and_the_embeddings_are_frozen() -> None:
    encoder = scratch_encoder(ScratchSettings(architecture="bert", options=TINY), TOKENIZER, "sdpa")
    freeze_layers(encoder, 1)
    trained = {name for name, each in encoder.named_parameters() if each.requires_grad}
    assert trained and all(name.startswith("encoder.layer.1.") for name in trained)
    with pytest.raises(UserError, match="the checkpoint has 2 layers"):
        freeze_layers(encoder, 3)


def test_a_smaller_encoder_has_the_layers_that_were_chosen() -> None:
    encoder = scratch_encoder(ScratchSettings(architecture="bert", options=TINY), TOKENIZER, "sdpa")
    smaller = with_layers(encoder, [1])
    want, got = encoder.state_dict(), smaller.state_dict()
    assert torch.equal(
        got["encoder.layer.0.output.dense.weight"], want["encoder.layer.1.output.dense.weight"]
    )
    assert torch.equal(got["embeddings.word_embeddings.weight"], want["embeddings.word_embeddings.weight"])
    with pytest.raises(UserError, match="the teacher has the layers 0 to 1"):
        with_layers(encoder, [0, 2])


def test_vectors_are_means_of_unit_length_whatever_is_padded() -> None:
    model, (ids, mask) = _model(), _batch()
    vectors = model(ids, mask).vectors
    assert torch.allclose(vectors.norm(dim=1), torch.ones(4), atol=1e-5)
    alone = model(ids[2:3, :5], mask[2:3, :5]).vectors
    assert torch.allclose(alone[0], vectors[2], atol=1e-5)
