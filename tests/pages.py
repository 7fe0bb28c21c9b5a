"""README.md and the pages of docs/, taken apart into their blocks, and a folder to run them in."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
TUTORIALS = tuple(page for page in PAGES if page.name.startswith("tutorial-"))
_BLOCK = re.compile(r"(?:^<!-- ([\w :]+) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    mark: str  # of the comment above it, or empty
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page.name}: {self.code.strip().splitlines()[0]}"


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page in their order."""
    return [Block(page, *found) for found in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def checkout(folder: Path) -> Path:
    """Make of a folder what a reader has: the repository's configs and data, and nothing made of them yet."""
    (folder / "configs").symlink_to(ROOT / "configs")
    (folder / "data").mkdir()
    for each in (ROOT / "data").iterdir():
        if each.name != "prepared":
            (folder / "data" / each.name).symlink_to(each)
    return folder
