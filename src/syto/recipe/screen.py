"""What the stages say while they work."""

from collections.abc import Sequence

from syto.inference.predictor import Predictor
from syto.records import Article, Prediction
from syto.terminal import say, track
from syto.tracking.tracker import Tracker

_CHUNK = 512  # articles between two steps of a bar


def say_problems(tracker: Tracker) -> None:
    """Say what could not be tracked."""
    for problem in tracker.problems:
        say(f"not logged to MLflow: {problem}", "yellow")


def predicted(predictor: Predictor, articles: Sequence[Article], doing: str) -> list[Prediction]:
    """Return what a bundle says of articles, with a bar."""
    chunks = [articles[start : start + _CHUNK] for start in range(0, len(articles), _CHUNK)]
    read = (predictor.predict(chunk) for chunk in track(chunks, doing))
    return [prediction for chunk in read for prediction in chunk]
