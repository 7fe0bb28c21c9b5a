"""Reads very many damaged and hostile tables: each is read whole, one row out a row in, or refused.

`python benchmarks/fuzz_tables.py [--files 100000] [--seed 1] [--only NUMBER]`; a file that breaks a reader,
or keeps it busy for over ten seconds, is kept, and its number makes it again. Exit status 1 when one did.
"""

import argparse
import faulthandler
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from table_fuzz import check, make  # type: ignore[import-not-found]

_SECONDS = 10
_EVERY = 1_000


def main() -> int:
    """Read the files, print a line now and then, and return the exit status."""
    arguments = _arguments()
    faulthandler.enable()
    signal.signal(signal.SIGALRM, _too_slow)
    numbers = [arguments.only] if arguments.only is not None else range(arguments.files)
    found: Counter[str] = Counter()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="syto-fuzz-") as folder:
        for done, number in enumerate(numbers, start=1):
            found[_outcome(number, arguments.seed, Path(folder))] += 1
            if done % _EVERY == 0 or done == len(numbers):
                _say(done, len(numbers), found, time.perf_counter() - begun)
    return int(found["broken"] > 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of one file")
    return parser.parse_args()


def _outcome(number: int, seed: int, folder: Path) -> str:
    path = make(random.Random(f"{seed} {number}"), folder)  # noqa: S311 - no secret
    signal.alarm(_SECONDS)
    try:
        return "refused" if check(path) is None else "read"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        kept = shutil.copy(path, Path(tempfile.gettempdir()) / f"syto-fuzz-{seed}-{number}{path.suffix}")
        sys.stderr.write(f"\n{kept}: {type(error).__name__}: {str(error)[:300]}\n")
        return "broken"
    finally:
        signal.alarm(0)
        path.unlink()


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"over {_SECONDS} seconds")


def _say(done: int, of: int, found: Counter[str], seconds: float) -> None:
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts in KiB
    counts = ", ".join(f"{count:,} {name}" for name, count in sorted(found.items()))
    sys.stderr.write(
        f"\r{done:,} of {of:,} files: {counts}; {done / seconds:,.0f} a second, peak {mib:.0f} MiB "
    )


if __name__ == "__main__":
    sys.exit(main())
