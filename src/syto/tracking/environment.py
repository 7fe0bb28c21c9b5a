"""MLflow's environment while a run is tracked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

URI = "MLFLOW_TRACKING_URI"
# A server that is down must cost seconds, not the minutes of MLflow's own defaults.
DEFAULTS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "6",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",  # training tells nobody outside that it takes place
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING": "true",
}
# After an outage one last call is worth no waiting.
LAST_TRY = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": "2"}


@contextmanager
def tracking_environment() -> Iterator[None]:
    """Set what the user has not set, and undo it at the end, with what MLflow itself sets."""
    before = {name: os.environ.get(name) for name in (URI, *DEFAULTS)}
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    try:
        yield
    finally:
        for name, earlier in before.items():
            if earlier is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = earlier
