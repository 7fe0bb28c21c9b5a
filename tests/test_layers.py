"""Imports go down only, mlflow stays in one package, and the light install stays light."""

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
    {"recipe", "loading"},
    {"config", "requirements", "tracking", "report", "review"},
    {"training", "inference", "evaluation"},
    {"corpus", "model"},
    {"text", "sources", "labels", "claims"},
    {"tables", "terminal"},
    {"records", "errors", "resources", "digest", "quiet", "interrupt"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# `config` composes the settings that each package owns, those of `tracking` too.
COMPOSED = ("config", "syto.tracking.settings")
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


def modules(src: Path) -> list[Path]:
    return sorted(path for path in src.rglob("*.py") if path != src / "__init__.py")


def package_of(path: Path, src: Path) -> str:
    return path.relative_to(src).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    """Yield what a module imports anywhere, in functions too; `from a import b` as a and as a.b."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
            yield from (f"{node.module}.{alias.name}" for alias in node.names if not node.level)


def wrong_imports(path: Path, src: Path) -> list[str]:
    """Return the imports that go up or sideways, that are relative, or that take mlflow elsewhere."""
    own = package_of(path, src)
    return [name for name in imports_of(path) if is_wrong(own, name)]


def is_wrong(own: str, name: str) -> bool:
    top, _, below = name.partition(".")
    if own == "stages" and name.startswith("syto.stages."):
        return True  # what two stages share lies below both
    package = below.partition(".")[0]
    if top != "syto":
        return name.startswith(".") or (top == "mlflow" and own != "tracking")
    if package not in LEVEL or package == own or (own, name[: len(COMPOSED[1])]) == COMPOSED:
        return False
    return LEVEL[package] <= LEVEL[own]


@pytest.mark.parametrize("path", modules(SRC), ids=lambda path: str(path.relative_to(SRC)))
def test_imports_go_down(path: Path) -> None:
    assert wrong_imports(path, SRC) == []


def test_every_package_has_a_layer() -> None:
    assert {package_of(path, SRC) for path in modules(SRC)} <= set(LEVEL)


@pytest.mark.parametrize("module", ["syto.cli", "syto.config", "syto.stages.score"])
def test_the_light_install_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("module", "line", "wrong"),
    [
        ("text/clean.py", "from syto.records import Article", False),
        ("text/clean.py", "import syto.model.bundle", True),  # up
        ("text/clean.py", "from syto import stages", True),  # up
        ("text/clean.py", "from syto import __version__", False),
        ("text/clean.py", "from syto.sources.registry import Registry", True),  # sideways
        ("text/clean.py", "from syto.text.redact import redact", False),
        ("text/clean.py", "from .redact import redact", True),
        ("stages/score.py", "def f():\n    from syto.cli import app", True),  # in a function too
        ("stages/score.py", "from syto.stages.train import train", True),
        ("cli.py", "def f():\n    from syto.stages.score import score", False),
        ("config.py", "from syto.tracking.settings import TrackingSettings", False),
        ("config.py", "from syto.tracking.tracker import Tracker", True),
        ("report/page.py", "from syto.tracking.settings import TrackingSettings", True),
        ("tracking/tracker.py", "import mlflow.pyfunc", False),
        ("stages/train.py", "if True:\n    from mlflow import start_run", True),
    ],
)
def test_this_test_sees_what_it_should(tmp_path: Path, module: str, line: str, wrong: bool) -> None:
    path = tmp_path / module
    path.parent.mkdir(exist_ok=True)
    path.write_text(line, encoding="utf-8")
    assert bool(wrong_imports(path, tmp_path)) is wrong
