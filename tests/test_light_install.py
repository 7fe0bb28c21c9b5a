"""`pip install syto` in a clean environment scores, with no torch in it.

The only test that needs the package index; SYTO_OFFLINE=1 leaves it out.
"""

import csv
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tiny_bundle import make_tiny_bundle

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "transformers", "mlflow", "sklearn", "datasets", "pandas", "scipy", "accelerate", "altair")
ARTICLES = "id,text,url\n7,Матч і знову матч,https://www.bbc.com/sport/1\n8,,\n9,Вибори і знову вибори,\n"

pytestmark = pytest.mark.skipif(
    os.environ.get("SYTO_OFFLINE", "0") != "0", reason="SYTO_OFFLINE is set, and pip needs the package index"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    [built] = folder.glob("syto-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the interpreter of an environment with the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("light") / "venv"
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    pip(python, "install", str(wheel))
    return python


def pip(python: str, *arguments: str) -> None:
    run(python, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments)


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a program that sees nothing of this checkout."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))
    }
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def scored(folder: Path, python: str, *options: str) -> list[dict[str, str]]:
    (folder / "articles.csv").write_text(ARTICLES, encoding="utf-8")
    run(python, "-m", "syto", "score", "articles.csv", "-o", "scored.csv", *options, cwd=folder)
    with (folder / "scored.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_light_install_has_nothing_heavy(python: str, tmp_path: Path) -> None:
    code = f"from importlib.util import find_spec; print([name for name in {HEAVY!r} if find_spec(name)])"
    assert run(python, "-c", code, cwd=tmp_path).strip() == "[]"


def test_the_light_install_scores(python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parent)
    bundle = make_tiny_bundle(tmp_path / "bundle").folder
    rows = scored(tmp_path, python, "--model", str(bundle))
    assert [(row["id"], row["topic"]) for row in rows] == [("7", "sport"), ("8", ""), ("9", "politics")]
    assert rows[0]["source"] == "bbc.com"  # found offline, by the data that the wheel carries


def test_the_wheel_carries_its_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("labels/topics.yaml", "labels/reliability.yaml", "sources/ratings.csv"):
        assert f"syto/_data/{name}" in names


def test_the_shipped_bundle_scores_without_being_named(wheel: Path, python: str, tmp_path: Path) -> None:
    if "syto/_data/embedded/bundle.json" not in zipfile.ZipFile(wheel).namelist():
        pytest.skip("this checkout ships no bundle")
    rows = scored(tmp_path, python)
    assert [row["id"] for row in rows] == ["7", "8", "9"]
    assert all(row["model"] and not row["error"] for row in rows)
    assert rows[1]["topic_status"] == "out_of_scope"
