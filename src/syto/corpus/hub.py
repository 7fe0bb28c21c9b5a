"""Rows of a data set on the Hugging Face Hub, or of a local folder laid out like one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from datasets import ClassLabel, Dataset, load_dataset
from datasets.exceptions import DatasetNotFoundError

from syto.corpus.settings import HubSettings
from syto.errors import UserError
from syto.tables.rows import Row


@dataclass(frozen=True, slots=True)
class HubData:
    """One split of a data set; `fingerprint` stands for the hash that a file has."""

    rows: Dataset
    fingerprint: str

    @property
    def columns(self) -> list[str]:
        """The column names."""
        return list(self.rows.column_names)

    def __iter__(self) -> Iterator[Row]:
        names = {name: f for name, f in self.rows.features.items() if isinstance(f, ClassLabel)}
        for number, values in enumerate(self.rows, start=1):
            yield Row(number, {name: _named(names.get(name), value) for name, value in values.items()})


def load_hub(settings: HubSettings) -> HubData:
    """Load a split at its revision; a data set, configuration or split that is not there: `UserError`."""
    try:
        rows = load_dataset(settings.repo, settings.name, split=settings.split, revision=settings.revision)
    except (DatasetNotFoundError, ValueError, FileNotFoundError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(
            f"data set {settings.repo!r} (name {settings.name!r}, split {settings.split!r}, revision "
            f"{settings.revision!r}) cannot be loaded: {reason}; check these four, and the network"
        ) from error
    return HubData(rows, str(rows._fingerprint))


def _named(feature: ClassLabel | None, value: Any) -> Any:  # noqa: ANN401 — cells are of any type
    """Turn the number of a class back into its name."""
    return feature.int2str(value) if feature is not None and value is not None else value
