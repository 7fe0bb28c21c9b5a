"""Which files to read, and which file the rows of each go to."""

import glob
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from syto.errors import UserError
from syto.tables import formats
from syto.tables.formats import format_named, format_of, open_table, text_formats
from syto.tables.parts import PARTS
from syto.tables.remote import fetch, is_remote, remote_files
from syto.tables.spool import Spool, copy_of
from syto.tables.table import Format, Table
from syto.tables.whole import PARTIAL

STANDARD = "-"  # standard input or output


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read and one to write."""

    source: Table
    target: Path | None  # None: standard output
    format: Format  # of the target

    @property
    def is_stream(self) -> bool:
        """Whether the target is written as it comes."""
        return self.target is None or is_stream(str(self.target))


def is_stream(output: str) -> bool:
    """Tell whether an output is written as it comes: standard output, a pipe, a device."""
    path = Path(output)
    return output == STANDARD or (path.exists() and not path.is_file() and not path.is_dir())


def names_folder(output: str) -> bool:
    """Tell whether an output is a folder: it is one, ends as one, or has no suffix."""
    path = Path(output)
    return path.is_dir() or output.endswith(("/", os.sep)) or not path.suffix


def open_inputs(given: Sequence[str], format: str | None, encoding: str | None, spool: Spool) -> list[Table]:
    """Return the tables that paths, folders, patterns, addresses or `-` name; none is read yet.

    What cannot be read twice gets a place in the spool.
    """
    if STANDARD in given:
        return [_standard_input(given, format, encoding, spool)]
    tables = [
        _remote(address, format, encoding, spool)
        for name in given
        if is_remote(name)
        for address in remote_files(name)
    ]
    files = find_files([name for name in given if not is_remote(name)], format)
    return [*(open_table(file, format, encoding) for file in files), *tables]


def _standard_input(given: Sequence[str], format: str | None, encoding: str | None, spool: Spool) -> Table:
    if len(given) > 1:
        raise UserError("standard input (-) is scored alone; leave out the other inputs")
    if format is None:
        raise UserError("standard input has no suffix that tells its format; name it, such as --format csv")
    kind = format_named(format)
    path = spool.place(f"stdin{kind.suffixes[0]}", copy_of(sys.stdin.buffer))
    return Table(path, kind, encoding, "standard input")


def _remote(address: str, format: str | None, encoding: str | None, spool: Spool) -> Table:
    name = address.partition("://")[2]
    kind = format_of(Path(name), format)
    return Table(spool.place(name, lambda path: fetch(address, path)), kind, encoding, address)


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
        files = [file for file in matches if file.is_file() and not _is_unfinished(file)]
        missing = f"no file matches {name}; check the pattern, which counts from the current folder"
    if not files:
        raise UserError(missing)
    return sorted(files)


def _is_unfinished(file: Path) -> bool:
    return file.suffix == PARTIAL or any(folder.suffix == PARTS for folder in file.parents)


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
    is_folder = names_folder(output) and not is_stream(output)
    if not is_folder and len(tables) > 1:
        raise UserError(f"{len(tables)} files do not fit into one file {path}; name a folder: -o scored/")
    if not is_folder:
        if is_stream(output) and not path.suffix:
            return path, wanted or table.format.written
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
