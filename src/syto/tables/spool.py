"""Local copies of what cannot be read twice: standard input, and files behind an address."""

import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO


class Spool:
    """Gives copies their places, and fills them when all else has been checked.

    Without a folder they are files without a name where the system has such, so that a kill leaves nothing.
    """

    def __init__(self, folder: Path | None, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._waiting: list[tuple[Path, Callable[[Path], None]]] = []

    def place(self, name: str, copy: Callable[[Path], None]) -> Path:
        """Return the path that `copy` will fill; it ends with the name where there is a folder."""
        path = self._folder / name if self._folder else self._nameless(Path(name).name)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._waiting.append((path, copy))
        return path

    def fill(self) -> None:
        """Make the copies."""
        for path, copy in self._waiting:
            copy(path)

    def _nameless(self, name: str) -> Path:
        if sys.platform == "linux":
            return Path(f"/proc/self/fd/{self._stack.enter_context(TemporaryFile()).fileno()}")
        return Path(self._stack.enter_context(TemporaryDirectory(prefix="syto-"))) / name


def copy_of(stream: IO[bytes]) -> Callable[[Path], None]:
    """Return what copies a stream into a file."""

    def copy(path: Path) -> None:
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file)

    return copy
