"""`syto scope` on the sample data, from a config."""

import csv
import json
from pathlib import Path
from random import Random

import numpy as np
import pytest

from syto.config import ScopeConfig, load_config
from syto.corpus.prepared import write_prepared
from syto.errors import UserError
from syto.records import Article
from syto.resources import resource
from syto.stages.scope import scope
from syto.text.language import detect_language
from syto.text.scope import read_scope
from syto.training.genres import price_list
from syto.training.scope_settings import Parts

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "articles.csv"
CODE = "def read(path):\n    with path.open() as file:\n        return [row for row in csv.reader(file)]\n"


def texts(name: str) -> dict[str, object]:
    return {"texts": [{"name": name, "path": f"{name}.csv", "columns": {"text": "text"}}]}


def sample() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScopeConfig:
    """Write half of the sample as prepared articles, the other half as unlabelled news."""
    monkeypatch.chdir(tmp_path)
    rows = [(detect_language(row["text"]), row["text"]) for row in sample()]
    prepared = [
        Article(str(n), text, clean=text, language=language) for n, (language, text) in enumerate(rows[::2])
    ]
    splits = {"train": prepared[::2], "validation": prepared[1::2], "test": []}
    write_prepared(tmp_path / "prepared", splits, (), {})
    for name, some in (("news", rows[1::2]), ("spared", rows[1:40:2]), ("code", [("en", CODE)])):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("language", "text"), *some])
    settings = {
        "prepared": "prepared",
        "news": {**texts("news"), "held_out": 0.25},
        "spared": texts("spared"),
        "other": texts("code"),
        "made": {"parts": str(resource("scope/genres.yaml")), "each": 30, "packages": ["typer"]},
        "fit": {"buckets": 1 << 14, "least": 20},
    }
    path = tmp_path / "scope.yaml"
    path.write_text(json.dumps(settings), encoding="utf-8")
    return load_config(path, (), ScopeConfig)


def test_a_check_is_made_from_what_a_config_names(config: ScopeConfig) -> None:
    made = read_scope(scope(config, Path("new/news-9.npz")))
    assert set(made.limits) == {"uk", "ru", "en"}
    news = [row["text"] for row in sample()]
    parts = load_config(config.made.parts, (), Parts).uk
    prices = [price_list(Random(seed), parts) for seed in range(40)]
    assert np.median([*map(made.strangeness, prices)]) > max(map(made.strangeness, news))
    again = read_scope(scope(config, Path("again.npz")))
    assert again.table.tolist() == made.table.tolist()
    assert again.limits == made.limits


def test_a_name_that_is_taken_is_refused(config: ScopeConfig) -> None:
    Path("news-9.npz").touch()
    with pytest.raises(UserError, match=r"news-9.npz is there already, and bundles may name it; give"):
        scope(config, Path("news-9.npz"))
