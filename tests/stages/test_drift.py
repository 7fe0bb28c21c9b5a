import json
from collections.abc import Callable
from pathlib import Path

import pytest

from syto.errors import UserError
from syto.model.bundle import Bundle
from syto.stages.drift import drift
from syto.stages.score import score
from syto.terminal import in_json

Write = Callable[..., str]
HEADER = "id,text,url\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write articles that say `word`, from twelve sources."""

    def written(name: str, word: str, count: int = 240, site: str = "a") -> str:
        rows = [
            f"{n},{word} сьогодні увечері відбувся {'знову ' * (n % 7)}у місті номер {n},"
            f"https://{site}{n % 12}.example/{n}\n"
            for n in range(count)
        ]
        (tmp_path / name).write_text(HEADER + "".join(rows), encoding="utf-8")
        return str(tmp_path / name)

    return written


def test_texts_that_differ_are_told_in_words_on_a_page_and_in_json(
    write: Write, tiny_bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = write("old.csv", "матч"), write("new.csv", "вибори", site="<b>")
    found = drift(old, new, str(tiny_bundle.folder), output=tmp_path / "page.html")
    said = capsys.readouterr().out
    assert said.startswith("NEW differs from OLD: ")
    assert "less sport (100% → 0%)" in said and "more politics (0% → 100%)" in said
    assert "Ukrainian: old and new texts are told apart nearly always" in said
    assert "Words of NEW: вибори." in said and "Words of OLD: матч." in said
    [told] = found.told
    assert (told.auroc.value, told.articles, told.folds_by) == (1.0, 240, "source")
    assert (found.old.rows, found.old.drawn, found.old.errors) == (240, 240, 0)
    assert "told apart nearly always" in (tmp_path / "page.html").read_text(encoding="utf-8")
    with in_json():
        drift(old, new, str(tiny_bundle.folder), output=tmp_path / "found.json")
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert printed["told"][0]["auroc"]["value"] == 1.0


def test_the_same_articles_look_alike_and_a_seed_gives_the_same_answer(
    write: Write, tiny_bundle: Bundle, capsys: pytest.CaptureFixture[str]
) -> None:
    old = write("old.csv", "матч", 600)
    answers = [drift(old, old, str(tiny_bundle.folder), sample=300, seed=4) for _ in range(2)]
    assert "NEW looks like OLD" in capsys.readouterr().out
    assert answers[0] == answers[1] and answers[0].seed == 4
    assert (answers[0].new.rows, answers[0].new.drawn) == (600, 300)


def test_scored_files_without_text_are_compared_by_what_was_said_of_them(
    write: Write, tiny_bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = write("old.csv", "матч"), write("new.csv", "вибори")
    scored = []
    for path, suffix in ((old, "csv"), (new, "xlsx")):  # one has the contract's names, one a reader's
        scored.append(str(tmp_path / f"scored_{Path(path).stem}.{suffix}"))
        score(path, scored[-1], tiny_bundle.folder, keep_text=False)
    found = drift(*scored, str(tiny_bundle.folder))
    said = capsys.readouterr().out
    assert "more politics (0% → 100%)" in said and "no text" in said
    assert [shift.name for shift in found.shares] == ["language", "out_of_scope", "topic", "source"]
    assert found.told == ()
    with pytest.raises(UserError, match="run `syto score` first"):
        drift(scored[0], new, str(tiny_bundle.folder))


def test_rows_that_cannot_be_read_are_counted(write: Write, tiny_bundle: Bundle, tmp_path: Path) -> None:
    old = write("old.csv", "матч", 5)
    page = "<!doctype html><html><head><title>a</title></head><body><p>матч</p></body></html>"
    (tmp_path / "new.csv").write_text(
        f'{HEADER}1,"{page}",\n2,матч сьогодні увечері у місті,\n', encoding="utf-8"
    )
    found = drift(old, str(tmp_path / "new.csv"), str(tiny_bundle.folder))
    assert (found.new.rows, found.new.drawn, found.new.errors) == (2, 2, 1)


@pytest.mark.parametrize(
    ("old", "new", "output", "said"),
    [
        ("old.csv", "nowhere.csv", None, "nowhere.csv is not there"),
        ("old.csv", "-", None, "not standard input"),
        ("old.csv", "old.csv", "drift.pdf", "drift.html or .json"),
        ("old.csv", "none.csv", None, "has no rows"),
        ("old.csv", "other.csv", None, "neither a text nor a title"),
    ],
)
def test_bad_input_is_a_users_mistake(
    write: Write, tiny_bundle: Bundle, tmp_path: Path, old: str, new: str, output: str | None, said: str
) -> None:
    write("old.csv", "матч", 5)
    (tmp_path / "none.csv").write_text(HEADER, encoding="utf-8")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    names = [name if name == "-" else str(tmp_path / name) for name in (old, new)]
    with pytest.raises(UserError, match=said):
        drift(*names, str(tiny_bundle.folder), output=tmp_path / output if output else None)


def test_score_says_at_its_end_that_a_batch_is_far_off(
    write: Write, tiny_bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("near.csv", "матч", 150)
    (tmp_path / "far.csv").write_text("text\n" + "12 345\n" * 150, encoding="utf-8")
    for name, lines in (("near", 0), ("far", 1)):
        score(str(tmp_path / f"{name}.csv"), str(tmp_path / f"scored_{name}.csv"), tiny_bundle.folder)
        said = capsys.readouterr().err.strip().splitlines()
        assert sum("far off what the model was calibrated on" in line for line in said) == lines
    assert "100% of the rows are out of scope" in said[-1]
