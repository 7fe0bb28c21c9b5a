import csv
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from syto.corpus.columns import ColumnMap
from syto.errors import UserError
from syto.inference.scored_book import read_back
from syto.inference.scored_row import OUTPUT_COLUMNS
from syto.stages.score import chunks, score
from syto.tables.excel_cells import EXCEL_CELL
from syto.tables.formats import FORMATS, open_table
from tiny_bundle import make_tiny_bundle

KINDS = [format.name for format in FORMATS]
COLUMNS = ("код", "Заголовок", "текст", "посилання")
ROWS = (
    ("а-1", "Матч дня", "Учора відбувся матч, повідомляють джерела.", "https://www.bbc.com/ukrainian/1"),
    ("а-2", "", "", ""),
    ("а-3", "=1+1", "Сенсація! Вибори перенесено, кажуть «у кулуарах».", "https://новини.укр/а"),
    ("а-4", "Війна", 'Війна триває,\nкажуть "очевидці".', "https://t.me/s/Kanal"),
)
# Scores one file with the given bundle, in a process of its own.
RUN = "import sys; from pathlib import Path; from syto.stages.score import score; "
SCORE = RUN + "score(sys.argv[1], sys.argv[2], Path(sys.argv[3]), format=(sys.argv[4:] or [None])[0])"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sys.path.append(str(Path(__file__).parents[1]))
    return Path(make_tiny_bundle(tmp_path_factory.mktemp("m") / "bundle").folder)


def _write(path: Path, rows: Sequence[Sequence[str]] = ROWS, columns: Sequence[str] = COLUMNS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    if path.suffix == ".parquet":
        pq.write_table(pa.table({c: [r[c] for r in records] for c in columns}), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
    elif path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([columns, *rows]):
                sheet.write_row(number, 0, row)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",").writerows([columns, *rows])
    return path


def _read(path: Path) -> list[dict[str, object]]:
    """Rows with every cell in one form, whichever the format and the language."""
    rows = read_back(open_table(path)).rows()
    return [{name: _plain(value) for name, value in row.values.items()} for row in rows]


def _without(names: Sequence[str], row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in names}


def _plain(value: object) -> object:
    if value in ("", None):
        return None
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return re.sub(r"^0\.\d+$", lambda number: f"{float(number[0]):.6f}", text)


@pytest.fixture(scope="module")
def scored(model: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    folder = tmp_path_factory.mktemp("scored")
    score(str(_write(folder / "in.csv")), str(folder / "out.csv"), model)
    return _read(folder / "out.csv")


@pytest.mark.parametrize("read", KINDS)
@pytest.mark.parametrize("write", KINDS)
def test_every_kind_to_every_kind(
    scored: list[dict[str, object]], model: Path, tmp_path: Path, read: str, write: str
) -> None:
    source = _write(tmp_path / f"in.{read}")
    summary = score(str(source), str(tmp_path / f"out.{write}"), model)
    rows = _read(tmp_path / f"out.{write}")
    sentences = ("topic_probabilities", "passages") if write == "xlsx" else ()  # for people, in place of JSON
    assert [_without(sentences, row) for row in rows] == [_without(sentences, row) for row in scored]
    assert list(rows[0]) == [*COLUMNS, *OUTPUT_COLUMNS]
    assert (summary.rows, summary.errors, summary.out_of_scope) == (4, 0, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([f"in.{read}", f"out.{write}"])


def test_what_the_rows_say(scored: list[dict[str, object]]) -> None:
    assert [tuple(row[c] or "" for c in COLUMNS) for row in scored] == list(ROWS)
    assert [row["topic"] for row in scored] == ["sport", None, "politics", "conflict"]
    assert [row["topic_status"] for row in scored] == ["sure", "out_of_scope", "sure", "sure"]
    assert [row["reliability_basis"] for row in scored] == ["source", "text", "text", "text"]
    assert [row["source"] for row in scored] == ["bbc.com", None, "новини.укр", "t.me/kanal"]
    assert {str(row["model"])[:5] for row in scored} == {"tiny@"}


def test_a_bad_row_carries_its_error_and_keeps_its_place(model: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text\n1,Вибори минули вчора\n2,a,b\n3,a,b\n4,Матч минув учора\n")
    (tmp_path / "in.jsonl").write_text(
        '{"text": "Вибори минули вчора"}\n{oops\n[1]\n{"text": "Матч учора тут"}\n'
    )
    for name in ("in.csv", "in.jsonl"):
        summary = score(str(tmp_path / name), str(tmp_path / "out.csv"), model, overwrite=True)
        rows = _read(tmp_path / "out.csv")
        assert (summary.rows, summary.errors) == (4, 2)
        assert [row["topic"] for row in rows] == ["politics", None, None, "sport"]
        assert [bool(row["error"]) for row in rows] == [False, True, True, False]
    assert [row["unparsed"] for row in rows] == [None, "{oops", "[1]", None]


def test_a_row_that_lacks_its_last_cells_is_scored(model: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text,url\n1,Вибори минули вчора\n2,Матч минув учора,\n")
    summary = score(str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), model)
    assert [row["topic"] for row in _read(tmp_path / "out.csv")] == ["politics", "sport"]
    assert summary.errors == 0


def test_json_lines_with_unlike_keys_lose_none_of_them(model: Path, tmp_path: Path) -> None:
    lines = ['{"text": "Матч"}'] * 1_200 + ['{"text": "Матч", "пізній": {"ключ": [1]}}']
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    score(str(tmp_path / "in.jsonl"), str(tmp_path / "out.csv"), model)
    assert _read(tmp_path / "out.csv")[-1]["пізній"] == '{"ключ": [1]}'


def test_our_columns_give_way_to_those_of_the_input(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = _write(tmp_path / "in.csv", [("Матч був учора тут", "Моя газета")], ("text", "source"))
    score(str(source), str(tmp_path / "once.csv"), model)
    score(str(tmp_path / "once.csv"), str(tmp_path / "twice.csv"), model)
    [once], [twice] = _read(tmp_path / "once.csv"), _read(tmp_path / "twice.csv")
    assert (once["source"], once["syto_source"], once["topic"]) == ("Моя газета", "моя газета", "sport")
    assert list(twice)[: len(once)] == list(once)
    assert twice["syto_topic"] == "sport"
    assert "source → syto_source" in capsys.readouterr().err


def test_a_long_cell_is_cut_in_excel_and_nowhere_else(model: Path, tmp_path: Path) -> None:
    text = "Матч триває. " * 3_000
    source = _write(tmp_path / "in.csv", [(text,)], ("text",))
    for name in ("out.xlsx", "out.jsonl"):
        score(str(source), str(tmp_path / name), model)
    [cut], [whole] = _read(tmp_path / "out.xlsx"), _read(tmp_path / "out.jsonl")
    assert whole["text"] == text
    assert re.search(r"\[cut by syto: \d+ characters\]$", str(cut["text"]))
    assert len(str(cut["text"])) <= EXCEL_CELL


def test_a_windows_1251_file_with_semicolons_comes_back_as_its_reader_expects(
    model: Path, tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_text("Назва;Текст\nа,б;Матч їхній\n", encoding="cp1251")
    score(str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), model)
    assert (tmp_path / "out.csv").read_text().startswith("\ufeffНазва;Текст;language;topic;")
    (tmp_path / "in.csv").write_text("Назва;Текст\nа,б;Матч їхній\n", encoding="utf-8-sig")
    score(str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), model, overwrite=True)
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_folder_and_a_pattern_give_a_file_for_each(model: Path, tmp_path: Path) -> None:
    for name in ("in/січень.csv", "in/лютий.xlsx", "in/ще/березень.jsonl"):
        _write(tmp_path / name)
    assert score(str(tmp_path / "in"), str(tmp_path / "out"), model).rows == 8
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["лютий.xlsx", "січень.csv"]
    assert score(f"{tmp_path}/in/**/*", f"{tmp_path}/all", model, output_format="jsonl").rows == 12
    assert (tmp_path / "all/ще/березень.jsonl").is_file()


def test_given_columns_and_ratings_are_obeyed(model: Path, tmp_path: Path) -> None:
    ratings = tmp_path / "mine.csv"
    ratings.write_text("source,rating,rater,date,evidence,aliases\nozeryany.example,mixed,me,2024,a page,\n")
    source = _write(tmp_path / "in.csv", [("Матч учора в місті", "ozeryany.example/1")], ("вміст", "адреса"))
    columns = ColumnMap(text="вміст", url="адреса")
    score(str(source), str(tmp_path / "out.csv"), model, columns=columns, ratings=[ratings])
    [row] = _read(tmp_path / "out.csv")
    assert (row["reliability"], row["source_rater"], row["topic"]) == ("mixed", "me", "sport")


def test_the_summary_counts_and_says_what_reliability_is_not(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("Погода ясна весь день. " * 99,), ("",), ("Матч триває вже годину",)]
    summary = score(str(_write(tmp_path / "in.csv", rows, ("text",))), str(tmp_path / "out.csv"), model)
    assert (summary.rows, summary.errors, summary.out_of_scope, summary.truncated) == (3, 0, 1, 1)
    assert summary.unsure == {"topic": 1, "reliability": 2}
    said = capsys.readouterr()
    assert "Source reliability is not truth" in said.err
    assert not said.out


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "is empty"), ("a,b\n1,2\n", "neither a text nor a title column"), (None, "is not there")],
)
def test_a_useless_input_is_refused_before_anything_is_written(
    model: Path, tmp_path: Path, content: str | None, message: str
) -> None:
    _write(tmp_path / "in/good.csv")
    if content is not None:
        (tmp_path / "in/other.csv").write_text(content)
    with pytest.raises(UserError, match=message):
        score([f"{tmp_path}/in/good.csv", f"{tmp_path}/in/other.csv"], str(tmp_path / "out"), model)
    assert not (tmp_path / "out").exists()


def test_a_header_without_rows_gives_a_header_without_rows(model: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text\n")
    assert score(str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), model).rows == 0
    assert (tmp_path / "out.csv").read_text().startswith("id,text,language,topic,")


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is no bundle"):
        score(str(_write(tmp_path / "in.csv")), str(tmp_path / "out.csv"), tmp_path)
    assert not (tmp_path / "out.csv").exists()


def test_chunks_hold_few_rows_and_not_too_much_text(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("text\n" + "м\n" * 600 + ("м" * 5_000_000 + "\n") * 3)
    assert [len(chunk) for chunk in chunks(open_table(tmp_path / "in.csv").rows())] == [256, 256, 90, 1]


def _python(code: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", code, *arguments], input=stdin, capture_output=True)


def test_standard_input_to_standard_output(
    scored: list[dict[str, object]], model: Path, tmp_path: Path
) -> None:
    for format in KINDS:
        stdin = _write(tmp_path / f"in.{format}").read_bytes()
        done = _python(SCORE, "-", "-", str(model), format, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        kind = format if format in ("jsonl", "tsv") else "csv"
        (tmp_path / f"out.{kind}").write_bytes(done.stdout)
        assert _read(tmp_path / f"out.{kind}") == scored


def test_standard_input_needs_a_format(model: Path) -> None:
    with pytest.raises(UserError, match="--format csv"):
        score("-", "-", model)


def test_scoring_imports_nothing_of_the_training_install(model: Path, tmp_path: Path) -> None:
    heavy = ["torch", "transformers", "mlflow", "sklearn", "pandas", "datasets", "scipy", "onnx"]
    code = SCORE + f"; print([name for name in {heavy} if name in sys.modules])"
    for name in ("in.csv", "in.xlsx", "in.parquet"):
        done = _python(code, str(_write(tmp_path / name)), str(tmp_path / f"{name}.xlsx"), str(model))
        assert done.stdout.decode().strip() == "[]", done.stderr.decode()


def test_a_kill_leaves_no_file_under_the_final_name(model: Path, tmp_path: Path) -> None:
    source = _write(tmp_path / "in.csv", [("Матч триває вже годину",)] * 1_100, ("text",))
    # The kill comes when the fourth chunk has been written.
    code = RUN + (
        "import os, signal, syto.stages.score as stage; count = stage.ScoreSummary.of; calls = []\n"
        "def killing(rows):\n"
        "    calls.append(1)\n"
        "    return os.kill(os.getpid(), signal.SIGKILL) if len(calls) == 4 else count(rows)\n"
        "stage.ScoreSummary.of = killing\n"
        "score(sys.argv[1], sys.argv[2], Path(sys.argv[3]))"
    )
    for format in KINDS:
        target = tmp_path / f"out.{format}"
        assert _python(code, str(source), str(target), str(model)).returncode == -9
        assert not target.exists()
        assert score(str(source), str(target), model).rows == 1_100  # the leftovers do not matter
        assert [path.name for path in tmp_path.glob("out*")] == [target.name]
        target.unlink()


def test_a_reader_that_ends_early_is_told_in_one_line(model: Path, tmp_path: Path) -> None:
    source = _write(tmp_path / "in.csv", [("Матч триває вже годину",)] * 3_000, ("text",))
    code = RUN + "from syto.errors import SytoError\ntry:\n    score(sys.argv[1], '-', Path(sys.argv[2]))\n"
    code += "except SytoError as error:\n    sys.exit(f'error: {error}')"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(source), str(model)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout and process.stderr
    process.stdout.read(10)
    process.stdout.close()
    with process:
        said = process.stderr.read().decode()
    assert process.returncode == 1
    assert "error: whatever read the output has ended" in said
    assert "Traceback" not in said and "Exception ignored" not in said


def test_the_language_changes_a_workbook_and_nothing_else(model: Path, tmp_path: Path) -> None:
    source = _write(tmp_path / "in.csv")
    for lang in ("uk", "en"):
        for format in ("csv", "jsonl", "parquet", "xlsx"):
            score(str(source), str(tmp_path / f"{lang}.{format}"), model, lang=lang)
    for format in ("csv", "jsonl", "parquet"):
        assert (tmp_path / f"uk.{format}").read_bytes() == (tmp_path / f"en.{format}").read_bytes()
    [uk, *_], [en, *_] = (list(open_table(tmp_path / f"{lang}.xlsx").rows()) for lang in ("uk", "en"))
    assert (uk.values["Тема"], en.values["Topic"]) == ("Спорт", "Sport")
    assert _read(tmp_path / "uk.xlsx")[0]["topic"] == _read(tmp_path / "en.xlsx")[0]["topic"] == "sport"


def test_a_workbook_that_is_scored_again_keeps_what_it_said(model: Path, tmp_path: Path) -> None:
    score(str(_write(tmp_path / "in.csv")), str(tmp_path / "once.xlsx"), model, lang="uk")
    score(str(tmp_path / "once.xlsx"), str(tmp_path / "twice.xlsx"), model, lang="uk")
    once, twice = (next(open_table(tmp_path / f"{n}.xlsx").rows()).values for n in ("once", "twice"))
    assert {name: twice[name] for name in once} == once
    assert (twice["Тема"], twice["Тема (syto)"]) == ("Спорт", "Спорт")


def test_a_language_that_is_not_known_is_told_before_anything_is_written(model: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'ua'"):
        score(str(_write(tmp_path / "in.csv")), str(tmp_path / "out.xlsx"), model, lang="ua")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_the_sheet_that_is_named_is_read_below_its_title(model: Path, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "in.xlsx")
    book.add_worksheet("Нотатки").write_row(0, 0, ["а", "б"])
    sheet = book.add_worksheet("Статті")
    sheet.write(0, 0, "Моніторинг за листопад")
    sheet.write_row(1, 0, ["Назва", "Текст"])
    sheet.write_row(2, 0, ["Матч", "Матч їхній матч"])
    book.close()
    for number, wanted in enumerate(("Статті", 2)):
        out = tmp_path / f"out{number}.csv"
        score(str(tmp_path / "in.xlsx"), str(out), model, sheet=wanted)
        rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
        assert [row["Назва"] for row in rows] == ["Матч"] and rows[0]["topic"] == "sport"


@pytest.fixture
def of_one_outlet(tmp_path: Path) -> Path:
    """Three chunks: an outlet has its first text in the first and its last in the last, another has four."""
    rows = [(str(number), "", f"Матч {number} сьогодні тут", "") for number in range(700)]
    for place in (3, 4, 5, 260, 690, 699):
        rows[place] = (*rows[place][:3], f"https://outlet.example/{place}")
    for place in (6, 7, 8, 9):
        rows[place] = (*rows[place][:3], "https://few.example/1")
    return _write(tmp_path / "in.csv", rows)


def test_texts_of_one_unrated_source_are_read_together_over_a_whole_file(
    of_one_outlet: Path, model: Path, tmp_path: Path
) -> None:
    score(str(of_one_outlet), str(tmp_path / "out.jsonl"), model, passages=0)
    rows = _read(tmp_path / "out.jsonl")
    assert [row["код"] for row in rows] == [str(number) for number in range(700)]
    together = [place for place, row in enumerate(rows) if row["reliability_basis"] == "source_texts"]
    assert together == [3, 4, 5, 260, 690, 699]
    assert {str(rows[place]["source_texts"]) for place in together} == {"6"}
    assert len({str(rows[place]["source_interval"]) for place in together}) == 1
    assert {row["source_texts"] for row in rows if row["source"] != "outlet.example"} == {None}


def test_a_text_that_an_outlet_has_many_times_is_one_of_its_texts(model: Path, tmp_path: Path) -> None:
    rows = [(str(number), "", "Матч сьогодні тут", f"https://outlet.example/{number}") for number in range(9)]
    score(str(_write(tmp_path / "in.csv", rows)), str(tmp_path / "out.csv"), model, passages=0)
    assert {row["reliability_basis"] for row in _read(tmp_path / "out.csv")} == {"text"}


def test_without_pooling_and_into_a_stream_each_text_stands_alone(
    of_one_outlet: Path, model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    score(str(of_one_outlet), str(tmp_path / "out.csv"), model, passages=0, pooling=False)
    score(str(of_one_outlet), "-", model, passages=0, output_format="csv")
    written = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert "source_interval" in written and "source_texts," in written
    assert {row["reliability_basis"] for row in _read(tmp_path / "out.csv")} == {"text"}
    assert capfd.readouterr().out.replace("\r\n", "\n") == written.replace("\r\n", "\n")
