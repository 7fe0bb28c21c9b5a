"""syto sorts Ukrainian news by topic and by source reliability."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syto.inference.answer import Answer
    from syto.inference.loaded import Model
    from syto.loading import load

__all__ = ["Answer", "Model", "load"]
__version__ = "0.1.0"
_HOMES = {"Answer": "syto.inference.answer", "Model": "syto.inference.loaded", "load": "syto.loading"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - imported when asked for, so that `import syto` costs nothing
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'syto' has no attribute {name!r}")
