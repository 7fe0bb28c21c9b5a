"""Labels that texts were given one by one; the file holds digests, since texts may not be passed on."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syto.errors import UserError
from syto.labels.label_set import LabelSet

_DIGEST, _LABEL, _TASK = "sha256", "label", "task"


def digest_of(text: str) -> str:
    """Return the digest of a text: title, line break, body, without white space around them."""
    return hashlib.sha256(text.strip().encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Annotations:
    """The label of each annotated text, by its digest."""

    labels: Mapping[str, str]

    @classmethod
    def from_file(cls, path: Path, labels: LabelSet, task: str) -> "Annotations":
        """Read a CSV file with the columns `sha256` and `label`; `UserError` for what is wrong in it.

        Where it has a column `task`, the rows of other tasks are left out.
        """
        found: dict[str, str] = {}
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.DictReader(file)
                missing = {_DIGEST, _LABEL} - set(rows.fieldnames or ())
                if missing:
                    raise UserError(f"annotations {path} have no column {min(missing)!r}")
                for row in rows:
                    if row.get(_TASK, task) != task:
                        continue
                    digest, label = row[_DIGEST], row[_LABEL]
                    if label not in labels.ids:
                        raise UserError(
                            f"{path}, line {rows.line_num}: {label!r} is no label of {labels.name!r}"
                        )
                    if found.setdefault(digest, label) != label:
                        raise UserError(f"{path}, line {rows.line_num}: {digest} has two labels")
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise UserError(f"annotations {path} cannot be read: {error}") from None
        return cls(found)

    def label(self, text: str) -> str | None:
        """Return the label of a text (title, line break, body)."""
        return self.labels.get(digest_of(text))
