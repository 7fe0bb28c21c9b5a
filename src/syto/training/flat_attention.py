"""Attention over rows of all heads, as ONNX's operator takes it: nothing has to be turned around it."""

import onnx_ir
from onnxscript.rewriter import pattern

OPSET = 23  # the first that has Attention


def flatten_attention(model: onnx_ir.Model) -> None:
    """Give each Attention queries, keys and values (batch, tokens, heads · size), where they came so.

    Between the projections and the operator an exporter turns them to (batch, heads, tokens, size) and back,
    which costs a small network time (experiments/0017-speed).
    """
    pattern.RewriteRuleSet([pattern.RewriteRule(_turned, _flat)]).apply_to_model(model)


def _turned(op, queries, keys, values, mask, split, joined):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - a pattern
    inputs = [
        op.Transpose(op.Reshape(rows, split, _allow_other_attributes=True), perm=[0, 2, 1, 3])
        for rows in (queries, keys, values)
    ]
    attended = op.Attention(*inputs, mask, _allow_other_attributes=True, _outputs=["attended"])
    turned_back = op.Transpose(attended, perm=[0, 2, 1, 3])
    return op.Reshape(turned_back, joined, _allow_other_attributes=True)


def _flat(op, queries, keys, values, mask, attended, **_):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN003, ANN202
    node = attended.producer()
    heads = node.inputs[0].shape[1]
    return op.Attention(
        queries, keys, values, mask, **dict(node.attributes) | {"q_num_heads": heads, "kv_num_heads": heads}
    )
