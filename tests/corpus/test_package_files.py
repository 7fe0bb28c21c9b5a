from random import Random

import pytest

from syto.corpus.package_files import package_texts
from syto.errors import UserError


def test_passages_of_source_files_and_licences() -> None:
    passages = package_texts("typer", 5, Random(1))
    assert 5 <= len(passages) <= 40
    assert all(60 < len(passage) <= 3000 for passage in passages)
    assert any("import " in passage for passage in passages)
    assert passages == package_texts("typer", 5, Random(1))


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(UserError, match=r"no package 'tyypr' is installed; install it"):
        package_texts("tyypr", 5, Random(1))
