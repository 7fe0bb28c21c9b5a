from pathlib import Path

import numpy as np
import pytest

from syto.model.encoder import train_tokenizer
from syto.model.settings import TokenizerSettings, WindowSettings
from syto.model.windows import Windower, pad_batch

TEXT = "Ґанок їжака: п’ять нових слів про їжу. "


@pytest.fixture(scope="module")
def tokenizer_json(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    train_tokenizer(TokenizerSettings(vocab_size=330), iter([TEXT] * 3)).save_pretrained(folder)
    return folder / "tokenizer.json"


def _windower(tokenizer_json: Path, **settings: int) -> Windower:
    return Windower(tokenizer_json, WindowSettings(**{"length": 16, "overlap": 4, **settings}))


def test_windows_overlap_and_cover_the_text(tokenizer_json: Path) -> None:
    text = TEXT.strip() * 3
    [article] = _windower(tokenizer_json, max_windows=50).windows([text])
    spans = [span for window in article.windows for span in window.offsets if span != (0, 0)]
    covered = set().union(*(range(*span) for span in spans))
    assert {i for i, letter in enumerate(text) if not letter.isspace()} <= covered
    first, second = article.windows[:2]
    assert first.offsets[-5:-1] == second.offsets[1:5]
    assert not article.truncated


def test_every_window_starts_and_ends_with_the_special_tokens(tokenizer_json: Path) -> None:
    [article] = _windower(tokenizer_json).windows([TEXT * 2])
    assert {(window.ids[0], window.ids[-1]) for window in article.windows} == {(2, 3)}


def test_a_long_article_is_cut_and_says_so(tokenizer_json: Path) -> None:
    [article] = _windower(tokenizer_json, max_windows=2).windows([TEXT * 20])
    assert len(article.windows) == 2
    assert article.truncated


def test_an_empty_text_has_one_window(tokenizer_json: Path) -> None:
    [article] = _windower(tokenizer_json).windows([""])
    assert [window.ids for window in article.windows] == [[2, 3]]


def test_rare_letters_become_bytes_not_unknown(tokenizer_json: Path) -> None:
    [article] = _windower(tokenizer_json, length=64).windows(["ꙮ"])
    assert 1 not in article.windows[0].ids


def test_padding_is_masked(tokenizer_json: Path) -> None:
    cut = _windower(tokenizer_json, length=64).windows(["слів", TEXT])
    ids, mask = pad_batch([article.windows[0].ids for article in cut])
    assert mask.sum(1).tolist() == [len(article.windows[0].ids) for article in cut]
    assert (ids[mask == 0] == 0).all()
    assert ids.dtype == np.int64
