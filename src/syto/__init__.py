"""syto sorts Ukrainian news by topic and by source reliability."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syto.inference.loaded import Model, load

__all__ = ["Model", "load"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:  # noqa: ANN401 - imported when asked for, so that `import syto` costs nothing
    if name in __all__:
        from syto.inference import loaded

        return getattr(loaded, name)
    raise AttributeError(f"module 'syto' has no attribute {name!r}")
