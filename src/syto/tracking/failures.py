"""Calls that may fail without harm: the failure is said, remembered, and an outage ends the trying."""

import contextlib
import io
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from syto.quiet import quiet

Result = TypeVar("Result")
STOPPED = "tracking had stopped by then"
_LONGEST_REASON = 200
logger = logging.getLogger(__name__)


@dataclass
class Failures:
    """What was tried and failed; nothing more is tried once `stopped`."""

    stopped: bool = False
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # (what, why) → times

    def attempt(self, what: str, action: Callable[[], Result], last: bool = False) -> Result | None:
        """Return what `action` gives, or None when it fails or tracking has stopped; a `last` one runs."""
        if self.stopped and not last:
            self._counts[what, STOPPED] += 1
            return None
        try:
            # MLflow reports by itself, too: what fails is said once, in our words.
            with quiet(logging.ERROR), contextlib.redirect_stderr(io.StringIO()):
                return action()
        except Exception as error:  # noqa: BLE001 - whatever tracking does, a training goes on
            self.note(what, _reason(error))
            self.stopped = self.stopped or is_outage(error)
            return None

    def note(self, what: str, why: str) -> None:
        """Remember a failure, and say it the first time."""
        self._counts[what, why] += 1
        if self._counts[what, why] == 1:
            logger.warning("not logged to MLflow: %s: %s", what, why)

    def lines(self) -> list[str]:
        """Return one line a failure, the first one first."""
        return [
            f"{what}{f' ({count} times)' if count > 1 else ''}: {why}"
            for (what, why), count in self._counts.items()
        ]


def is_outage(error: Exception) -> bool:
    """Tell whether the next call would fail too: a server or a disk, not one wrong name or missing file."""
    status = getattr(error, "get_http_status_code", None)  # MlflowException
    if callable(status):
        return bool(status() >= 500)
    return not isinstance(error, ValueError | TypeError | FileNotFoundError)


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0][:_LONGEST_REASON]}"
