"""The registered model and `syto score` give the same rows."""

import csv
import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import mlflow
import pandas as pd
import pytest

from syto.errors import UserError
from syto.loading import load
from syto.model.bundle import Bundle
from syto.stages.score import score
from syto.tracking.settings import TrackingSettings
from syto.tracking.tracker import Tracker

pytestmark = pytest.mark.filterwarnings("ignore")  # the tests call MLflow, which warns of its own parts

COLUMNS = ("id", "note", "title", "text", "url")
ARTICLES = [
    dict(zip(COLUMNS, cells, strict=True))
    for cells in (
        ("7", "моя", "Матч", "Матч і вибори, матч і джерела", "https://nova-hvylia.example/1"),
        ("", "", "", "Сенсація! Вибори, вибори, вибори", ""),
        ("3", "", "", "", "https://nova-hvylia.example/3"),
        ("4", "", "Війна", "Довга війна. " * 60 + 'з "лапками", комами;\nі рядками', "bbc.com"),
    )
]
RATINGS = (
    "source,rating,rater,date,evidence,aliases\n"
    "nova-hvylia.example,reliable,the project,2025,invented for a test,\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tiny_bundle: Bundle) -> Path:
    """Return a folder with articles, what `syto score` says of them, and a database with the model."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "ratings.csv").write_text(RATINGS, encoding="utf-8")
    with (folder / "articles.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(ARTICLES)
    score(
        str(folder / "articles.csv"),
        str(folder / "scored.csv"),
        tiny_bundle.folder,
        ratings=[folder / "ratings.csv"],
    )
    with Tracker.open(TrackingSettings(uri=uri(folder)), "model") as tracker:
        logged = tracker.log_bundle(tiny_bundle.folder, ARTICLES[:2], [folder / "ratings.csv"], "syto-tiny")
    assert (logged, tracker.problems) == ("models:/syto-tiny/1", [])
    return folder


def uri(folder: Path) -> str:
    return f"sqlite:///{folder}/mlflow.db"


def scored(folder: Path) -> list[dict[str, str]]:
    with (folder / "scored.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def as_text(rows: Sequence[dict[str, object]]) -> list[dict[str, str]]:
    return [{name: _cell(value) for name, value in row.items()} for row in rows]


def _cell(value: object) -> str:
    empty = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if empty else str(value)


@pytest.fixture
def model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> "mlflow.pyfunc.PyFuncModel":
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri(folder))
    return mlflow.pyfunc.load_model("models:/syto-tiny@challenger")


def test_the_registered_model_gives_the_rows_of_score(
    folder: Path, model: "mlflow.pyfunc.PyFuncModel"
) -> None:
    frame = model.predict(pd.DataFrame(ARTICLES))
    expected = scored(folder)
    assert expected[0]["reliability_basis"] == "source"  # the ratings file went with the model
    assert list(frame.columns) == list(expected[0])
    assert as_text(frame.to_dict("records")) == expected


def test_a_registered_model_is_loaded_by_its_alias(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri(folder))
    table = load("models:/syto-tiny@challenger").score(pd.DataFrame(ARTICLES))
    assert as_text(table.to_dict("records")) == scored(folder)
    with pytest.raises(UserError, match="models:/syto-other@champion cannot be loaded"):
        load("models:/syto-other@champion")


def test_probabilities_are_numbers_even_where_none_is_known(model: "mlflow.pyfunc.PyFuncModel") -> None:
    frame = model.predict(pd.DataFrame({"text": ["", ""]}))
    assert list(frame["topic_status"]) == ["out_of_scope", "out_of_scope"]
    assert frame["topic_probability"].dtype == float


def test_no_rows_in_no_rows_out(model: "mlflow.pyfunc.PyFuncModel") -> None:
    frame = model.predict(pd.DataFrame({"text": pd.Series([], dtype=str)}))
    assert len(frame) == 0
    assert "topic_probability" in frame.columns


def test_missing_cells_are_empty_text(model: "mlflow.pyfunc.PyFuncModel") -> None:
    frame = model.predict(
        pd.DataFrame({"title": [None, "Матч, матч і матч"], "text": ["Вибори і вибори", None]})
    )
    assert list(frame["topic"]) == ["politics", "sport"]
    assert list(frame["title"]) == ["", "Матч, матч і матч"]


def test_the_model_names_what_it_needs(model: "mlflow.pyfunc.PyFuncModel") -> None:
    needs = Path(mlflow.artifacts.download_artifacts("models:/syto-tiny/1/requirements.txt")).read_text()
    assert "syto==" in needs
    assert "torch" not in needs


def test_our_columns_alone_have_their_own_names_and_no_nan(
    folder: Path, model: "mlflow.pyfunc.PyFuncModel"
) -> None:
    taken = [{**article, "topic": "theirs", "error": "theirs"} for article in ARTICLES]
    frame = model.predict(pd.DataFrame(taken), params={"keep_input": False})
    expected = [{name: row[name] for name in frame.columns} for row in scored(folder)]
    assert list(frame.columns) == [name for name in scored(folder)[0] if name not in COLUMNS]
    assert as_text(frame.to_dict("records")) == expected
    assert "NaN" not in json.dumps(frame.to_dict("records"))


def test_a_served_model_answers_with_the_contract(model: "mlflow.pyfunc.PyFuncModel", folder: Path) -> None:
    server = pytest.importorskip("mlflow.pyfunc.scoring_server")
    asked = json.dumps({"dataframe_records": ARTICLES, "params": {"keep_input": False}})
    answer = server.invocations(asked, "application/json", model, model.metadata.get_input_schema())
    assert answer.status == 200
    predicted = json.loads(answer.response, parse_constant=pytest.fail)["predictions"]
    assert as_text(predicted) == [{name: row[name] for name in predicted[0]} for row in scored(folder)]


def test_spark_gives_the_same_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = pytest.importorskip("pyspark.sql")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri(folder))
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    try:
        udf = mlflow.pyfunc.spark_udf(
            spark, "models:/syto-tiny@challenger", env_manager="local", params={"keep_input": False}
        )
        taken = [{**article, "topic": "theirs"} for article in ARTICLES]
        frame = spark.createDataFrame(taken).repartition(2).withColumn("said", udf(sql.functions.struct("*")))
        rows = frame.select("url", "text", "said.*").collect()
    finally:
        spark.stop()
    wanted = {row["text"]: {name: row[name] for name in rows[0].asDict()} for row in scored(folder)}
    assert {row["text"]: row for row in as_text([row.asDict() for row in rows])} == wanted


def test_mlflow_models_predict_gives_the_same_rows(folder: Path) -> None:
    mlflow_tool = Path(sys.executable).with_name("mlflow")
    command = [
        mlflow_tool,
        "models",
        "predict",
        "-m",
        "models:/syto-tiny@challenger",
        "--env-manager",
        "local",
    ]
    files = ["-i", folder / "articles.csv", "-o", folder / "predicted.json", "-t", "csv"]
    environment = {**os.environ, "MLFLOW_TRACKING_URI": uri(folder), "MLFLOW_DISABLE_TELEMETRY": "true"}
    done = subprocess.run([*command, *files], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    predicted = json.loads((folder / "predicted.json").read_text(encoding="utf-8"))["predictions"]
    assert as_text(predicted) == scored(folder)
