"""Which files to read, and which file the rows of each go to."""

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from syto.errors import UserError
from syto.tables import formats
from syto.tables.formats import format_named, format_of, text_formats
from syto.tables.table import Format, Table
from syto.tables.whole import PARTIAL

STANDARD = "-"  # standard input or output


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read and one to write."""

    source: Table
    target: Path | None  # None: standard output
    format: Format  # of the target


def find_files(given: Sequence[str], format: str | None) -> list[Path]:
    """Return the files that paths, folders and globs name, each once."""
    return list(dict.fromkeys(path for name in given for path in _files_of(name, format)))


def _files_of(name: str, format: str | None) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        files = [file for file in path.iterdir() if _has_format(file, format)]
        if files and all(format_of(file, format).folder for file in files):
            return [path]  # a folder of texts is one table, and a text beside tables is a note on them
        files = [file for file in files if not format_of(file, format).folder]
        missing = f"{path} has no {format or _either(formats.FORMATS)} file; name another folder"
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
        return format in (None, format_of(file).name)
    except UserError:
        return False


def _either(known: Sequence[Format]) -> str:
    *first, last = (format.name for format in known)
    return f"{', '.join(first)} or {last}" if first else last


def plan_jobs(tables: Sequence[Table], output: str, output_format: str | None) -> list[Job]:
    """Give each file its target; one that would overwrite an input or another is a `UserError`."""
    wanted = format_named(output_format, "output format", only_read=False) if output_format else None
    jobs = [Job(table, *_target(table, tables, output, wanted)) for table in tables]
    _check_targets(jobs)
    return jobs


def _target(
    table: Table, tables: Sequence[Table], output: str, wanted: Format | None
) -> tuple[Path | None, Format]:
    if output == STANDARD:
        return None, _standard_format(tables, wanted)
    path = Path(output)
    is_folder = path.is_dir() or output.endswith(("/", os.sep)) or not path.suffix
    if not is_folder and len(tables) > 1:
        raise UserError(f"{len(tables)} files do not fit into one file {path}; name a folder: -o scored/")
    if not is_folder:
        return path, wanted or format_named(format_of(path).name, "output format", only_read=False)
    top = os.path.commonpath([each.path.resolve().parent for each in tables])
    target = path / table.path.resolve().relative_to(top)
    format = wanted or table.format.written
    return target if format == table.format else _renamed(target, table.format, format), format


def _renamed(target: Path, old: Format, new: Format) -> Path:
    """Give a file the suffix of another format; that of a packed one has two parts."""
    suffix = next((each for each in old.suffixes if target.name.lower().endswith(each)), "")
    return target.with_name(target.name[: len(target.name) - len(suffix)] + new.suffixes[0])


def _standard_format(tables: Sequence[Table], wanted: Format | None) -> Format:
    if len(tables) > 1:
        raise UserError(f"{len(tables)} files do not go to standard output; name a folder: -o scored/")
    text = text_formats()
    if wanted and wanted.binary:
        raise UserError(
            f"{wanted.name} does not go to standard output; name a file, or write {_either(text)}"
        )
    own = tables[0].format.written
    return wanted or (text[0] if own.binary else own)


def _check_targets(jobs: Sequence[Job]) -> None:
    sources = {job.source.path.resolve() for job in jobs}
    seen: dict[Path, str] = {}
    for job in jobs:
        if job.target is None:
            continue
        target = job.target.resolve()
        if target in sources:
            raise UserError(f"{job.target} is an input and would be overwritten; name another output")
        if target in seen:
            both = f"{job.source.name} and {seen[target]}"
            raise UserError(f"{both} would both go to {job.target}; take one alone")
        seen[target] = job.source.name
