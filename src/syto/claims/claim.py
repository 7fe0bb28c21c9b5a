"""A claim that somebody debunked."""

from collections.abc import Mapping
from dataclasses import dataclass

from syto.tables.cells import as_date


@dataclass(frozen=True, slots=True)
class Known:
    """What an index keeps of a claim: no word of its text."""

    id: str
    date: str = ""  # ISO; empty where it could not be read
    link: str = ""  # evidence to follow: the debunking or, where the table has none, where it was published
    narrative: str = ""  # what it belongs to, in a few words, or the verdict
    publisher: str = ""  # who debunked it


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as its publisher's table has it."""

    known: Known
    texts: Mapping[str, str]  # language → what is claimed; "" is a language to be found


def address(written: str) -> str:
    """Return an address of the web, '' for anything else that stands in its place."""
    return written.strip() if written.strip().startswith(("https://", "http://")) else ""


def iso_date(written: object) -> str:
    """Return a day as ISO writes it, '' where it is none."""
    day = as_date(written)
    return day.isoformat() if day else ""
