"""Imports go down only, and the light install stays light."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "syto"
LAYERS = (
    {"__main__"},
    {"cli"},
    {"stages"},
    {"config", "tracking", "report"},
    {"training", "inference", "evaluation"},
    {"corpus", "model"},
    {"text", "sources", "labels"},
    {"records", "errors", "resources"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# `config` composes the settings that each package owns, those of `tracking` too.
SETTINGS = {("config", "syto.tracking.settings")}
HEAVY = (
    "torch",
    "transformers",
    "mlflow",
    "sklearn",
    "datasets",
    "pandas",
    "scipy",
    "altair",
    "jinja2",
    "rensa",
)


def _modules() -> list[Path]:
    return sorted(path for path in SRC.rglob("*.py") if path != SRC / "__init__.py")


def _package(path: Path) -> str:
    first = path.relative_to(SRC).parts[0]
    return first.removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(SRC)))
def test_imports_go_down(path: Path) -> None:
    own = _package(path)
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] != "syto" or len(parts) < 2 or parts[1] not in LEVEL or parts[1] == own:
            continue
        if any(own == upper and name.startswith(allowed) for upper, allowed in SETTINGS):
            continue
        assert LEVEL[parts[1]] > LEVEL[own], f"{own} must not import {name}"


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(SRC)))
def test_only_tracking_imports_mlflow(path: Path) -> None:
    uses = any(name.split(".")[0] == "mlflow" for name in _imports(path))
    assert not uses or _package(path) == "tracking"


def test_every_package_has_a_layer() -> None:
    assert {_package(path) for path in _modules()} <= set(LEVEL)


@pytest.mark.parametrize("module", ["syto.cli", "syto.stages.score"])
def test_the_light_install_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
