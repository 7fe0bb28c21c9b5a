"""What kind of site a source is, so that football is not read as disinformation."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NEWS = "news"


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the file of kinds; its fields are the columns of the file."""

    source: str  # registrable domain
    name: str  # news, sport, technology and the like; data/sources/README.md has them all
    evidence: str  # what that rests on


def read_kinds(path: Path) -> Mapping[str, Kind]:
    """Return source → its kind."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            row["source"]: Kind(row["source"], row["kind"], row["evidence"]) for row in csv.DictReader(lines)
        }
