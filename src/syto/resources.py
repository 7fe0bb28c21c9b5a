"""Where the data files that ship with the package lie, in a wheel and in a checkout alike."""

from pathlib import Path

_INSTALLED = Path(__file__).parent / "_data"  # a wheel carries data/ here, see pyproject.toml
_CHECKOUT = Path(__file__).parents[2] / "data"


def resource(name: str) -> Path:
    """Return the path of a shipped file or folder, such as `labels/topics.yaml` or `embedded`."""
    return (_INSTALLED if _INSTALLED.exists() else _CHECKOUT) / name
