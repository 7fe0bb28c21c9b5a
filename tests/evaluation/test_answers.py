import numpy as np
import pytest

from syto.errors import UserError
from syto.evaluation.answers import BaselineAnswers, join_answers
from syto.model.bundle import HeadSpec
from syto.records import Article, HeadPrediction, Prediction, Status

TOPIC = HeadSpec(task="topic", kind="single_label", labels=("sport", "culture"))
TECHNIQUES = HeadSpec(task="techniques", kind="multi_label", labels=("fear", "doubt"))


def article(number: int, *labels: str, task: str = "topic", dataset: str = "news") -> Article:
    return Article(str(number), "text", labels={task: labels}, dataset=dataset)


def prediction(
    number: int, *labels: str, task: str = "topic", status: Status = "sure", error: str = ""
) -> Prediction:
    names = TOPIC.labels if task == "topic" else TECHNIQUES.labels
    shares = {name: 0.8 if name in labels else 0.2 for name in names} if status != "out_of_scope" else {}
    head = HeadPrediction(status, labels, shares, np.zeros(2, dtype=np.float32))
    return Prediction(str(number), "uk", {} if error else {task: head}, error)


def test_articles_that_cannot_be_measured_are_counted_by_reason() -> None:
    articles = [
        article(0, "sport"),
        article(1, "weather"),
        article(2, "culture"),
        article(3, "culture"),
        Article("4", "text"),
    ]
    predictions = [
        prediction(0, "sport", status="unsure"),
        prediction(1, "sport"),
        prediction(2, status="out_of_scope"),
        prediction(3, error="broken"),
        prediction(4, "sport"),
    ]
    found = join_answers(TOPIC, articles, predictions, {})
    assert [each.id for each in found.articles] == ["0"]
    assert found.left_out == {"label_not_carried": 1, "out_of_scope": 1, "error": 1}
    assert found.sure.tolist() == [False]
    assert found.model.gold.tolist() == [[True, False]]
    assert found.model.shares.tolist() == [[0.8, 0.2]]


def test_baselines_are_joined_by_id() -> None:
    articles = [article(7, "sport"), article(3, "culture")]
    predictions = [prediction(7, "sport"), prediction(3, "sport")]
    tfidf = BaselineAnswers({"3": [0.1, 0.9], "5": [1, 0], "7": [0.7, 0.3]})
    found = join_answers(TOPIC, articles, predictions, {"tfidf": tfidf})
    assert list(found.systems) == ["transformer", "tfidf"]
    assert found.systems["tfidf"].shares.tolist() == [[0.7, 0.3], [0.1, 0.9]]
    assert found.systems["tfidf"].decided.tolist() == [[True, False], [False, True]]


def test_multi_label_answers_keep_articles_without_a_label_and_use_thresholds() -> None:
    articles = [article(0, task="techniques"), article(1, "fear", "doubt", task="techniques")]
    predictions = [prediction(0, task="techniques"), prediction(1, "doubt", task="techniques")]
    tfidf = BaselineAnswers({"0": [0.3, 0.3], "1": [0.1, 0.3]}, thresholds=(0.2, 0.4))
    found = join_answers(TECHNIQUES, articles, predictions, {"tfidf": tfidf})
    assert found.model.gold.tolist() == [[False, False], [True, True]]
    assert found.model.decided.tolist() == [[False, False], [False, True]]
    assert found.systems["tfidf"].decided.tolist() == [[True, False], [False, False]]


def test_baselines_of_other_data_are_refused() -> None:
    with pytest.raises(UserError, match=r"tfidf.*1 of 1 articles.*syto train"):
        join_answers(TOPIC, [article(0, "sport")], [prediction(0, "sport")], {"tfidf": BaselineAnswers({})})


def test_baselines_of_other_labels_are_refused() -> None:
    tfidf = BaselineAnswers({"0": [0.1, 0.2, 0.7]})
    with pytest.raises(UserError, match="other labels"):
        join_answers(TOPIC, [article(0, "sport")], [prediction(0, "sport")], {"tfidf": tfidf})
