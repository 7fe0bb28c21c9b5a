"""Files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from syto.errors import UserError

PARTIAL = ".partial"  # suffix of a file that is being written


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open `<name>.partial` and give it the final name at the end; after an exception there is neither."""
    path = path.resolve()  # a link keeps pointing to its file
    if path.exists() and not path.is_file():
        raise UserError(f"{path} is not a plain file; name a file, or - for standard output")
    partial = path.with_name(path.name + PARTIAL)
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


def _opened(partial: Path) -> IO[bytes]:
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        return partial.open("wb")
    except OSError as error:
        raise UserError(f"cannot write {partial}: {error.strerror}; name another output") from error
