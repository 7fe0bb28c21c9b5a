from dataclasses import replace

import numpy as np
import pytest

from syto.errors import UserError
from syto.inference.backends import OnnxBackend, choose_backend
from syto.model.bundle import ONNX_INT8, TOKENIZER, Bundle
from syto.model.windows import Window, Windower, pad_batch


@pytest.fixture(scope="module")
def windows(tiny_bundle: Bundle) -> list[Window]:
    windower = Windower(tiny_bundle.path(TOKENIZER), tiny_bundle.manifest.window)
    texts = ["війна", "матч і вибори, як кажуть джерела", "матч"]
    return [article.windows[0] for article in windower.windows(texts)]


def test_logits_are_the_mean_of_the_token_logits(tiny_bundle: Bundle, windows: list[Window]) -> None:
    ids, mask = pad_batch(windows)
    logits, token_logits = OnnxBackend(tiny_bundle.path(ONNX_INT8)).run(ids, mask)
    assert token_logits.shape == (3, ids.shape[1], 5)
    assert np.allclose(logits, token_logits.sum(1) / mask.sum(1, keepdims=True), atol=1e-5)


def test_a_window_scores_the_same_in_any_company(tiny_bundle: Bundle, windows: list[Window]) -> None:
    backend = OnnxBackend(tiny_bundle.path(ONNX_INT8), threads=2)
    together, _ = backend.run(*pad_batch(windows))
    alone = [backend.run(*pad_batch([window]))[0][0] for window in windows]
    assert np.array_equal(together, np.stack(alone))


def test_auto_takes_int8(tiny_bundle: Bundle) -> None:
    assert isinstance(choose_backend(tiny_bundle), OnnxBackend)


def test_a_backend_without_its_file_names_what_there_is(tiny_bundle: Bundle) -> None:
    with pytest.raises(UserError, match=r"has no model\.onnx; it has: tokenizer\.json"):
        choose_backend(tiny_bundle, "onnx-fp32")
    bare = replace(tiny_bundle, manifest=tiny_bundle.manifest.model_copy(update={"files": {}}))
    with pytest.raises(UserError, match=r"has no model\.int8\.onnx"):
        choose_backend(bare)


def test_an_unknown_backend_names_the_nearest(tiny_bundle: Bundle) -> None:
    with pytest.raises(UserError, match="did you mean 'onnx'"):
        choose_backend(tiny_bundle, "onyx")
