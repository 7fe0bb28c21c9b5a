"""From the trained network to ONNX files that score without torch."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from torch import Tensor, nn

from syto.model.network import SytoModel
from syto.quiet import quiet
from syto.training.flat_attention import OPSET, flatten_attention

INPUTS, OUTPUTS = ["input_ids", "attention_mask"], ["logits", "token_logits", "vectors"]

_BLOCK = 32  # weights that share a scale, as the encoder's own came
_IN_INT8 = 4  # the level at which blocks are multiplied in int8


class _Scoring(nn.Module):
    """The network with tuples in and out, as an ONNX graph needs them."""

    def __init__(self, model: SytoModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        output = self.model(input_ids=input_ids, attention_mask=attention_mask)
        return output.logits, output.token_logits, output.vectors


def export_onnx(model: SytoModel, path: Path) -> None:
    """Write a graph with dynamic batch and length; inputs int64 (batch, tokens)."""
    ids = torch.ones((2, 8), dtype=torch.int64)
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0  # so that no branch on "nothing is padded" is baked in
    dynamic = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens")}
    with quiet(logging.WARNING):
        program = torch.onnx.export(
            _Scoring(model).eval().cpu(),
            (ids, mask),
            input_names=INPUTS,
            output_names=OUTPUTS,
            dynamic_shapes=(dynamic, dynamic),
            opset_version=None if _turns_positions(model) else OPSET,
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    flatten_attention(program.model)
    for node in program.model.graph.all_nodes():
        node.metadata_props.clear()  # stack traces with the paths of this machine
    with quiet(logging.WARNING):
        program.save(str(path))


def _turns_positions(model: SytoModel) -> bool:
    """Whether positions are rotary: the operator for these, of the same opset, refuses its own caches."""
    return any("Rotary" in type(module).__name__ for module in model.modules())


def quantise(source: Path, target: Path, left_out: Sequence[str] = ()) -> None:
    """Write the int8 version, with the nodes that are left out as they are.

    `reduce_range` and `per_channel` keep the error of the logits near 0.01 on CPUs without VNNI, where the
    defaults give 0.1.
    """
    with quiet(logging.WARNING):
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=["MatMul", "Gather"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            nodes_to_exclude=list(left_out),
        )


def quantise_most(source: Path, target: Path) -> None:
    """Write the int8 version with 16 bits for matrices that narrow, such as the second of a feed-forward one.

    What these read has the outliers that eight bits cannot hold: Bondarenko et al., Understanding and
    Overcoming the Challenges of Efficient Transformer Quantization, EMNLP 2021.
    """
    model = onnx.load(source)
    shapes = {each.name: tuple(each.dims) for each in model.graph.initializer}
    matrices = [node for node in model.graph.node if node.op_type in ("MatMul", "Gemm")]
    narrowing = [node.name for node in matrices if _narrows(shapes.get(node.input[1], ()))]
    quantise(source, target, narrowing)
    halve(target, target)


def _narrows(shape: Sequence[int]) -> bool:
    return len(shape) == 2 and shape[0] > shape[1]


def halve(source: Path, target: Path) -> None:
    """Write the version with weights in 16 bits, which are widened when the file is loaded."""
    model = onnx.load(source)
    graph = model.graph
    casts = []
    for weights in graph.initializer:
        if weights.data_type == onnx.TensorProto.FLOAT and len(weights.dims) > 1:
            casts.append(onnx.helper.make_node("Cast", [f"{weights.name}_16"], [weights.name], to=1))
            half = onnx.numpy_helper.to_array(weights).astype(np.float16)
            weights.CopyFrom(onnx.numpy_helper.from_array(half, f"{weights.name}_16"))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, target)


def quantise_to_blocks(source: Path, target: Path) -> None:
    """Write the int4 version: blocks of 32 weights with a scale each, embeddings too."""
    model = onnx.load(source)
    with quiet(logging.WARNING):
        quantiser = MatMulNBitsQuantizer(
            model,
            block_size=_BLOCK,
            is_symmetric=True,
            accuracy_level=_IN_INT8,
            nodes_to_exclude=_of_whole_numbers(model),
            op_types_to_quantize=("MatMul", "Gather"),
            quant_axes=(("MatMul", 0), ("Gather", 1)),
        )
        quantiser.process()
        quantiser.model.save_model_to_file(str(target))


def _of_whole_numbers(model: onnx.ModelProto) -> list[str]:
    """Return the nodes that look something up in a table of whole numbers, as the n-grams do."""
    whole = {each.name for each in model.graph.initializer if each.data_type != onnx.TensorProto.FLOAT}
    return [node.name for node in model.graph.node if node.op_type == "Gather" and node.input[0] in whole]
