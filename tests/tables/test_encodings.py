import codecs
from pathlib import Path

import pytest

from syto.tables.encodings import decoded, find_encoding
from syto.tables.formats import format_of, open_table
from syto.tables.table import Layout

UKRAINIAN = "id,текст\n1,Уряд ухвалив зміни до бюджету, повідомив міністр.\n2,Ґанок і їжак є в Києві\n"
RUSSIAN = "id,текст\n1,Правительство приняло новый закон об образовании\n2,Объявлен конкурс\n"


@pytest.mark.parametrize("text", [UKRAINIAN, RUSSIAN, UKRAINIAN.upper(), "текст\nТак\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-u", "cp866"])
def test_the_letters_tell_the_encoding(text: str, encoding: str) -> None:
    raw = text.encode(encoding, "replace")  # cp866 has no і and no ґ
    assert find_encoding(raw) == encoding
    assert decoded(raw, encoding) == raw.decode(encoding)


def test_lines_of_another_encoding_are_read_in_theirs(tmp_path: Path) -> None:
    lines = ["id,текст", "1,Уряд ухвалив бюджет", "2,Рішення суду", "3,Пісня", "4,Київ і Львів"]
    for first, second in (("utf-8", "cp1251"), ("cp1251", "utf-8"), ("utf-8", "koi8-u")):
        raw = [line.encode((first, second)[number % 2]) for number, line in enumerate(lines)]
        (tmp_path / "a.csv").write_bytes(b"\n".join(raw))
        found = [row.values["текст"] for row in open_table(tmp_path / "a.csv").rows()]
        assert found == [line.partition(",")[2] for line in lines[1:]]


def test_half_a_letter_at_the_end_of_a_short_line_is_one_letter() -> None:
    assert decoded("Киї".encode()[:-1], "utf-8") == "Ки\ufffd"


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
@pytest.mark.parametrize(
    ("encoding", "marked"),
    [("cp1251", True), ("koi8-u", True), ("utf-16", True), ("utf-8-sig", True), ("utf-8", False)],
)
def test_excel_opens_what_is_made_of_a_file_that_it_opened(
    tmp_path: Path, name: str, encoding: str, marked: bool
) -> None:
    (tmp_path / name).write_bytes(UKRAINIAN.replace(",", "\t", 2).replace("\n2,", "\n2\t").encode(encoding))
    found = open_table(tmp_path / name).outline()
    for target in (tmp_path / "b.csv", tmp_path / "b.tsv"):
        format_of(target).write(target, Layout(found.names, {}, found.kept), [{"id": 1, "текст": "ї"}])
        assert target.read_bytes().startswith(codecs.BOM_UTF8) == marked
    assert (tmp_path / "b.tsv").read_text("utf-8-sig") == "id\tтекст\n1\tї\n"
