import json
from pathlib import Path

import pytest

from syto.errors import UserError
from syto.inference.loaded import Model
from syto.loading import load
from syto.model.bundle import Bundle
from syto.stages.claims import import_claims, ordinary, show
from syto.stages.score import _settings, score
from syto.tables.formats import open_table
from tiny_bundle import VOTES, make_tiny_bundle

CLAIM = "вибори матч вибори матч вибори матч"
TABLE = f"case_uk,narrative_uk,date,link\n{CLAIM},Про вибори,01/02/2020,https://a.example/1\n"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_tiny_bundle(tmp_path_factory.mktemp("m") / "bundle")


@pytest.fixture(scope="module")
def index(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One claim, among articles each of which repeats one word."""
    folder = tmp_path_factory.mktemp("claims")
    words = [word for word in VOTES if word not in ("вибори", "матч")]
    texts = [f"{' '.join([words[n % 3]] * (5 + n % 7))} це звичайна новина дня" for n in range(300)]
    (folder / "news.csv").write_text("text\n" + "\n".join(texts), encoding="utf-8")
    (folder / "cases.csv").write_text(TABLE, encoding="utf-8")
    ordinary([folder / "news.csv"], folder / "news.npz", str(bundle.folder))
    import_claims([folder / "cases.csv"], folder / "index.npz", str(bundle.folder), folder / "news.npz")
    return folder / "index.npz"


@pytest.fixture(scope="module")
def model(bundle: Bundle, index: Path) -> Model:
    return load(bundle.folder, claims=index)


def test_a_text_that_repeats_a_claim_shows_it(model: Model) -> None:
    repeated, other, nothing = model.score([CLAIM, "війна війна війна сенсація це новина", ""])
    assert [each["id"] for each in repeated.claims] == ["voxcheck-1"]
    assert repeated.claims[0]["link"] == "https://a.example/1"
    assert repeated.claims[0]["narrative"] == "Про вибори"
    assert other.claims == () and nothing.claims == ()


def test_nothing_else_in_the_answer_changes(model: Model, bundle: Bundle) -> None:
    [with_claims], [without] = model.score([CLAIM]), load(bundle.folder).score([CLAIM])
    assert without.claims == ()
    for name in ("topic_probabilities", "reliability", "unreliable_probability", "passages", "other_tasks"):
        assert getattr(with_claims, name) == getattr(without, name)


def test_the_column_is_there_with_an_index_alone(bundle: Bundle, index: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f"text\n{CLAIM}\nвійна війна війна це новина\n", encoding="utf-8")
    score(str(tmp_path / "in.csv"), str(tmp_path / "with.csv"), bundle.folder, claims=index)
    score(str(tmp_path / "in.csv"), str(tmp_path / "without.csv"), bundle.folder)
    with_claims, without = open_table(tmp_path / "with.csv"), open_table(tmp_path / "without.csv")
    names = list(with_claims.outline().names)
    assert names.index("claims") == names.index("source_note") + 1
    names.remove("claims")
    assert names == list(without.outline().names)
    found = [json.loads(str(row.values["claims"])) for row in with_claims.rows()]
    assert [[each["id"] for each in row] for row in found] == [["voxcheck-1"], []]


def test_parts_of_a_run_with_another_index_are_not_used(model: Model, bundle: Bundle) -> None:
    assert _settings(model, 32) != _settings(load(bundle.folder), 32)


def test_an_index_of_another_bundle_is_refused(index: Path, tmp_path: Path) -> None:
    other = make_tiny_bundle(tmp_path / "other", bias=(0.0, 0.0, 0.0, 2.0, -1.0))
    with pytest.raises(UserError, match="make it again"):
        load(other.folder, claims=index)


def test_a_model_without_ordinary_news_says_how_to_make_it(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(TABLE, encoding="utf-8")
    with pytest.raises(UserError, match="syto claims ordinary"):
        import_claims([tmp_path / "cases.csv"], tmp_path / "index.npz", str(bundle.folder))
    assert not (tmp_path / "index.npz").exists()


def test_show_prints_counts_and_one_claim(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(str(index))
    assert "Про вибори" in capsys.readouterr().out
    show(str(index), "voxcheck-1")
    assert "https://a.example/1" in capsys.readouterr().out
    with pytest.raises(UserError, match="did you mean 'voxcheck-1'"):
        show(str(index), "voxcheck-2")


def test_the_index_holds_no_word_of_a_claim(index: Path) -> None:
    assert "матч".encode() not in index.read_bytes()
