import csv
from pathlib import Path

import pytest

from syto.errors import UserError
from syto.labels.names import LANGUAGES
from syto.model.bundle import Bundle
from syto.stages.score import score
from syto.stages.sources import check, import_lists, roll_up, show, table
from syto.tables.formats import open_table

LISTS = """domain,texty_points,idiap,pc1,notes
pravda.com.ua,,-1,,=1+1
new.example,,1,0.1,
news.example,,,,nothing
youtube.com,,1,,
bbc.co.uk,,1,,
bbc.com,,1,,
"""


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    (tmp_path / "lists.csv").write_text(LISTS, encoding="utf-8")
    import_lists([tmp_path / "lists.csv"], tmp_path / "ratings.csv")
    return tmp_path / "ratings.csv"


def test_lists_become_a_ratings_file(imported: Path) -> None:
    with imported.open(encoding="utf-8", newline="") as file:
        rows = [(row["source"], row["rating"], row["rater"]) for row in csv.DictReader(file)]
    assert rows == [
        ("bbc.com", "reliable", "idiap"),
        ("new.example", "unreliable", "Lin et al."),
        ("new.example", "reliable", "idiap"),
        ("pravda.com.ua", "unreliable", "idiap"),
    ]


def test_a_value_that_cannot_be_read_loses_its_row_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lists.csv").write_text("domain,idiap\na.example,good\nb.example,1\n", encoding="utf-8")
    import_lists([tmp_path / "lists.csv"], tmp_path / "ratings.csv")
    assert "row 1 is left out" in " ".join(capsys.readouterr().err.split())
    assert "b.example" in (tmp_path / "ratings.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("site,idiap\na.example,1\n", "no column 'domain'"),
        ("domain,score\na.example,1\n", "none of the lists"),
        ("domain,idiap\nyoutube.com,1\n", "nothing is written"),
    ],
)
def test_a_table_without_ratings(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "lists.csv").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        import_lists([tmp_path / "lists.csv"], tmp_path / "ratings.csv")
    assert not (tmp_path / "ratings.csv").exists()


def test_all_evidence_on_a_source_is_shown(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show("https://new.example/1", [imported])
    out = capsys.readouterr().out
    assert "new.example: mixed" in out
    assert "contradict each other" in out
    assert "pc1 0.1" in out and "score 1" in out


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("pravda-com-ua.example", "may be taken for pravda.com.ua"),
        ("https://youtube.com/watch", "is a platform"),
        ("unknown.example", "is not rated"),
        ("epravda.com.ua", "pravda.com.ua: reliable"),
        ("ria.ru", "public lists: they do not count"),
        ("aljazeera.com", "its raters contradict each other\nfrom public lists alone"),
        ("championat.com", "a site of sport"),
    ],
)
def test_what_is_said_of_an_address(address: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    show(address)
    assert said in capsys.readouterr().out


def test_no_source() -> None:
    with pytest.raises(UserError, match="is no source"):
        show("https://")


def test_raters_who_disagree_are_found(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check([imported])
    out = capsys.readouterr().out
    assert "2 sources whose raters contradict each other" in out
    assert "pravda.com.ua" in out and "new.example" in out


def test_the_table_holds_every_source(capsys: pytest.CaptureFixture[str]) -> None:
    table()
    out = capsys.readouterr().out
    assert "144 rated sources" in out
    assert "ukrinform.ua" in out


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "jsonl"])
def test_scored_files_are_rolled_up(tmp_path: Path, suffix: str) -> None:
    header = "title,source,source_rating,source_rater,unreliable_probability\n"
    rows = "".join(f"T{number},=a.ua,,,0.9\n" for number in range(6))
    for part in ("one.csv", "two.csv"):
        (tmp_path / part).write_text(header + rows, encoding="utf-8")
    output = tmp_path / f"sources.{suffix}"
    roll_up([tmp_path / "one.csv", tmp_path / "two.csv"], output)
    (row,) = open_table(output).rows()
    assert (row.values["source"], row.values["verdict"]) == ("=a.ua", "reads unreliable")
    assert float(str(row.values["articles"])) == 12


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_is_rolled_up_as_the_csv_is(tmp_path: Path, tiny_bundle: Bundle, lang: str) -> None:
    rows = "".join(f"Матч {n} триває вже годину,https://{'ab'[n % 2]}.example/{n}\n" for n in range(12))
    (tmp_path / "in.csv").write_text(
        f"text,url\n{rows}Війна триває вже третій рік,https://www.bbc.com/1\n", encoding="utf-8"
    )
    for name in ("scored.csv", "scored.xlsx"):
        score(str(tmp_path / "in.csv"), str(tmp_path / name), tiny_bundle.folder, lang=lang)
        roll_up([tmp_path / name], tmp_path / f"{name}.jsonl", least=5)
    assert "bbc.com" in (tmp_path / "scored.csv.jsonl").read_text(encoding="utf-8")
    assert (tmp_path / "scored.csv.jsonl").read_bytes() == (tmp_path / "scored.xlsx.jsonl").read_bytes()


def test_a_file_that_was_not_scored(tmp_path: Path) -> None:
    (tmp_path / "raw.csv").write_text("title,source\nT,a.ua\n", encoding="utf-8")
    with pytest.raises(UserError, match="run `syto score` first"):
        roll_up([tmp_path / "raw.csv"], tmp_path / "sources.csv")


def _scored(path: Path, *rows: tuple[int, float], model: str = "news@1") -> Path:
    lines = (f"a.example,,,{share},{model},Т{number},https://a.example/{number}\n" for number, share in rows)
    header = "source,source_rating,source_rater,unreliable_probability,model,title,url\n"
    path.write_text(header + "".join(lines), encoding="utf-8")
    return path


def _rolled_up(scored: Path, memory: Path) -> dict[str, object]:
    output = scored.with_name("sources.jsonl")
    roll_up([scored], output, memory=memory)
    (row,) = open_table(output).rows()
    return dict(row.values)


def test_a_memory_adds_what_earlier_runs_read_and_counts_no_text_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memory = tmp_path / "sources.db"
    first = _scored(tmp_path / "one.csv", (1, 0.2), (2, 0.2), (3, 0.2))
    row = _rolled_up(first, memory)
    assert (row["articles"], row["source_unreliable_probability"]) == (3, None)
    for _ in range(2):
        row = _rolled_up(_scored(tmp_path / "two.csv", (3, 0.2), (4, 0.8), (5, 0.8)), memory)
        assert (row["articles"], row["unreliable_mean"]) == (5, 0.44)
    low, high = row["source_interval"]  # type: ignore[misc]
    assert low < row["source_unreliable_probability"] < high
    row = _rolled_up(_scored(tmp_path / "three.csv", (1, 0.9), model="news@2"), memory)
    assert (row["articles"], row["unreliable_mean"]) == (1, 0.9)
    assert "5 readings of other models are kept and do not count" in capsys.readouterr().err


def test_a_roll_up_tells_of_copies_from_a_rated_source(tmp_path: Path) -> None:
    stories = [" ".join(f"слово{number}х{place}" for place in range(150)) for number in range(4)]
    (tmp_path / "in.csv").write_text(
        "source,source_rating,source_rater,unreliable_probability,text\n"
        + "".join(f"{source},,,0.5,{text}\n" for text in stories for source in ("ria.ru", "new.example")),
        encoding="utf-8",
    )
    roll_up([tmp_path / "in.csv"], tmp_path / "out.jsonl")
    rows = {str(row.values["source"]): row.values for row in open_table(tmp_path / "out.jsonl").rows()}
    assert rows["new.example"]["links_and_copies"] == [
        "100% of its texts (4 of 4) are word for word in ria.ru, rated unreliable by Council of the EU"
    ]
