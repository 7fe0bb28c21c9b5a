"""The model as Python sees it: texts, records and tables in, the same answers out."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from syto.errors import UserError
from syto.inference.answer import Answer
from syto.inference.loaded import Model
from syto.loading import load
from syto.model.bundle import Bundle
from syto.records import Passage
from syto.stages.score import score

NEWS = "Учора в Озерянах відбувся матч, повідомляють джерела. Погода була ясна."
RECORDS = [
    {"id": 7, "text": NEWS, "url": "https://www.bbc.com/sport/1"},
    {"id": 8, "text": "", "url": None},
    {"id": 9, "text": "Вибори і знову вибори сьогодні.", "url": ""},
]


@pytest.fixture(scope="module")
def model(tiny_bundle: Bundle) -> Model:
    return load(tiny_bundle.folder)


def test_a_text_and_a_record_give_the_same_frozen_answer(model: Model) -> None:
    [answer] = model.score([NEWS])
    [other] = model.score([{"text": NEWS}])
    assert answer == other
    assert (answer.language, answer.topic, answer.error) == ("uk", "sport", "")
    assert answer.topic_probability == pytest.approx(max(answer.topic_probabilities.values()))
    [passage] = answer.passages["topic"]
    assert passage == Passage("text", 0, passage.end, NEWS[: passage.end], 1.0)
    with pytest.raises(AttributeError):
        answer.topic = "war"  # type: ignore[misc]


def test_a_record_brings_its_source(model: Model) -> None:
    rated, empty, unrated = model.score(RECORDS)
    assert (rated.source, rated.source_rating, rated.reliability_basis) == ("bbc.com", "reliable", "source")
    assert (empty.topic, empty.topic_status) == ("", "out_of_scope")
    assert (unrated.source, unrated.reliability_basis) == ("", "text")


def test_a_table_keeps_its_kind_its_columns_and_its_order(model: Model) -> None:
    answers = model.score(RECORDS)
    arrow = pa.Table.from_pylist(RECORDS)
    frame = pd.DataFrame(RECORDS, index=[2, 2, 5])
    scored = [model.score(arrow), model.score(pl.DataFrame(RECORDS)), model.score(frame)]
    assert [type(each) for each in scored] == [pa.Table, pl.DataFrame, pd.DataFrame]
    assert scored[2].index.tolist() == [2, 2, 5]
    assert scored[2]["id"].tolist() == [7, 8, 9]  # untouched: numbers stay numbers
    for rows in (scored[0].to_pylist(), scored[1].to_dicts(), scored[2].to_dict("records")):
        assert list(rows[0])[:4] == ["id", "text", "url", "language"]
        assert [row["topic"] for row in rows] == [answer.topic for answer in answers]
        assert json.loads(rows[0]["topic_probabilities"]) == answers[0].topic_probabilities
        assert rows[0]["unreliable_probability"] == answers[0].unreliable_probability


def test_python_and_the_command_line_say_the_same(model: Model, tiny_bundle: Bundle, tmp_path: Path) -> None:
    source, target = tmp_path / "articles.csv", tmp_path / "scored.csv"
    pd.DataFrame(RECORDS).to_csv(source, index=False)
    score(str(source), str(target), tiny_bundle.folder)
    with target.open(encoding="utf-8", newline="") as file:
        of_file = list(csv.DictReader(file))
    table = model.score(pd.read_csv(source, dtype=str, keep_default_na=False))
    of_table = [{k: "" if v != v else str(v) for k, v in row.items()} for row in table.to_dict("records")]
    assert of_table == of_file


def test_a_column_of_the_same_name_stays(model: Model) -> None:
    scored = model.score(pd.DataFrame({"text": [NEWS], "topic": ["mine"]}))
    assert (scored["topic"][0], scored["syto_topic"][0]) == ("mine", "sport")


def test_nothing_gives_nothing(model: Model) -> None:
    assert model.score([]) == []
    assert len(model.score(pd.DataFrame({"text": []}))) == 0


@pytest.mark.parametrize("given", [NEWS, 7, {"text": NEWS}])
def test_what_is_no_list_is_refused_with_the_remedy(model: Model, given: object) -> None:
    with pytest.raises(UserError, match=r"model\.score\(\[text\]\)"):
        model.score(given)


def test_records_without_a_text_are_refused(model: Model) -> None:
    with pytest.raises(UserError, match="neither a text nor a title column; its columns: note"):
        model.score([{"note": NEWS}])


def test_further_tasks_have_a_place() -> None:
    answer = Answer.of({"language": "uk", "passages": None, "manipulation": "yes", "error": ""})
    assert answer.other_tasks == {"manipulation": "yes"}


def test_the_import_costs_nothing() -> None:
    code = "import sys, syto; print([n for n in ('numpy', 'onnxruntime', 'torch') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_texts_of_one_unrated_source_are_read_together(model: Model) -> None:
    records = [{"text": f"{NEWS} {number}", "url": f"https://new.example/{number}"} for number in range(5)]
    answers = model.score([*records, {"text": NEWS}])
    assert [each.source_texts for each in answers] == [5] * 5 + [None]
    low, high = answers[0].source_interval
    assert low < (answers[0].source_unreliable_probability or 0) < high
    rows = model.score(pa.Table.from_pylist(records)).to_pylist()
    assert [json.loads(row["source_interval"]) for row in rows] == [[low, high]] * 5
    assert {each.reliability_basis for each in model.score(records, pooling=False)} == {"text"}
