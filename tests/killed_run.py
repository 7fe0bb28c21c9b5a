"""A training that is killed in the middle of its work."""

import os
import signal
import subprocess
import sys
from pathlib import Path


def kill_at(sign: str, times: int, command: list[str], folder: Path) -> None:
    """Start a verb as a user does, and SIGKILL it once it has printed the sign so many times."""
    process = subprocess.Popen(
        [sys.executable, "-m", "syto", *command],
        cwd=folder,
        env={**os.environ, "MLFLOW_TRACKING_URI": "", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    seen = 0
    for line in process.stdout:
        seen += line.count(sign)
        if seen == times:
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert seen == times
