from pathlib import Path

import pytest

from syto.claims.claim import Known
from syto.claims.reading import read_claims
from syto.errors import UserError

VOXCHECK = """narrative_uk,case_uk,case_ru,case_en,date,media,link
Сир,Місяць із сиру,Луна из сыра,The moon is cheese,09/12/2021,Site,https://site.example/1
"""
EUVSDISINFO = """Date,Links,Title,Outlets,Keywords
2019-11-18,https://euvsdisinfo.eu/report/moon,The moon is cheese,site.example,"Moon, Cheese"
"""


def _file(folder: Path, content: str) -> Path:
    (folder / "claims.csv").write_text(content, encoding="utf-8")
    return folder / "claims.csv"


def test_a_table_of_voxcheck(tmp_path: Path) -> None:
    [claim] = read_claims(_file(tmp_path, VOXCHECK))
    assert claim.known == Known("voxcheck-1", "2021-12-09", "https://site.example/1", "Сир", "VoxCheck")
    assert claim.texts == {"uk": "Місяць із сиру", "ru": "Луна из сыра", "en": "The moon is cheese"}


def test_a_table_of_euvsdisinfo(tmp_path: Path) -> None:
    [claim] = read_claims(_file(tmp_path, EUVSDISINFO))
    link = "https://euvsdisinfo.eu/report/moon"
    assert claim.known == Known("euvsdisinfo-1", "2019-11-18", link, "Moon", "EUvsDisinfo")
    assert claim.texts == {"": "The moon is cheese"}


def test_what_is_no_address_is_no_link(tmp_path: Path) -> None:
    [claim] = read_claims(_file(tmp_path, VOXCHECK.replace("https://site.example/1", "?")))
    assert claim.known.link == ""


def test_an_unknown_table_says_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"case_uk and narrative_uk.*its columns: a, b"):
        read_claims(_file(tmp_path, "a,b\n1,2\n"))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there"):
        read_claims(tmp_path / "none.json")
