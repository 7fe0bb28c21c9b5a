"""syto sorts Ukrainian news by topic and by source reliability."""

__version__ = "0.1.0"
