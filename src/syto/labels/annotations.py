"""Labels that texts were given one by one; the file holds digests, since texts may not be passed on."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syto.errors import UserError
from syto.labels.label_set import LabelSet

_DIGEST, _LABEL = "sha256", "label"


@dataclass(frozen=True, slots=True)
class Annotations:
    """The label of each annotated text, by its digest."""

    labels: Mapping[str, str]

    @classmethod
    def from_file(cls, path: Path, labels: LabelSet) -> "Annotations":
        """Read a CSV file with the columns `sha256` and `label`; `UserError` for what is wrong in it."""
        found: dict[str, str] = {}
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.DictReader(file)
                missing = {_DIGEST, _LABEL} - set(rows.fieldnames or ())
                if missing:
                    raise UserError(f"annotations {path} have no column {min(missing)!r}")
                for row in rows:
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
        """Return the label of a text: title, line break, body, without white space around them."""
        return self.labels.get(hashlib.sha256(text.strip().encode(errors="surrogatepass")).hexdigest())
