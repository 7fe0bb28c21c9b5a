"""The quality gate, on networks whose answers are in sight: each known word votes for a label."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from syto.inference.backends import Backend, OnnxBackend
from syto.model.bundle import ONNX, ONNX_FP16, ONNX_INT4, ONNX_INT8, WEIGHTS, Bundle
from syto.recipe import gate
from syto.recipe.gate import Passed, pass_gate
from syto.records import Article
from syto.training.settings import ExportSettings
from tiny_bundle import TOPIC, VOTES, make_tiny_bundle

WORDS = {"conflict": "війна", "politics": "вибори", "sport": "матч"}


def articles(of_each: int = 150) -> list[Article]:
    return [
        Article(
            f"{label} {number}",
            f"{word} {word} {word}",
            clean=word,
            language="uk",
            labels={"topic": (label,)},
        )
        for label, word in WORDS.items()
        for number in range(of_each)
    ]


def without(word: str, folder: Path) -> Path:
    """Write a network that has lost one word, and return its file."""
    votes = {known: (0.0,) * 3 if known == word else votes[:3] for known, votes in VOTES.items()}
    bundle = make_tiny_bundle(folder / f"without {word}", (TOPIC,), votes, (0.0, 0.1, 0.0))
    return bundle.folder / ONNX_INT8


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    votes = {word: each[:3] for word, each in VOTES.items()}
    made = make_tiny_bundle(tmp_path / "bundle", (TOPIC,), votes, (0.0, 0.1, 0.0))
    (made.folder / ONNX_INT8).rename(made.folder / ONNX)
    shutil.copyfile(made.folder / ONNX, made.folder / WEIGHTS)
    return made


@pytest.fixture
def passed(bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "tuple[Passed, list[str]]":
    """What the gate says where int8 has lost the word of a class, and blocks of four bits nothing."""

    def backend_of(file: Path) -> Backend:
        return OnnxBackend(file)  # the weights stand in for themselves

    def spoilt(_: Path, target: Path) -> None:
        shutil.copyfile(without("матч", tmp_path), target)

    def same(source: Path, target: Path) -> None:
        shutil.copyfile(source, target)

    monkeypatch.setattr(gate, "backend_of", backend_of)
    kinds = {"int8": (ONNX_INT8, spoilt), "int4": (ONNX_INT4, same), "fp16": (ONNX_FP16, same)}
    monkeypatch.setattr(gate, "KINDS", kinds)
    said: list[str] = []
    return pass_gate(bundle, articles(), ExportSettings(), 0, said.append), said


def test_what_loses_a_class_is_refused_by_name_and_the_next_kind_is_taken(
    passed: tuple[Passed, Sequence[str]], bundle: Bundle
) -> None:
    result, said = passed
    assert result.file == ONNX_INT4
    (reason,) = result.refused
    assert "int8 (model.int8.onnx)" in reason and "topic of sport 1.000 → 0.000" in reason
    assert "topic of conflict" not in reason
    assert not (bundle.folder / ONNX_INT8).exists() and not (bundle.folder / ONNX_FP16).exists()
    assert [line.split(":")[0] for line in said] == ["int8", "int4"]
    assert "MB" in said[0] and "articles/s" in said[0]


def test_every_file_is_judged_on_the_same_draw(passed: tuple[Passed, Sequence[str]]) -> None:
    result, _ = passed
    assert result.judged[ONNX].scores == result.judged[WEIGHTS].scores == result.judged[ONNX_INT4].scores
    assert result.judged[ONNX].macro_f1() == {"topic": 1.0}


def test_a_graph_that_is_not_the_network_ends_with_the_network_alone(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "backend_of", OnnxBackend)
    shutil.copyfile(without("війна", tmp_path), bundle.folder / ONNX)
    result = pass_gate(bundle, articles(), ExportSettings(judged_on=300), 0, print)
    assert result.file == WEIGHTS and "topic of conflict" not in result.refused[0]
    assert result.refused[0].startswith("model.onnx: ")
    assert not (bundle.folder / ONNX).exists()
