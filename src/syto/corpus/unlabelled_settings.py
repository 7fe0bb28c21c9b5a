"""Settings of the YAML section `corpus` of a pre-training."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from syto.corpus.columns import ColumnMap


class TextsSettings(BaseModel):
    """One file of texts, or some of its rows."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    name: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    path: Path
    format: str | None = None  # csv, tsv, jsonl, parquet, xlsx; else by suffix
    encoding: str | None = None  # of a text file; else found
    columns: ColumnMap = ColumnMap()
    language: str | None = None  # of every row; else the language column, else found
    only: dict[str, list[str]] = {}  # column → values; rows with another value are left out
    without: dict[str, list[str]] = {}  # column → values; rows with one of them are left out
    max_characters: Annotated[int | None, Field(ge=1)] = None  # of the file, drawn at random; null = all
    repeat: Annotated[int, Field(ge=1)] = 1  # how often each document is seen in one epoch


class UnlabelledSettings(BaseModel):
    """The YAML section `corpus`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    texts: Annotated[tuple[TextsSettings, ...], Field(min_length=1)]
    leave_out: Path | None = None  # a prepared folder: nothing of its validation and test sources is read
    languages: tuple[str, ...] = ("uk", "ru", "en")
    min_characters: Annotated[int, Field(ge=1)] = 40
    max_document: Annotated[int, Field(ge=100)] = 20_000  # characters; what is longer is cut
    held_out: Annotated[float, Field(gt=0, lt=0.5)] = 0.005  # share of the documents for the held-out loss
