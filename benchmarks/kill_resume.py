"""`syto score` killed at random moments and gone on with: the bytes of a run that is left in peace.

`python benchmarks/kill_resume.py INPUT [--formats csv xlsx parquet] [--kills 20]`; what stands
after `--` goes to `syto score`, such as `-- --passages 0`. For each format a run is measured, and
others are killed at moments spread over that time, each gone on with until it ends. Exit status 1
when any bytes differ.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> int:
    """Print a line a format, and return the exit status."""
    arguments = _arguments()
    rng = random.Random(arguments.seed)  # noqa: S311 - moments, no secrets
    print("format    kills  identical  whole run, s  all resumed runs, s  left behind")  # noqa: T201
    good = [_measure(format, arguments, rng) for format in arguments.formats]
    return int(not all(good))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", type=Path)
    parser.add_argument("--formats", nargs="+", default=["csv", "xlsx", "parquet"])
    parser.add_argument("--kills", type=int, default=20, help="of each format")
    parser.add_argument("--seed", type=int, default=7)
    given = sys.argv[1:]
    own = given.index("--") if "--" in given else len(given)
    return parser.parse_args(given[:own], argparse.Namespace(options=given[own + 1 :]))


def _measure(format: str, arguments: argparse.Namespace, rng: random.Random) -> bool:
    """Kill so many runs; say how many of them ended with the same bytes once they were gone on with."""
    with tempfile.TemporaryDirectory(prefix="syto-bench-") as folder:
        whole, target = Path(folder) / f"whole.{format}", Path(folder) / f"out.{format}"
        options = [str(each) for each in arguments.options if each != "--"]
        began = time.perf_counter()
        _run(arguments.input, whole, options)
        took = time.perf_counter() - began
        began = time.perf_counter()
        same = 0
        for _ in range(arguments.kills):
            killed = _run(arguments.input, target, options, kill_after=rng.uniform(0, took))
            if killed and not _is_whole(target):
                _run(arguments.input, target, options)
            same += target.read_bytes() == whole.read_bytes()
            target.unlink()
        again = time.perf_counter() - began
        left = sorted(path.name for path in Path(folder).iterdir() if path != whole)
        figures = f"{arguments.kills:>7}{same:>11}{took:>14.1f}{again:>21.1f}"
        print(f"{format:<8}{figures}  {', '.join(left) or 'nothing'}", flush=True)  # noqa: T201
        return same == arguments.kills and not left


def _is_whole(target: Path) -> bool:
    """Tell whether the run had ended but for its process: the output is there, its parts are gone."""
    return target.exists() and not target.with_name(f"{target.name}.parts").exists()


def _run(source: Path, target: Path, options: list[str], kill_after: float | None = None) -> bool:
    """Score; return whether the run was killed before its end. Status 3 is fine: rows may carry errors."""
    command = [sys.executable, "-m", "syto", "score", str(source), "-o", str(target), *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        _, said = process.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    if process.returncode not in (0, 3):
        sys.exit(said.decode())
    return False


if __name__ == "__main__":
    sys.exit(main())
