"""Where a run writes: a file, a folder, a stream or an address, and the part folder beside it."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from syto.errors import SytoError, UserError
from syto.tables.jobs import Job, is_stream, names_folder
from syto.tables.parts import PARTS, Parts, held_parts, is_held, there_already
from syto.tables.remote import is_filled, is_remote, send

_IN_FOLDER = f"syto{PARTS}"  # the part folder of a run that fills a folder


@dataclass(frozen=True, slots=True)
class Output:
    """The output of a run."""

    local: str  # the path, or - for standard output, that is written here
    address: str = ""  # where it goes in the end, if that is elsewhere
    parts: Parts | None = None  # None: a stream, which no later run can go on with

    def claim(self, jobs: Sequence[Job], overwrite: bool) -> None:
        """Refuse outputs that are there, unless they are to be overwritten, or that another run writes."""
        if self.parts is None:
            return
        targets = [job.target for job in jobs if job.target]
        for target in targets:
            _check_held(target.resolve(), self.parts.folder)
            if self.address and not overwrite and is_filled(self._address_of(target)):
                raise there_already(self._address_of(target))
        self.parts.claim(targets, overwrite or bool(self.address))

    def claim_beside(self, files: Sequence[Path], jobs: Sequence[Job], overwrite: bool) -> None:
        """Refuse further files that are there, unless they are to be overwritten, or that a job has."""
        taken = {path.resolve() for job in jobs for path in (job.source.path, job.target) if path}
        for file in files:
            if file.resolve() in taken:
                raise UserError(f"{file} is an input or an output already; name another file")
            if self.parts is None and not overwrite and file.exists():
                raise there_already(str(file))
        if self.parts:
            self.parts.claim(files, overwrite)

    def send(self, jobs: Sequence[Job]) -> None:
        """Copy what was written to its address, if it has one."""
        for target in (job.target for job in jobs if job.target and self.address):
            send(target, self._address_of(target))

    def _address_of(self, target: Path) -> str:
        inside = target.relative_to(self.local).as_posix()
        return self.address if inside == "." else f"{self.address.rstrip('/')}/{inside}"


@contextmanager
def open_output(given: str, *, resume: bool) -> Iterator[Output]:
    """Hold an output against other runs; without `resume` what an earlier run kept is thrown away."""
    if is_stream(given):
        yield Output(given)
        return
    remote = is_remote(given)
    with held_parts(_address_parts(given) if remote else _parts_of(given), resume=resume) as parts:
        yield Output(_local(parts, given), given, parts) if remote else Output(given, parts=parts)


def _parts_of(given: str) -> Path:
    path = Path(given).resolve()  # a link keeps pointing to its file
    return path / _IN_FOLDER if names_folder(given) else _beside(path)


def _beside(target: Path) -> Path:
    return target.with_name(target.name + PARTS)


def _address_parts(address: str) -> Path:
    """Keep the parts of an address in the current folder, under a name that tells it from others."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    return Path(f"{PurePosixPath(address).name or 'scored'}-{digest}{PARTS}").resolve()


def _local(parts: Parts, address: str) -> str:
    slash = "/" if names_folder(address) else ""
    return f"{parts.folder / 'output' / PurePosixPath(address).name}{slash}"


def _check_held(target: Path, own: Path) -> None:
    """Refuse a file that a run into a folder above it, or into it alone, is writing."""
    others = [_beside(target), *(folder / _IN_FOLDER for folder in target.parents)]
    if any(is_held(other) for other in others if other != own):
        raise SytoError(f"another run is writing {target} just now; wait for its end, or name another output")
