"""Which files to score, and where the scored rows of each go."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from syto.corpus.reading import FORMATS, format_of, read_rows
from syto.corpus.rows import Row
from syto.errors import UserError, did_you_mean
from syto.inference.atomic import PARTIAL

STANDARD = "-"  # standard input or output
_BINARY = ("parquet", "xlsx")  # not for a terminal or a pipe


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read and one to write."""

    source: Path
    format: str
    encoding: str | None  # None: found
    target: Path | None  # None: standard output
    target_format: str
    name: str  # what messages call the source

    def rows(self) -> Iterator[Row]:
        """Yield the rows of the source."""
        return read_rows(self.source, self.format, self.encoding)


def find_files(given: Sequence[str], format: str | None) -> list[Path]:
    """Return the files that paths, folders and globs name, each once."""
    return list(dict.fromkeys(path for name in given for path in _files_of(name, format)))


def _files_of(name: str, format: str | None) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        files = [file for file in path.iterdir() if _has_format(file, format)]
        missing = f"{path} has no {format or 'csv, tsv, jsonl, parquet or xlsx'} file; name another folder"
    elif path.exists() or not glob.has_magic(name):
        files = [path] if path.is_file() else []
        missing = f"{path} is not there; check the path, which counts from the current folder"
    else:
        matches = map(Path, glob.iglob(name, recursive=True))  # noqa: PTH207 - Path.glob: no absolute ones
        files = [file for file in matches if file.is_file() and file.suffix != PARTIAL]
        missing = f"no file matches {name}; check the pattern, which counts from the current folder"
    if not files:
        raise UserError(missing)
    return sorted(files)


def _has_format(file: Path, format: str | None) -> bool:
    if not file.is_file() or file.name.startswith((".", "~$")):  # ~$: Excel's lock of an open workbook
        return False
    try:
        return format in (None, format_of(file))
    except UserError:
        return False


def plan_jobs(
    files: Sequence[Path], output: str, format: str | None, output_format: str | None, encoding: str | None
) -> list[Job]:
    """Give each file its target; one that would overwrite an input or another is a `UserError`."""
    if output_format not in (None, *FORMATS):
        hint = did_you_mean(str(output_format), FORMATS)
        raise UserError(f"output format {output_format!r} is unknown{hint}")
    jobs = []
    for file in files:
        kind = format_of(file, format)
        target, target_format = _target(file, kind, files, output, output_format)
        jobs.append(Job(file, kind, encoding, target, target_format, str(file)))
    _check_targets(jobs)
    return jobs


def _target(
    file: Path, kind: str, files: Sequence[Path], output: str, output_format: str | None
) -> tuple[Path | None, str]:
    if output == STANDARD:
        return None, _standard_format(files, kind, output_format)
    path = Path(output)
    is_folder = path.is_dir() or output.endswith(("/", os.sep)) or not path.suffix
    if not is_folder and len(files) > 1:
        raise UserError(f"{len(files)} files do not fit into one file {path}; name a folder: -o scored/")
    if not is_folder:
        return path, format_of(path, output_format)
    top = os.path.commonpath([file.resolve().parent for file in files])
    target = path / file.resolve().relative_to(top)
    if output_format in (None, kind):
        return target, kind
    return target.with_suffix(f".{output_format}"), str(output_format)


def _standard_format(files: Sequence[Path], kind: str, output_format: str | None) -> str:
    if len(files) > 1:
        raise UserError(f"{len(files)} files do not go to standard output; name a folder, such as -o scored/")
    if output_format in _BINARY:
        raise UserError(f"{output_format} does not go to standard output; name a file, or write csv or jsonl")
    return output_format or ("csv" if kind in _BINARY else kind)


def _check_targets(jobs: Sequence[Job]) -> None:
    sources = {job.source.resolve() for job in jobs}
    seen: dict[Path, str] = {}
    for job in jobs:
        if job.target is None:
            continue
        target = job.target.resolve()
        if target in sources:
            raise UserError(f"{job.target} is an input and would be overwritten; name another output")
        if target in seen:
            raise UserError(f"{job.name} and {seen[target]} would both go to {job.target}; score one alone")
        seen[target] = job.name
