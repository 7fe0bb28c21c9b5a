"""What public lists say of 15,000 sources, kept as text: a source is read when it is asked for."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from syto.sources.ratings_file import COLUMNS, rating_of
from syto.sources.weighing import Rating, weigh_lists


@dataclass(frozen=True, slots=True)
class Listings:
    """The rows of a ratings file that is shipped and tested, so that reading it checks nothing."""

    rows: Mapping[str, str] = field(default_factory=dict)  # source → its lines of the file

    @classmethod
    def from_file(cls, path: Path) -> "Listings":
        """Read a file whose cells hold no line breaks, as `syto sources import` writes it."""
        rows: dict[str, str] = {}
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            source = line.partition(",")[0]
            rows[source] = f"{rows[source]}\n{line}" if source in rows else line
        return cls(rows)

    def opinions(self, source: str) -> Sequence[Rating]:
        """Return what each list says of a source; nothing of one that is on none."""
        return _opinions(self.rows[source]) if source in self.rows else ()

    def rate(self, source: str) -> Rating | None:
        """Return what the lists say together."""
        opinions = self.opinions(source)
        return weigh_lists(opinions) if opinions else None


@lru_cache(maxsize=4_096)
def _opinions(lines: str) -> tuple[Rating, ...]:
    rows = csv.DictReader(lines.splitlines(), COLUMNS)
    return tuple(rating_of(row, row["source"] or "") for row in rows)
