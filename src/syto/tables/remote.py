"""Files behind an address such as s3://, through fsspec, which is asked for only here."""

import glob
from pathlib import Path
from typing import Any

from syto.errors import SytoError, UserError


def is_remote(name: str) -> bool:
    """Tell whether a name is an address, and no path."""
    return "://" in name


def remote_files(name: str) -> list[str]:
    """Return the addresses of a pattern, or the one address."""
    if not glob.has_magic(name):
        return [name]
    files = _asked(name, lambda system, path: [system.unstrip_protocol(each) for each in system.glob(path)])
    if not files:
        raise UserError(f"no file matches {name}; check the pattern")
    return sorted(files)


def fetch(name: str, path: Path) -> None:
    """Copy what is behind an address into a file."""
    _asked(name, lambda system, there: system.get_file(there, str(path)))


def send(path: Path, name: str) -> None:
    """Copy a file to an address; an object store shows it when all of it is there."""
    _asked(name, lambda system, there: system.put_file(str(path), there))


def is_filled(name: str) -> bool:
    """Tell whether there is a file that is not empty behind an address."""
    return bool(_asked(name, lambda system, there: system.exists(there) and system.size(there)))


def _asked(name: str, ask: Any) -> Any:  # noqa: ANN401 - fsspec has no types
    """Ask the file system of an address; whatever it objects to is one error with the address."""
    system, path = _system(name)
    try:
        return ask(system, path)
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise SytoError(f"{name} cannot be reached: {reason}; check the address and your access") from error


def _system(name: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UserError(
            f"{name} needs fsspec and the package of its store: pip install fsspec, "
            "and s3fs for s3://, gcsfs for gs:// or adlfs for az://"
        ) from error
    try:
        system, path = url_to_fs(name)
    except (ImportError, ValueError) as error:
        raise UserError(f"{name} cannot be opened: {error}; or copy the file here first") from error
    return system, path
