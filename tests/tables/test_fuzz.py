"""A few of the files of which benchmarks/fuzz_tables.py makes very many, and any text in any format."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syto.tables.cells import as_text, encodable
from syto.tables.formats import FORMATS, PACKED, open_table
from syto.tables.table import Format, Layout
from table_fuzz import check, make

few = settings(max_examples=30, database=None, deadline=None)


def test_every_file_is_read_whole_or_refused(tmp_path: Path) -> None:
    for number in range(300):
        check(make(random.Random(f"test {number}"), tmp_path))


@pytest.mark.parametrize(
    "name", ["a.csv", "a.tsv", "a.jsonl", "a.txt", "a.xlsx", "a.parquet", "a.ods", "a.xls"]
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, name: str) -> None:
    @few
    @given(st.binary(max_size=200) | st.text().map(lambda text: text.encode("utf-8", "replace")))
    def read(raw: bytes) -> None:
        (tmp_path / name).write_bytes(raw)
        check(tmp_path / name)

    read()


@pytest.mark.parametrize("format", [*FORMATS, *PACKED], ids=lambda format: format.name)
def test_any_text_in_any_cell_comes_back_and_splits_no_row(format: Format) -> None:
    @few
    @given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
    def write_and_read(texts: list[str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"a{format.suffixes[0]}"
            rows = [{"id": number, "text": text} for number, text in enumerate(texts)]
            format.write(path, Layout(("id", "text"), {}), rows)
            assert check(path) == len(texts)
            found = [as_text(row.values["text"]).replace("\0", "") for row in open_table(path).rows()]
        assert found == [encodable(text).replace("\0", "") for text in texts]

    write_and_read()
