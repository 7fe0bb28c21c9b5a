import logging

import pytest
from mlflow.exceptions import MlflowException

from syto.tracking.failures import STOPPED, Failures, is_outage


def fail(error: Exception) -> None:
    raise error


def test_a_result_comes_through_and_nothing_is_noted() -> None:
    failures = Failures()
    assert failures.attempt("x", lambda: 3) == 3
    assert failures.lines() == []


def test_one_bad_name_does_not_stop_the_rest() -> None:
    failures = Failures()
    failures.attempt("file a", lambda: fail(FileNotFoundError("a is not there")))
    assert failures.attempt("file b", lambda: "done") == "done"
    assert failures.lines() == ["file a: FileNotFoundError: a is not there"]


def test_after_an_outage_nothing_is_tried_but_the_last_call() -> None:
    failures = Failures()
    failures.attempt("metrics", lambda: fail(OSError("no space left")))
    tried: list[str] = []
    for _ in range(3):
        failures.attempt("metrics", lambda: tried.append("metrics"))
    failures.attempt("end", lambda: tried.append("end"), last=True)
    assert tried == ["end"]
    assert failures.lines() == ["metrics: OSError: no space left", f"metrics (3 times): {STOPPED}"]


def test_a_failure_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    failures = Failures()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            failures.attempt("metrics", lambda: fail(ValueError("NaN")))
    assert [record.message for record in caplog.records] == ["not logged to MLflow: metrics: ValueError: NaN"]


def test_an_interrupt_is_not_swallowed() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Failures().attempt("x", interrupt)


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OSError(28, "no space left on device"), True),
        (MlflowException("server down"), True),
        (MlflowException.invalid_parameter_value("bad name"), False),
        (ValueError("bad value"), False),
        (ImportError("broken install"), True),
    ],
)
def test_what_counts_as_an_outage(error: Exception, outage: bool) -> None:
    assert is_outage(error) is outage
