"""Settings of the YAML section `data`."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from syto.corpus.columns import ColumnMap
from syto.records import Split

Share = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]
SplitRule = Literal["sources", "newest", "random", "given", "train", "validation", "test"]
# Rules under which one source is seen in training and tested on, by design.
CROSSING: frozenset[SplitRule] = frozenset({"newest", "random", "given"})
# Rules under which no training article may be as new as a held-out one.
TIMED: frozenset[SplitRule] = frozenset({"sources", "newest"})


class _Labels(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)

    where: dict[str, list[str]] = {}  # column → values; rows with another value get no label


class ColumnLabels(_Labels):
    """Labels from a column, whose values are rubrics: one, or a list."""

    column: str
    map: dict[str, str | None] | None = (
        None  # rubric → label id, null = no label; none: rubrics are label ids
    )
    separator: str | None = None  # cuts a text cell into several rubrics


class ValueLabels(_Labels):
    """One label for every row."""

    value: str


class SourceLabels(_Labels):
    """The registry's rating of the source."""

    origin: Annotated[Literal["sources"], Field(alias="from")]


class UrlFolderLabels(_Labels):
    """Labels by the folders of an address, such as `politika` in /politika/2023/a-title."""

    url_folders: Path  # label → folders; see labels/url_folders.py


class SeedWordLabels(_Labels):
    """Labels guessed from words of each: only for data sets that are trained on as a whole."""

    seed_words: Path  # see labels/seed_words.py


class AnnotationLabels(_Labels):
    """Labels that texts were given one by one."""

    annotations: Path  # CSV file of digests of texts and the label of each; see labels/annotations.py


_WAYS: Mapping[str, type[_Labels]] = {
    "column": ColumnLabels,
    "value": ValueLabels,
    "from": SourceLabels,
    "url_folders": UrlFolderLabels,
    "seed_words": SeedWordLabels,
    "annotations": AnnotationLabels,
}


def _way(given: object) -> str | None:
    """Return which labels are meant by the one key that says so, or by what looks like its misspelling."""
    if not isinstance(given, Mapping):
        return type(given).__name__
    ways = [way for way in _WAYS if given.get(way) is not None]
    of_column = any(given.get(key) is not None for key in ("map", "separator"))
    misspelt = [near for key in given for near in get_close_matches(str(key), _WAYS, n=1)]
    meant = {*(ways or misspelt), *(["column"] if of_column else [])}
    return _WAYS[meant.pop()].__name__ if len(meant) == 1 else None


# Where the labels of one task come from in one data set; a tag is the name of its class, as in other unions.
LabelSettings = Annotated[
    Annotated[ColumnLabels, Tag("ColumnLabels")]
    | Annotated[ValueLabels, Tag("ValueLabels")]
    | Annotated[SourceLabels, Tag("SourceLabels")]
    | Annotated[UrlFolderLabels, Tag("UrlFolderLabels")]
    | Annotated[SeedWordLabels, Tag("SeedWordLabels")]
    | Annotated[AnnotationLabels, Tag("AnnotationLabels")],
    Discriminator(
        _way,
        custom_error_type="one_way",
        custom_error_message="give exactly one of 'column' (with 'map' and 'separator'), 'value', "
        "'from: sources', 'url_folders', 'seed_words' and 'annotations'",
    ),
]


class HubSettings(BaseModel):
    """A data set on the Hugging Face Hub, or a local folder laid out like one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    repo: str
    name: str | None = None  # configuration of the data set
    split: str = "train"
    revision: str | None = None  # commit or tag; without it a later run may read other rows


class DatasetSettings(BaseModel):
    """One data set: where it lies, what its columns mean, how it is split and labelled."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    name: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    path: Path | None = None
    hub: HubSettings | None = None
    format: str | None = None  # csv, tsv, jsonl, parquet, xlsx; else by suffix
    encoding: str | None = None  # of a text file; else found
    columns: ColumnMap = ColumnMap()
    source: str | None = None  # of every row, where no column has it
    source_map: dict[str, str] = {}  # names in the source column → domain or t.me/channel
    only: dict[str, list[str]] = {}  # column → values; rows with another value are left out
    split: SplitRule = "sources"
    # Task whose labels `newest` takes one by one: the newest of each label is held out, however old it is.
    newest_within: str | None = None
    cap_per_source: Count | Literal["default"] | None = "default"  # null: no cap; default: the one of `data`
    cap_per_label: Count | None = None  # rows with the same labels
    repeat: Count = 1  # how often training sees each article in one epoch, each time with copies of its own
    labels: dict[str, LabelSettings]  # task → its labels

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.path is None) == (self.hub is None):
            raise ValueError("give either 'path' (a file) or 'hub' (a Hub data set)")
        if self.split == "given" and self.columns.split is None:
            raise ValueError("'split: given' needs the column that holds it, as 'columns.split'")
        if self.split != "train" and any(
            isinstance(settings, SeedWordLabels) for settings in self.labels.values()
        ):
            raise ValueError(
                "labels from 'seed_words' are guesses, not fit to test on: they need 'split: train'"
            )
        within = self.newest_within
        if within is not None and (self.split != "newest" or within not in self.labels):
            raise ValueError(f"'newest_within: {within}' needs 'split: newest' and 'labels.{within}'")
        return self


class SplitSettings(BaseModel):
    """How much is held out, and which sources go where whatever the draw says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    validation: Share = 0.15
    test: Share = 0.2
    pin: dict[str, Split] = {}  # source → split
    # CSV of source and split: with it nothing is drawn, and whoever is not in it is trained on.
    held_out: Path | None = None
    by_date: bool = True  # false: sources alone are held out, which is enough to cross-validate by source

    @model_validator(mode="after")
    def _leaves_training(self) -> Self:
        if self.validation + self.test >= 1:
            raise ValueError(f"validation {self.validation} and test {self.test} leave nothing to train on")
        if self.held_out and self.pin:
            raise ValueError("'held_out' says it for every source; put the rows of 'pin' into its file")
        return self


class DuplicateSettings(BaseModel):
    """When two articles tell one story; shingles are runs of characters, so that inflected forms match."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: Share = 0.7  # Jaccard similarity of the shingle sets
    permutations: Annotated[int, Field(ge=16)] = 128  # of the MinHash
    shingle: Annotated[int, Field(ge=2)] = 5  # characters
    min_part: Annotated[int, Field(ge=1)] = (
        30  # characters of a title or body that make a story by themselves
    )


class DataSettings(BaseModel):
    """The whole section."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prepared: Path  # the folder that `prepare` writes and `train` reads
    ratings: tuple[Path, ...] = ()  # files of source ratings; a later file adds rows
    languages: Annotated[tuple[str, ...], Field(min_length=1)] = ("uk", "ru", "en")
    min_letters: Annotated[int, Field(ge=1)] = 20  # fewer in the cleaned text: out of scope
    news_only: bool = False  # code, recipes, statutes, noise and the like: out of scope when scoring
    splits: SplitSettings = SplitSettings()
    cap_per_source: Count | None = None  # rows a source, data set and split; null = all
    duplicates: DuplicateSettings = DuplicateSettings()
    datasets: Annotated[tuple[DatasetSettings, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [dataset.name for dataset in self.datasets]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"data set names are given twice: {', '.join(sorted(twice))}")
        return self

    def cap_of(self, dataset: DatasetSettings) -> int | None:
        """Return the cap that holds for `dataset`."""
        return self.cap_per_source if dataset.cap_per_source == "default" else dataset.cap_per_source
