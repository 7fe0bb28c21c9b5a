"""Source files, manuals and licences of installed packages: documents that are no news and easily had."""

import re
from collections import defaultdict
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from random import Random

from syto.errors import UserError

_SUFFIXES = frozenset({
    ".py", ".pyi", ".pyx", ".js", ".ts", ".c", ".cc", ".cpp", ".h", ".hpp", ".cuh", ".css", ".html", ".json",
    ".sh", ".sql", ".xml", ".yaml", ".toml", ".rs", ".go", ".java", ".cmake", ".f90", ".md", ".rst", ".txt",
})  # fmt: skip
_NAMES = re.compile(r"(?i)(licen[cs]e|copying|copyright|notice|metadata)")
_LARGEST = 400_000  # bytes of a file
_READ = 3000  # characters of a file
_SHORTEST = 60


def package_texts(package: str, of_each_kind: int, random: Random) -> list[str]:
    """Return passages of so many files of each suffix; `UserError` for a package that is not installed."""
    kinds: defaultdict[str, list[Path]] = defaultdict(list)
    for path in _files(package):
        kinds["licence" if _NAMES.match(path.name) else path.suffix].append(path)
    chosen = [
        path
        for _, paths in sorted(kinds.items())
        for path in random.sample(sorted(paths), min(of_each_kind, len(paths)))
    ]
    passages = [_passage(path, random) for path in chosen]
    return [passage for passage in passages if len(passage) > _SHORTEST]


def _files(package: str) -> list[Path]:
    try:
        listed = files(package) or []
    except PackageNotFoundError:
        raise UserError(f"no package {package!r} is installed; install it, or name others") from None
    wanted = [file for file in listed if file.suffix in _SUFFIXES or _NAMES.match(file.name)]
    paths = [Path(str(file.locate())) for file in wanted]
    return [path for path in paths if path.is_file() and path.stat().st_size <= _LARGEST]


def _passage(path: Path, random: Random) -> str:
    text = path.read_text("utf-8", "ignore").strip()
    start = random.choice([0, random.randrange(max(len(text) - 600, 1))])
    return text[start : start + _READ]
