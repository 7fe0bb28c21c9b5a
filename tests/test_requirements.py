"""What a config names is looked for before anything is read."""

import subprocess
import sys
from pathlib import Path

import pytest

from syto.config import Config, PretrainConfig, ScopeConfig, load_config
from syto.errors import UserError
from syto.requirements import Verb, check_requirements, named_paths

CONFIGS = Path(__file__).parents[1] / "configs"


def missing(verb: Verb, config: str, kind: type[Config | PretrainConfig | ScopeConfig] = Config) -> str:
    path = Path("configs") / config
    with pytest.raises(UserError) as caught:
        check_requirements(load_config(path, (), kind), verb, path)
    return str(caught.value)


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with the configs alone."""
    (tmp_path / "configs").symlink_to(CONFIGS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def checkout(nothing: Path) -> Path:
    """Stand in one with what is committed, too."""
    (nothing / "data").mkdir()
    for name in ("encoder", "labels", "sources", "sample", "scope"):
        (nothing / "data" / name).symlink_to(CONFIGS.parent / "data" / name)
    return nothing


def test_every_path_is_found_by_its_key() -> None:
    named = dict(named_paths(load_config(CONFIGS / "news-small.yaml")))
    assert named["data.ratings.1"] == Path("data/sources/ratings_en.csv")
    assert named["data.splits.held_out"] == Path("data/sources/held_out.csv")
    assert named["data.datasets.2.labels.topic.url_folders"] == Path("data/labels/url_folders.yaml")
    assert named["tasks.topic.labels"] == Path("data/labels/topics.yaml")
    assert named["encoder.from"] == Path("data/prepared/e5-small")
    assert named["distil.teacher"] == Path("runs/news-teacher/bundle")
    assert named["distil.corpus.texts.0.path"] == Path("../shared/data/corpus_uk.parquet")


def test_a_name_on_the_hub_is_no_path() -> None:
    assert "encoder.from" not in dict(named_paths(load_config(CONFIGS / "mmbert-base.yaml")))
    assert "encoder.from" in dict(named_paths(load_config(CONFIGS / "e5-small-trimmed.yaml")))


def test_a_file_of_shared_data_is_named_with_its_key(checkout: Path) -> None:
    said = missing("prepare", "news.yaml")
    assert said.startswith(
        "configs/news.yaml: data.datasets.0.path: ../shared/data/ukrinform.parquet is not "
    )
    assert said.endswith("more are missing)")


def test_training_needs_what_is_prepared_and_the_encoder_and_no_raw_files(checkout: Path) -> None:
    said = missing("train", "news.yaml")
    assert "data.prepared: data/prepared/news is not there; `syto prepare configs/news.yaml` makes it" in said
    (checkout / "data" / "prepared" / "news").mkdir(parents=True)
    said = missing("train", "news.yaml")
    assert "encoder.from: data/prepared/e5-small is not there; `make encoder` makes it" in said
    (checkout / "data" / "prepared" / "e5-small").mkdir()
    check_requirements(load_config(Path("configs/news.yaml")), "train", Path("configs/news.yaml"))


def test_a_pupil_needs_its_teacher_and_no_encoder_of_its_own(checkout: Path) -> None:
    (checkout / "data" / "prepared" / "news").mkdir(parents=True)
    said = missing("distil", "news-small.yaml")
    assert "distil.teacher: runs/news-teacher/bundle is not there; `syto train configs/news.yaml`" in said
    assert "--set distil.teacher=FOLDER" in said
    assert "(7 more are missing)" in said


def test_held_out_articles_are_prepared_before_a_pretraining_and_the_check_of_news(nothing: Path) -> None:
    said = missing("pretrain", "syto-mini.yaml", PretrainConfig)
    assert "corpus.texts.0.path: ../shared/data/corpus_uk.parquet" in said
    said = missing("scope", "scope.yaml", ScopeConfig)
    assert "prepared: data/prepared/news is not there; `syto prepare configs/news.yaml` makes it" in said


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_config_that_ships_needs_what_no_command_makes(path: Path, checkout: Path) -> None:
    kind = {"syto-mini": PretrainConfig, "scope": ScopeConfig}.get(path.stem, Config)
    made = ("data/prepared/", "../shared/data/", "runs/", "encoders/")
    for key, named in named_paths(load_config(path, (), kind)):
        assert named.exists() or named.as_posix().startswith(made), key


@pytest.mark.parametrize("verb", ["prepare", "train", "distil", "cross-validate"])
def test_the_command_line_says_it_at_once(nothing: Path, verb: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "syto", verb, "configs/news-small.yaml"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "error: configs/news-small.yaml: data." in done.stderr
    assert " torch" not in done.stderr
