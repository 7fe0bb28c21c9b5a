"""A file of debunked claims, whoever published it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from syto.claims import euvsdisinfo, voxcheck
from syto.claims.claim import Claim
from syto.claims.claim_review import read_claim_review
from syto.errors import UserError
from syto.tables.cells import as_text
from syto.tables.formats import open_table


def read_claims(path: Path) -> Iterator[Claim]:
    """Yield the claims of a file: ClaimReview where it is JSON, else a table that its columns tell."""
    if path.suffix.lower() in (".json", ".jsonld"):
        if not path.is_file():
            raise UserError(f"{path} is not there; check the path, which counts from the current folder")
        return read_claim_review(path)
    names = open_table(path).outline().names
    if set(voxcheck.NEEDED) <= set(names):
        return voxcheck.read_voxcheck(_rows(path))
    if set(euvsdisinfo.NEEDED) <= set(euvsdisinfo.columns_of(names)):
        return euvsdisinfo.read_euvsdisinfo(_rows(path))
    raise UserError(
        f"{path} is no table of claims that is known: VoxCheck's has {' and '.join(voxcheck.NEEDED)}, "
        f"EUvsDisinfo's a title and a link; its columns: {', '.join(names)}"
    )


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    for row in open_table(path).rows():
        if not row.error:
            yield row.number, {name: as_text(value) for name, value in row.values.items()}
