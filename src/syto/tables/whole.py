"""Files and folders that are there whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from syto.errors import UserError

PARTIAL = ".partial"  # suffix of what is being written


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open `<name>.partial` and give it the final name at the end; after an exception there is neither."""
    path = path.resolve()  # a link keeps pointing to its file
    if path.exists() and not path.is_file():
        raise UserError(f"{path} is not a plain file; name a file, or - for standard output")
    partial = _beside(path, PARTIAL)
    try:
        with _opened(partial) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())  # the name must not outlive a power cut that the bytes did not
        partial.replace(path)
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, whole or not at all."""
    with whole_file(path) as stream:
        stream.write(text.encode())


def _opened(partial: Path) -> IO[bytes]:
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        return partial.open("wb")
    except OSError as error:
        raise UserError(f"cannot write {partial}: {error.strerror}; name another output") from error


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give an empty `<name>.partial` to fill; at the end it has the final name, in place of an older folder.

    After an exception the older folder is as it was, and the partial one is gone.
    """
    partial = _beside(path, PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)  # of a run that was killed
    partial.mkdir(parents=True)
    try:
        yield partial
        _sync(partial)
        _swap(partial, path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _sync(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("r+b") as stream:
                os.fsync(stream.fileno())


def _swap(partial: Path, path: Path) -> None:
    """Put the older folder aside first: no file system replaces a folder that has files in it."""
    old = _beside(path, ".old")
    shutil.rmtree(old, ignore_errors=True)
    if path.exists():
        path.rename(old)
    partial.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
