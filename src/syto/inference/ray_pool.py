"""The engine `ray`: workers of a Ray cluster, each with the model, that chunks of rows are handed to.

Workers are Ray actors, and no `ray.data.Dataset`: its blocks are tables, which would change cells (links,
big integers, nested values) on their way, its reader would have to run beside the files on another process,
and the parts that make a run resumable are kept by the one that writes. So this process reads, hands out,
keeps and writes, as it does alone; Ray places the workers, starts them anew and carries the rows.
"""

import logging
import os
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import ray
from numpy.typing import NDArray
from ray.exceptions import ObjectLostError, RayActorError, RayError

from syto import __version__
from syto.claims.index import ClaimIndex
from syto.corpus.columns import ColumnMap
from syto.errors import SytoError, UserError
from syto.inference.backends import choose_backend
from syto.inference.engines import EngineOptions, Finish
from syto.inference.loaded import Model
from syto.inference.scorer import ScoredRow, Scorer
from syto.model.bundle import WEIGHTS, Bundle, BundleManifest
from syto.sources.registry import Registry
from syto.tables.rows import Row
from syto.terminal import say

_ADDRESS = "RAY_ADDRESS"
_PIECE = 64  # rows that a worker is given at once: the less, the less is lost with it
_EACH = 2  # pieces a worker has: one in work, one at hand
_AHEAD = 2  # chunks begun, a worker, so that none is idle while another holds up the next in turn
_TRIES = 4  # workers that may end over one piece
_RESTARTS = 100  # of one worker; a machine that is taken away is none of its failures
_PATIENCE, _WAITS = 30.0, 40  # seconds until it is said that no worker has come, and how often it may be so


@dataclass(frozen=True, slots=True)
class Parcel:
    """A model on its way to the workers; no file system has to be shared."""

    version: str
    manifest: BundleManifest
    files: Mapping[str, NDArray[np.uint8]]  # arrays, which Ray does not copy
    registry: Registry
    passages: int
    claims: ClaimIndex | None

    @classmethod
    def of(cls, model: Model) -> "Parcel":
        """Pack a model with the one network that is run."""
        names = [
            name
            for name in model.bundle.manifest.files
            if name == model.backend.name or not name.endswith((".onnx", ".safetensors"))
        ]
        files = {name: np.fromfile(model.bundle.path(name), np.uint8) for name in names}
        return cls(__version__, model.bundle.manifest, files, model.registry, model.passages, model.claims)

    def opened(self, options: EngineOptions) -> Model:
        """Make the model again; `UserError` in another version of syto, which may answer otherwise."""
        if self.version != __version__:
            raise UserError(f"syto {__version__} is installed on a worker's machine, not {self.version}")
        with TemporaryDirectory(prefix="syto-") as folder:
            for name, content in self.files.items():
                content.tofile(Path(folder) / name)
            bundle = Bundle(Path(folder), self.manifest)
            given = (options.backend, options.batch_size, options.threads)
            backend = choose_backend(bundle, *given, meanings=self.claims is not None)
            model = Model(bundle, backend, self.registry, self.passages, self.claims)
            _ = model.predictor  # reads the tokenizer while it is there
        return model


class Worker:
    """Holds the model in a process of its own; one that Ray has started anew has none yet."""

    def __init__(self) -> None:
        os.environ["TOKENIZERS_PARALLELISM"] = "false"  # else it takes every core of the machine
        self._model: Model | None = None
        self._scorers: dict[ColumnMap, Scorer] = {}

    def load(self, parcel: Parcel, options: EngineOptions) -> None:
        """Load the model; Ray asks again, however often the worker has to be started."""
        self._model = parcel.opened(options)

    def scored(self, columns: ColumnMap, rows: Sequence[Row]) -> list[ScoredRow] | None:
        """Return what is said of each row; None without a model."""
        if self._model is None:
            return None
        if columns not in self._scorers:
            model = self._model
            self._scorers[columns] = Scorer(model.predictor, model.registry, columns, (), claims=model.claims)
        return self._scorers[columns].scored(rows)


@dataclass(slots=True)
class _Task:
    columns: ColumnMap
    rows: Sequence[Row]
    ended: int = 0  # workers, while they had it
    said: list[ScoredRow] | None = None


@dataclass(slots=True)
class Pool:
    """Hands rows to whichever worker is free, and those of a worker that ended to another."""

    workers: Sequence["ray.actor.ActorHandle"]
    load: "Callable[[ray.actor.ActorHandle], ray.ObjectRef]"  # makes a worker ready
    piece: int = _PIECE  # rows that are handed out at once
    _todo: deque[_Task] = field(default_factory=deque)
    _asked: "dict[ray.ObjectRef, tuple[int, _Task | None]]" = field(default_factory=dict)  # None: to load
    _ready: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        for number in range(len(self.workers)):
            self._load(number)

    @property
    def ahead(self) -> int:
        """How many chunks may be begun beyond the one whose answers are waited for."""
        return _AHEAD * len(self.workers)

    def begin(self, scorer: Scorer, rows: Sequence[Row]) -> Finish[list[ScoredRow]]:
        """Hand rows to workers as soon as they are free."""
        needed = [_needed(row, scorer.columns) for row in rows]
        starts = range(0, len(needed), self.piece)
        tasks = [_Task(scorer.columns, needed[start : start + self.piece]) for start in starts]
        self._todo.extend(tasks)
        self._hand_out()
        return lambda: [each for task in tasks for each in self._finished(task)]

    def _finished(self, task: _Task) -> list[ScoredRow]:
        waited = 0
        while task.said is None:
            done, _ = ray.wait(list(self._asked), num_returns=1, timeout=_PATIENCE)
            if not (done or self._ready):
                waited += 1
                _say_waiting(waited)
            for ref in done:
                self._settle(ref)
            self._hand_out()
        return task.said

    def _hand_out(self) -> None:
        load = Counter(dict.fromkeys(self._ready, 0))
        load.update(number for number, task in self._asked.values() if task)
        while self._todo and self._ready:
            number = min(self._ready, key=load.__getitem__)
            if load[number] >= _EACH:
                return
            load[number] += 1
            task = self._todo.popleft()
            self._asked[self.workers[number].scored.remote(task.columns, task.rows)] = (number, task)

    def _settle(self, ref: "ray.ObjectRef") -> None:
        """Take what a worker has answered, or what it leaves behind."""
        number, task = self._asked.pop(ref)
        if task is None:
            self._loaded(number, ref)
            return
        try:
            task.said = ray.get(ref)
            if task.said is None:
                self._take_back(task, number, "it was started anew")
        except (RayActorError, ObjectLostError) as error:
            self._take_back(task, number, _said(error))
        except RayError as error:
            raise SytoError(f"a worker failed: {_said(error)}") from error

    def _take_back(self, task: _Task, number: int, reason: str) -> None:
        task.ended += 1
        if task.ended >= _TRIES:
            raise SytoError(
                f"{_TRIES} workers ended, one after another, over the rows {task.rows[0].number} to "
                f"{task.rows[-1].number}: {reason}; if memory was short, take fewer --workers"
            )
        self._todo.appendleft(task)
        if number in self._ready:
            self._ready.remove(number)
            self._load(number)

    def _load(self, number: int) -> None:
        self._asked[self.load(self.workers[number])] = (number, None)

    def _loaded(self, number: int, ref: "ray.ObjectRef") -> None:
        """Take a worker in; go on without one that cannot be started, unless it was the last."""
        try:
            ray.get(ref)
            self._ready.add(number)
        except RayError as error:
            if not self._ready and all(task for _, task in self._asked.values()):
                raise SytoError(
                    f"no worker could be started: {_said(error)}; install syto {__version__} with its extra "
                    "ray on every machine of the cluster"
                ) from error
            say(f"a worker could not be started: {_said(error)}", "yellow")


def _say_waiting(times: int) -> None:
    said = "no worker has come: the cluster has no room for one, or takes long to start it"
    if times >= _WAITS:
        raise SytoError(f"{said}; see what `ray status` says of it, and give the same command again")
    if times == 1:
        say(said, "yellow")


def _needed(row: Row, columns: ColumnMap) -> Row:
    """Return a row with the cells that an answer rests on; the others stay here."""
    names = {getattr(choice, "column", choice) for _, choice in columns}
    return replace(row, values={name: value for name, value in row.values.items() if name in names})


def _said(error: RayError) -> str:
    """Return the last line of what Ray says of an error, which names it."""
    return str(error).strip().splitlines()[-1].strip()


@contextmanager
def open_pool(model: Model, options: EngineOptions) -> Iterator[Pool]:
    """Start workers on the cluster at RAY_ADDRESS, else on this machine alone; they end with the block.

    The backend `torch` takes a GPU a worker where there are any; all else as many cores as it has threads.
    """
    options = replace(options, threads=options.threads or 1)
    with redirect_stdout(sys.stderr), _connected(options):  # Ray says on it that a worker ended
        share, room = _share(model, options)
        remote = ray.remote(Worker).options(**share, max_restarts=_RESTARTS)
        parcel = ray.put(Parcel.of(model))
        workers = [remote.remote() for _ in range(options.workers or room)]
        piece = max(_PIECE, model.backend.articles)  # in other company, torch answers otherwise by a hair
        yield Pool(
            workers, lambda worker: worker.load.options(max_task_retries=-1).remote(parcel, options), piece
        )


@contextmanager
def _connected(options: EngineOptions) -> Iterator[None]:
    if ray.is_initialized():  # by whoever calls from Python; it is theirs to end
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # scoring tells nobody outside that it takes place
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if os.environ.get(_ADDRESS):
            ray.init(**quiet)
        else:
            cores = options.workers and options.workers * (options.threads or 1)
            ray.init("local", num_cpus=cores, include_dashboard=False, **quiet)
    except (RayError, ConnectionError, RuntimeError, ValueError) as error:
        raise SytoError(
            f"Ray cannot be reached or started: {error}; check {_ADDRESS}, and "
            "RAY_AUTH_MODE=token where the cluster asks for a token"
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _share(model: Model, options: EngineOptions) -> tuple[dict[str, float], int]:
    """Return what of the cluster a worker takes, and how many find room."""
    there = ray.cluster_resources()
    if model.backend.name == WEIGHTS and there.get("GPU"):
        return {"num_gpus": 1, "num_cpus": 1}, max(1, int(there["GPU"]))
    cores = options.threads or 1
    return {"num_cpus": cores}, max(1, int(there.get("CPU", 0)) // cores)
