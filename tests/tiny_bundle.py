"""A bundle of a few kilobytes whose answers are in sight: each known word votes for labels, without torch."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from syto.model.bundle import ONNX_INT8, TOKENIZER, Bundle, BundleManifest, HeadSpec, write_bundle
from syto.model.settings import WindowSettings
from syto.text.clean import TextSettings

TOPIC = HeadSpec(
    task="topic", kind="single_label", labels=("conflict", "politics", "sport"), sure_threshold=0.6
)
RELIABILITY = HeadSpec(
    task="reliability", kind="ordinal", labels=("unreliable", "mixed", "reliable"), sure_threshold=0.6
)
# Word → logits: three topics, then P(above unreliable), P(above mixed).
VOTES: Mapping[str, Sequence[float]] = {
    "війна": (40, 0, 0, 0, 0),
    "вибори": (0, 40, 0, 0, 0),
    "матч": (0, 0, 40, 0, 0),
    "сенсація": (0, 0, 0, -40, -40),
    "джерела": (0, 0, 0, 40, 40),
}
BIAS = (0.0, 0.0, 0.0, 1.0, -1.0)  # of every token: without votes the answer is `mixed`


def make_tiny_bundle(
    folder: Path,
    heads: tuple[HeadSpec, ...] = (TOPIC, RELIABILITY),
    votes: Mapping[str, Sequence[float]] = VOTES,
    bias: Sequence[float] = BIAS,
    window: WindowSettings | None = None,
) -> Bundle:
    """Write a whole bundle; the network is an embedding, a linear layer and the mean over the tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *votes]
    _write_tokenizer(folder / TOKENIZER, vocabulary)
    _write_network(folder / ONNX_INT8, np.array([[0.0] * len(bias)] * 4 + [votes[w] for w in votes]), bias)
    manifest = BundleManifest(
        name="tiny",
        syto_version="0",
        created="2025-01-01T00:00:00Z",
        encoder="a table of words",
        licence="CC0-1.0",
        heads=heads,
        window=window or WindowSettings(length=16, overlap=2, max_windows=4),
        languages=("uk", "ru", "en"),
        min_letters=10,
        mastheads=("Вісник Озерян",),
        text=TextSettings(),
        training={},
    )
    return write_bundle(folder, manifest, (TOKENIZER, ONNX_INT8))


def _write_tokenizer(path: Path, vocabulary: Sequence[str]) -> None:
    ids = {word: number for number, word in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])]
    )
    tokenizer.save(str(path))


def _write_network(path: Path, table: np.ndarray, bias: Sequence[float]) -> None:
    outputs = len(bias)
    constants = {
        "table": table.astype(np.float32),
        "linear": np.eye(outputs, dtype=np.float32),
        "bias": np.array(bias, dtype=np.float32),
        "last": np.array([2], dtype=np.int64),
        "tokens": np.array([1], dtype=np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["layer_norm"]),
        helper.make_node("MatMul", ["layer_norm", "linear"], ["layer_norm_2"]),
        helper.make_node("Add", ["layer_norm_2", "bias"], ["token_logits"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["mask3"]),
        helper.make_node("Mul", ["token_logits", "mask3"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "tokens"], ["total"], keepdims=0),
        helper.make_node("ReduceSum", ["mask3", "tokens"], ["count"], keepdims=0),
        helper.make_node("Div", ["total", "count"], ["logits"]),
    ]
    ints, floats = TensorProto.INT64, TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, ints, ["b", "t"]) for name in ("input_ids", "attention_mask")],
        [
            helper.make_tensor_value_info("logits", floats, ["b", outputs]),
            helper.make_tensor_value_info("token_logits", floats, ["b", "t", outputs]),
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, path)
