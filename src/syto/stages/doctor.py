"""`syto doctor`: what this installation has, whether it scores, and what the other verbs lack."""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from syto import __version__
from syto.terminal import Listing, give, say
from syto.tracking.place import masked, tracking_uri, trouble

# Extra of pyproject.toml → the verbs that need it; those that are not named need none.
_VERBS: Mapping[str, str] = {
    "train": "prepare pretrain train distil scope trim cross-validate evaluate export card drift",
    "ray": "score --engine ray",
    "remote": "score s3://…",
    "hub": "push, score --model hf://…",
    "tune": "tune",
}
_NOT_OF_VERBS = ("dev", "browser", "docs")  # extras of those who work on syto
_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8")  # that make a model faster
_INSTALL = "pip install '{}'"


@dataclass(frozen=True, slots=True)
class Need:
    """One library that something of syto needs."""

    name: str
    extra: str  # empty: needed to score
    wanted: str  # versions, such as `>=2`
    found: str  # version; empty: absent

    @property
    def missing(self) -> bool:
        """Tell whether it is absent or of another version."""
        return not (self.found and Requirement(f"x{self.wanted}").specifier.contains(self.found, True))


def doctor() -> bool:
    """Give all that was found; return whether the model that ships scores a sentence."""
    needs, problem = list(_needs()), _score()
    lacking = _lacking(needs)
    found = _devices() | _room() | {"tracking": _tracking(), "score": problem or "works"}
    facts = {
        "syto": __version__,
        "python": platform.python_version(),
        **found,
        "libraries": {need.name: need.found or None for need in needs},
        "lacking": lacking,
    }
    about = {"syto": __version__, "python": f"{platform.python_version()} ({sys.executable})"}
    give(facts, _told(about | found, problem), _libraries(needs), _ways(lacking))
    if problem:
        say(f"`syto score` does not work: {problem}", "red")
    return not problem


def _told(found: Mapping[str, str], problem: str) -> Listing:
    styles = {"works": "green", problem: "red"}
    return Listing(("what", "found"), [*found.items()], "this installation", styles=styles)


def _libraries(needs: Sequence[Need]) -> Listing:
    rows = [(need.name, need.found or "absent", need.wanted, need.extra or "score") for need in needs]
    return Listing(("library", "found", "wanted", "for"), rows, "libraries", styles={"absent": "yellow"})


def _ways(lacking: Sequence[Mapping[str, str]]) -> Listing | str:
    rows = [(each["verbs"], each["missing"], each["remedy"]) for each in lacking]
    return Listing(("verbs", "lack", "remedy"), rows, "what is missing") if rows else "no verb lacks anything"


def _needs() -> Iterator[Need]:
    """Yield what the installed package says that it needs: each library once, the light install first."""
    try:
        lines = metadata.requires("syto") or []
    except metadata.PackageNotFoundError:  # a checkout on the path
        lines = []
    seen: set[str] = set()
    for line in sorted(lines, key=lambda line: "extra ==" in line):
        needed = Requirement(line)
        extra = str(needed.marker).partition('"')[2].rstrip('"') if needed.marker else ""
        if needed.name not in seen and extra not in _NOT_OF_VERBS:
            seen.add(needed.name)
            yield Need(needed.name, extra, str(needed.specifier), _version(needed.name))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _lacking(needs: Sequence[Need]) -> list[dict[str, str]]:
    missing: dict[str, list[str]] = {}
    for need in needs:
        if need.missing:
            held = f" is {need.found}, not {need.wanted}" if need.found else ""
            missing.setdefault(need.extra, []).append(f"{need.name}{held}")
    return [
        {
            "verbs": _VERBS.get(extra, extra) if extra else "score and all else",
            "missing": ", ".join(names),
            "remedy": _INSTALL.format(f".[{extra}]" if extra else "."),
        }
        for extra, names in missing.items()
    ]


def _score() -> str:
    """Have the model that ships answer; return what went wrong, or nothing."""
    try:
        from syto.loading import load, trial  # imports what may be the very thing that is missing

        return trial(load())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return " ".join(f"{type(error).__name__}: {error}".split())


def _devices() -> dict[str, str]:
    return {
        "threads": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": _memory(),
        "processor": f"{platform.machine()} {' '.join(_flags())}".strip(),
        "cuda": _cuda(),
    }


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.1f} GB"
    except (AttributeError, ValueError, OSError):  # not a Unix
        return "unknown"


def _flags() -> list[str]:
    try:
        known = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:  # not Linux
        return []
    return [flag for flag in _FLAGS if flag in known]


def _cuda() -> str:
    try:
        import torch
    except Exception as error:  # noqa: BLE001 - a torch that is there may be broken in many ways
        return "none (no torch)" if isinstance(error, ModuleNotFoundError) else f"torch is broken: {error}"
    if not torch.cuda.is_available():
        return "none"
    return ", ".join(torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count()))


def _tracking() -> str:
    uri = tracking_uri()
    return f"{masked(uri)} ({trouble(uri) or 'nothing speaks against it'})"


def _room() -> dict[str, str]:
    """Return the folders that are written to, each with the room that is left there."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folders = {
        "current folder": Path.cwd(),
        "temporary files": Path(tempfile.gettempdir()),
        "Hub cache": Path(os.environ.get("HF_HOME") or home / "huggingface"),
    }
    return {name: f"{path} ({_free(path)})" for name, path in folders.items()}


def _free(path: Path) -> str:
    there = next(each for each in (path, *path.absolute().parents) if each.exists())
    return f"{shutil.disk_usage(there).free / 1e9:.1f} GB free"
