from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from syto.inference.backends import OnnxBackend  # noqa: E402
from syto.inference.torch_backend import TorchBackend  # noqa: E402
from syto.model.bundle import ONNX, HeadSpec  # noqa: E402
from syto.model.encoder import scratch_encoder, train_tokenizer  # noqa: E402
from syto.model.network import SytoModel  # noqa: E402
from syto.model.settings import ScratchSettings, TokenizerSettings  # noqa: E402
from syto.training.export import export_onnx  # noqa: E402

SIZES = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 48}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SytoModel]:
    torch.manual_seed(0)
    tokenizer = train_tokenizer(TokenizerSettings(vocab_size=330), iter(["Ґанок їжака, п’ять слів."] * 3))
    encoder = scratch_encoder(ScratchSettings(options=SIZES), tokenizer, "sdpa")
    heads = (HeadSpec(task="topic", kind="single_label", labels=("a", "b", "c")),)
    losses = [{"loss_weight": 1.0, "label_smoothing": 0.0, "class_weights": [1.0] * 3}]
    model = SytoModel.around(encoder, heads, losses, dropout=0.5).eval()
    folder = tmp_path_factory.mktemp("torch")
    model.save_pretrained(folder)
    return folder, model


@pytest.mark.parametrize("batch_tokens", [1, 8192])
@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_the_saved_network_gives_what_it_gave(
    saved: tuple[Path, SytoModel], device: str, batch_tokens: int
) -> None:
    folder, model = saved
    windows = [[2, 7, 9, 3], [2, 8, 3]]
    said = TorchBackend(folder, device, batch_tokens).run(windows)
    for ids, each in zip(windows, said, strict=True):
        with torch.no_grad():
            want = model(torch.tensor([ids]), torch.ones((1, len(ids)), dtype=torch.int64))
        assert np.allclose(each.logits, want.logits[0].numpy(), atol=1e-4)
        assert each.token_logits.shape == (len(ids), 3)
        assert each.logits.dtype == np.float32


def test_onnx_says_what_torch_says(saved: tuple[Path, SytoModel], tmp_path: Path) -> None:
    folder, model = saved
    export_onnx(model, tmp_path / ONNX)
    windows = [[2, 7, 9, 3], [2, 8, 3], [2, *range(5, 40), 3]]
    pairs = zip(
        TorchBackend(folder, "cpu").run(windows), OnnxBackend(tmp_path / ONNX).run(windows), strict=True
    )
    for torch_says, onnx_says in pairs:
        assert np.abs(torch_says.logits - onnx_says.logits).max() < 1e-4
        assert np.abs(torch_says.token_logits - onnx_says.token_logits).max() < 1e-4


def test_both_backends_give_the_same_meanings(saved: tuple[Path, SytoModel], tmp_path: Path) -> None:
    folder, model = saved
    export_onnx(model, tmp_path / ONNX)
    windows = [[2, 7, 9, 3], [2, 8, 3], [2, *range(5, 40), 3]]
    pairs = zip(
        TorchBackend(folder, "cpu", meanings=True).run(windows),
        OnnxBackend(tmp_path / ONNX, meanings=True).run(windows),
        strict=True,
    )
    for torch_says, onnx_says in pairs:
        assert torch_says.meaning is not None
        assert onnx_says.meaning is not None
        assert np.abs(torch_says.meaning - onnx_says.meaning).max() < 1e-4
