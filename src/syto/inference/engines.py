"""Where chunks of rows are scored: in this process, or by workers; their answers come back in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol, TypeVar

from syto.errors import UserError, did_you_mean
from syto.inference.backends import BATCH_SIZE
from syto.inference.loaded import Model
from syto.inference.scorer import ScoredRow, Scorer
from syto.tables.rows import Row

LOCAL, RAY = "local", "ray"
Item = TypeVar("Item")
Result = TypeVar("Result")
Finish = Callable[[], Result]  # waits for what was begun


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How workers are made, beside the model."""

    backend: str = "auto"  # as it was asked for
    batch_size: int = BATCH_SIZE
    threads: int | None = None  # of a worker
    workers: int | None = None  # None: as many as there is room for


class Engine(Protocol):
    """Scores chunks of rows."""

    @property
    def ahead(self) -> int:
        """How many chunks may be begun beyond the one whose answers are waited for."""
        ...

    def begin(self, scorer: Scorer, rows: Sequence[Row]) -> Finish[list[ScoredRow]]:
        """Begin to score rows; what is returned waits for their answers, and is to be called in turn."""
        ...


Opening = Callable[[Model, EngineOptions], AbstractContextManager[Engine]]


class Here:
    """Scores in this process, a chunk at a time; the backend keeps its cores at work."""

    ahead = 0

    def begin(self, scorer: Scorer, rows: Sequence[Row]) -> Finish[list[ScoredRow]]:
        """Score rows at once."""
        scored = scorer.scored(rows)
        return lambda: scored


def find_engine(name: str, workers: int | None) -> Opening:
    """Return what opens the engine of that name; `UserError` for one that is unknown or not installed."""
    if name == RAY:
        return _ray()
    if name != LOCAL:
        raise UserError(f"engine {name!r} is unknown{did_you_mean(name, (LOCAL, RAY))}")
    if workers is not None:
        raise UserError("--workers is of --engine ray; without it, --threads says how many cores are used")
    return lambda model, options: nullcontext(Here())


def _ray() -> Opening:
    try:
        from syto.inference.ray_pool import open_pool  # ray is in no install that did not ask for it
    except ImportError as error:
        raise UserError(f"the engine ray needs pip install '.[ray]' ({error})") from error
    return open_pool


def in_order(
    items: Iterable[Item], begin: Callable[[Item], Finish[Result]], ahead: int
) -> Iterator[tuple[Item, Result]]:
    """Yield each item with what came of it, in order, while so many more are begun; no others are read."""
    waiting: deque[tuple[Item, Finish[Result]]] = deque()
    for item in items:
        waiting.append((item, begin(item)))
        if len(waiting) > ahead:
            first, finish = waiting.popleft()
            yield first, finish()
    for item, finish in waiting:
        yield item, finish()
