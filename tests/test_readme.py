"""The README's tree is that of the folder, and the README stays short."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SRC = ROOT / "src" / "syto"
UNNAMED = {"__init__.py", "__main__.py"}  # of no interest to a reader
_LINE = re.compile(r"^[├└]── (\S+) +(\S.*)$", re.MULTILINE)


def tree() -> list[tuple[str, str]]:
    """Return what the README names in src/syto, with its words."""
    (block,) = re.findall(r"^```\nsrc/syto/\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return _LINE.findall(block)


def folder() -> set[str]:
    modules = {path.name for path in SRC.glob("*.py")} - UNNAMED
    return modules | {f"{path.parent.name}/" for path in SRC.glob("*/*.py")}


def test_the_tree_names_what_is_there_and_nothing_else() -> None:
    named = Counter(name for name, _ in tree())
    assert named == Counter(folder())


def test_the_tree_says_little_of_each() -> None:
    assert [name for name, words in tree() if len(words.split()) > 6] == []


def test_the_readme_is_a_screen_and_a_half() -> None:
    assert len(README.splitlines()) <= 120
    assert len(README.split()) < 900
