"""What is known of sources between runs, in one SQLite file: which text was read when, by which bundle."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from syto.errors import UserError

_MARK = 0x5359544F  # SYTO in the header of the file: no other program's database is written to
_TABLES = """
CREATE TABLE IF NOT EXISTS sources (
    source TEXT PRIMARY KEY, rating TEXT, rater TEXT, first_read TEXT, last_read TEXT
);
CREATE TABLE IF NOT EXISTS readings (
    source TEXT, text TEXT, model TEXT, article TEXT, unreliable_probability REAL, read TEXT,
    PRIMARY KEY (source, text, model)
);
"""
_SOURCE = """
INSERT INTO sources VALUES (:source, :rating, :rater, :when, :when)
ON CONFLICT DO UPDATE SET rating = :rating, rater = :rater, last_read = max(last_read, :when)
"""
_READING = """
INSERT INTO readings VALUES (:source, :text, :model, :article, :share, :when)
ON CONFLICT DO UPDATE SET unreliable_probability = :share
"""
_RECALL = """
SELECT source, rating, rater, unreliable_probability, article, text, model
FROM readings JOIN sources USING (source) WHERE model = ? ORDER BY readings.rowid
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one bundle said of one text of a source."""

    source: str
    rating: str
    rater: str
    share: float  # `unreliable_probability`
    article: str  # what it is called by
    text: str = ""  # digest of what was read: the same text counts once
    model: str = ""  # bundle name and fingerprint


class SourceMemory:
    """Readings of earlier runs and of this one; texts themselves are not kept."""

    def __init__(self, database: sqlite3.Connection, when: str) -> None:
        """Take an open database and today's date."""
        self._database = database
        self._when = when

    def remember(self, reading: Reading) -> None:
        """Keep a reading; a text that this bundle has read before keeps the day when it first did."""
        values = {name: getattr(reading, name) for name in Reading.__slots__} | {"when": self._when}
        self._database.execute(_SOURCE, values)
        self._database.execute(_READING, values)

    def recall(self, model: str) -> Iterator[Reading]:
        """Yield what a bundle has said, in the order in which it was first said."""
        for row in self._database.execute(_RECALL, (model,)):
            yield Reading(*row)

    def others(self, model: str) -> int:
        """Return how many readings are of other bundles, whose probabilities are not to be mixed with its."""
        (count,) = self._database.execute(
            "SELECT count(*) FROM readings WHERE model != ?", (model,)
        ).fetchone()
        return int(count)


@contextmanager
def open_memory(path: Path, when: str) -> Iterator[SourceMemory]:
    """Open or make the file; what is remembered is kept when the block ends well, all or nothing."""
    try:
        with closing(sqlite3.connect(path)) as database, database:
            _claim(database, path)
            yield SourceMemory(database, when)
    except sqlite3.Error as error:
        raise UserError(f"{path} cannot be read and written as a memory of sources: {error}") from error


def _claim(database: sqlite3.Connection, path: Path) -> None:
    (mark,) = database.execute("PRAGMA application_id").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and mark != _MARK:
        raise UserError(f"{path} is a database of something else; name another file for --memory")
    database.execute(f"PRAGMA application_id = {_MARK}")
    database.executescript(_TABLES)
