from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from syto.model.bundle import HeadSpec
from syto.model.encoder import scratch_encoder
from syto.model.network import SytoModel
from syto.model.ngrams import NgramHead
from syto.model.settings import ScratchSettings
from syto.training.export import export_onnx, halve, quantise, quantise_most, quantise_to_blocks
from tiny_encoder import TINY, TOKENIZER


@pytest.mark.parametrize("architecture", ["modernbert", "xlm-roberta"])
def test_onnx_gives_what_torch_gives_at_every_batch_and_length(tmp_path: Path, architecture: str) -> None:
    torch.manual_seed(0)
    encoder = scratch_encoder(ScratchSettings(architecture=architecture, options=TINY), TOKENIZER, "sdpa")
    specs = (
        HeadSpec(task="topic", kind="single_label", labels=("a", "b", "c")),
        HeadSpec(task="reliability", kind="ordinal", labels=("low", "mid", "high")),
    )
    losses = [{"loss_weight": 1.0, "label_smoothing": 0.0, "class_weights": [1.0] * 3}] * 2
    model = SytoModel.around(encoder, specs, losses, dropout=0.1).eval()
    if architecture == "modernbert":
        head, rng = NgramHead(len(TOKENIZER), 50, 5), np.random.default_rng(3)
        head.fill(
            rng.normal(size=(len(TOKENIZER) + 50, 5)),
            rng.uniform(1, 3, len(TOKENIZER) + 50),
            rng.normal(size=5),
        )
        model.add_ngrams(head)
    export_onnx(model, tmp_path / "model.onnx")
    quantise(tmp_path / "model.onnx", tmp_path / "model.int8.onnx")
    for name in ("model.onnx", "model.int8.onnx"):
        assert b'File "' not in (tmp_path / name).read_bytes()  # no stack trace with paths of this machine
    for shape in ((1, 3), (5, 19)):
        ids = torch.randint(5, 260, shape)
        mask = torch.ones_like(ids)
        mask[-1, 2:] = 0
        with torch.no_grad():
            want = model(ids, mask)
        for name, tolerance in (("model.onnx", 1e-5), ("model.int8.onnx", 0.1)):
            session = onnxruntime.InferenceSession(tmp_path / name)
            logits, tokens, vectors = session.run(
                None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()}
            )
            assert np.abs(logits - want.logits.numpy()).max() < tolerance
            assert tokens.shape == (*shape, 5)
            assert np.abs(vectors - want.vectors.numpy()).max() < tolerance
            assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_attention_is_one_operator_around_which_nothing_is_turned(tmp_path: Path) -> None:
    encoder = scratch_encoder(ScratchSettings(architecture="bert", options=TINY), TOKENIZER, "sdpa")
    specs = (HeadSpec(task="topic", kind="single_label", labels=("a", "b", "c")),)
    loss = {"loss_weight": 1.0, "label_smoothing": 0.0, "class_weights": [1.0] * 3}
    export_onnx(SytoModel.around(encoder, specs, [loss], dropout=0.0), tmp_path / "model.onnx")
    operators = [node.op_type for node in onnx.load(tmp_path / "model.onnx").graph.node]
    assert operators.count("Attention") == TINY["num_hidden_layers"]
    assert not {"Transpose", "Softmax"} & set(operators)


def test_blocks_of_four_bits_come_close(tmp_path: Path) -> None:
    options = {**TINY, "hidden_size": 64, "intermediate_size": 128}
    encoder = scratch_encoder(ScratchSettings(architecture="bert", options=options), TOKENIZER, "sdpa")
    specs = (HeadSpec(task="topic", kind="single_label", labels=("a", "b", "c")),)
    loss = {"loss_weight": 1.0, "label_smoothing": 0.0, "class_weights": [1.0] * 3}
    model = SytoModel.around(encoder, specs, [loss], dropout=0.0).eval()
    export_onnx(model, tmp_path / "model.onnx")
    quantise_to_blocks(tmp_path / "model.onnx", tmp_path / "model.int4.onnx")
    ids, mask = torch.randint(5, 260, (2, 9)), torch.ones((2, 9), dtype=torch.int64)
    session = onnxruntime.InferenceSession(tmp_path / "model.int4.onnx")
    _, _, vectors = session.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
    with torch.no_grad():
        want = model(ids, mask).vectors.numpy()
    assert (vectors * want).sum(1).min() > 0.97
    sizes = [(tmp_path / name).stat().st_size for name in ("model.int4.onnx", "model.onnx")]
    assert sizes[0] < 0.6 * sizes[1]


def test_halves_and_most_of_the_eight_bits_come_closer_than_all_of_them(tmp_path: Path) -> None:
    torch.manual_seed(0)
    options = {**TINY, "hidden_size": 64, "intermediate_size": 256}
    encoder = scratch_encoder(ScratchSettings(architecture="bert", options=options), TOKENIZER, "sdpa")
    specs = (HeadSpec(task="topic", kind="single_label", labels=("a", "b", "c")),)
    loss = {"loss_weight": 1.0, "label_smoothing": 0.0, "class_weights": [1.0] * 3}
    model = SytoModel.around(encoder, specs, [loss], dropout=0.0).eval()
    export_onnx(model, tmp_path / "whole")
    ids, mask = torch.randint(5, 260, (4, 9)), torch.ones((4, 9), dtype=torch.int64)
    feed = {"input_ids": ids.numpy(), "attention_mask": mask.numpy()}
    whole = onnxruntime.InferenceSession(tmp_path / "whole").run(None, feed)[2]
    errors, sizes = {}, {"whole": (tmp_path / "whole").stat().st_size}
    for write in (halve, quantise_most, quantise):
        path = tmp_path / write.__name__
        write(tmp_path / "whole", path)
        errors[write.__name__] = np.abs(onnxruntime.InferenceSession(path).run(None, feed)[2] - whole).max()
        sizes[write.__name__] = path.stat().st_size
    assert errors["halve"] < errors["quantise_most"] < errors["quantise"]
    assert sizes["quantise"] < sizes["quantise_most"] < sizes["whole"] and sizes["halve"] < sizes["whole"]
