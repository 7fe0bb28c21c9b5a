"""What a run keeps beside its output until that is whole, so that a later run goes on from there."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from syto.errors import SytoError, UserError
from syto.tables.cells import as_json
from syto.tables.rows import Row
from syto.tables.whole import whole_file, write_text

PARTS = ".parts"  # suffix of the folder
_LOCK, _OUTPUTS, _INPUT, _SCRATCH = "lock", "outputs.json", "input", "scratch"
_SUFFIX = ".part.jsonl"  # one file a chunk of rows, named by its key


class Parts:
    """The part folder of an output, held by this run alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found = len(self._files())  # parts of an earlier run

    @property
    def input(self) -> Path:
        """A folder for copies of inputs that cannot be read twice."""
        return _made(self.folder / _INPUT)

    @property
    def scratch(self) -> Path:
        """A folder for what a format puts down before its file is whole."""
        return _made(self.folder / _SCRATCH)

    def take(self, key: str, count: int) -> list[Any] | None:
        """Return the records kept under a key; None where there are none, or not so many."""
        try:
            with self._path(key).open(encoding="ascii") as lines:
                records = [json.loads(line) for line in lines]
        except (OSError, ValueError):  # not there, or spoilt: it is made again
            return None
        return records if len(records) == count else None

    def put(self, key: str, records: Iterable[Mapping[str, object]]) -> None:
        """Keep records as JSON, from which numbers come back exactly; whole or not at all."""
        with whole_file(self._path(key)) as stream:
            for record in records:
                stream.write(json.dumps(record).encode("ascii") + b"\n")

    def claim(self, outputs: Iterable[Path], overwrite: bool) -> None:
        """Note that these files are this run's to write; one that was there before it is a `UserError`."""
        path = self.folder / _OUTPUTS
        claimed = set(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else set()
        for output in outputs:
            name = os.path.relpath(output.resolve(), self.folder.resolve())
            if name not in claimed and not overwrite and output.is_file() and output.stat().st_size:
                raise there_already(str(output))
            claimed.add(name)
        write_text(path, json.dumps(sorted(claimed)))

    def tidy(self, *, parts: bool) -> None:
        """Delete what is of no use to a later run, with `parts` all that was kept."""
        for name in (_INPUT, _SCRATCH):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for file in self._files() if parts else ():
            file.unlink()

    def is_worth_keeping(self) -> bool:
        """Tell whether a later run could go on from here."""
        return bool(self._files())

    def _files(self) -> list[Path]:
        return list(self.folder.glob(f"*{_SUFFIX}"))

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"


def key_of(rows: Sequence[Row], settings: str) -> str:
    """Return the digest of rows and of what else decides what is said of them."""
    digest = hashlib.sha256(settings.encode())
    for row in rows:
        digest.update(f"\n{row.number} {len(row.values)} {row.error!r}".encode("utf-8", "surrogatepass"))
        for name, value in row.values.items():
            for text in (name, _literal(value)):
                data = text.encode("utf-8", "surrogatepass")
                digest.update(b"%d:" % len(data))
                digest.update(data)
    return digest.hexdigest()[:32]


def _literal(value: object) -> str:
    """Return what tells a value from others; a text may have more to it, such as a link."""
    if isinstance(value, str):
        return f"={value}{getattr(value, '__dict__', '')}"
    try:
        return repr(value)
    except RecursionError:  # nested too deeply to be read either
        return as_json(value)


def there_already(output: str) -> UserError:
    """Return the error for an output that nobody said to overwrite."""
    return UserError(f"{output} is there already; name another output, or replace it with --overwrite")


@contextmanager
def held_parts(folder: Path, *, resume: bool) -> Iterator[Parts]:
    """Hold a part folder; it goes at the end, and stays after an exception if it has parts.

    While another process holds it: `SytoError`. The hold ends with its process, however that ends.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    with _locked(folder):
        parts = Parts(folder)
        try:
            parts.tidy(parts=not resume)
            yield parts
            parts.tidy(parts=True)
        finally:
            parts.tidy(parts=False)
            if not parts.is_worth_keeping():
                _leave(missing or [folder])


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        lock = FileLock(_made(folder) / _LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise SytoError(
            f"another run is writing {folder.name.removesuffix(PARTS)} just now; wait for its end, "
            "or name another output"
        ) from None
    except OSError as error:
        raise UserError(f"cannot write {folder}: {error.strerror}; name another output") from error
    try:
        yield
    finally:
        lock.release()


def is_held(folder: Path) -> bool:
    """Tell whether a run holds this part folder."""
    if not (folder / _LOCK).exists():
        return False
    try:
        with FileLock(folder / _LOCK, timeout=0):
            return False
    except Timeout:
        return True


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _leave(made: Sequence[Path]) -> None:
    """Delete the part folder, the first, and those above it that were made for it and stayed empty."""
    with suppress(OSError):
        shutil.rmtree(made[0])
        for folder in made[1:]:
            folder.rmdir()
