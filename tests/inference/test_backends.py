from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from syto.errors import UserError
from syto.inference.backends import OnnxBackend, choose_backend, layer_before_the_last
from syto.model.bundle import ONNX_INT8, TOKENIZER, Bundle
from syto.model.windows import Windower


@pytest.fixture(scope="module")
def windows(tiny_bundle: Bundle) -> list[list[int]]:
    windower = Windower(tiny_bundle.path(TOKENIZER), tiny_bundle.manifest.window)
    texts = ["війна", "матч і вибори, як кажуть джерела", "матч"]
    return [article.windows[0].ids for article in windower.windows(texts)]


def test_logits_are_the_mean_of_the_token_logits(tiny_bundle: Bundle, windows: list[list[int]]) -> None:
    outputs = OnnxBackend(tiny_bundle.path(ONNX_INT8)).run(windows)
    assert [each.token_logits.shape for each in outputs] == [(len(ids), 5) for ids in windows]
    for each in outputs:
        assert np.allclose(each.logits, each.token_logits.mean(0), atol=1e-5)


def test_a_window_scores_the_same_in_any_company(tiny_bundle: Bundle, windows: list[list[int]]) -> None:
    backend = OnnxBackend(tiny_bundle.path(ONNX_INT8), threads=2)
    together = backend.run(windows)
    for window, said in zip(windows, together, strict=True):
        [alone] = backend.run([window])
        assert np.array_equal(alone.logits, said.logits)


def test_auto_takes_int8(tiny_bundle: Bundle) -> None:
    assert isinstance(choose_backend(tiny_bundle), OnnxBackend)


def test_a_backend_without_its_file_names_what_there_is(tiny_bundle: Bundle) -> None:
    with pytest.raises(UserError, match=r"has no model\.onnx; it has: tokenizer\.json"):
        choose_backend(tiny_bundle, "onnx-fp32")
    bare = replace(tiny_bundle, manifest=tiny_bundle.manifest.model_copy(update={"files": {}}))
    with pytest.raises(UserError, match=r"has no model\.int8\.onnx"):
        choose_backend(bare)


def test_a_network_with_other_outputs_than_the_heads_read_is_refused(tiny_bundle: Bundle) -> None:
    topic, reliability = tiny_bundle.manifest.heads
    fewer = (topic.model_copy(update={"labels": ("conflict", "politics")}), reliability)
    wrong = replace(tiny_bundle, manifest=tiny_bundle.manifest.model_copy(update={"heads": fewer}))
    with pytest.raises(UserError, match=r"model\.int8\.onnx gives 5 outputs, but the heads .* read 4"):
        choose_backend(wrong)


def test_an_unknown_backend_names_the_nearest(tiny_bundle: Bundle) -> None:
    with pytest.raises(UserError, match="did you mean 'onnx'"):
        choose_backend(tiny_bundle, "onyx")


def test_a_meaning_is_the_mean_of_what_the_last_layer_reads_and_changes_nothing(
    tiny_bundle: Bundle, windows: list[list[int]]
) -> None:
    path = tiny_bundle.path(ONNX_INT8)
    plain, asked = OnnxBackend(path).run(windows), OnnxBackend(path, meanings=True).run(windows)
    assert [each.meaning for each in plain] == [None] * len(windows)
    for before, after in zip(plain, asked, strict=True):
        assert np.array_equal(before.token_logits, after.token_logits)
        assert after.meaning is not None
        assert np.allclose(after.meaning, after.token_logits.mean(0) - [0, 0, 0, 1, -1])


def test_a_network_that_names_no_layers_gives_no_meanings(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="names no layers"):
        layer_before_the_last(b"layer_norm_1", tmp_path)
