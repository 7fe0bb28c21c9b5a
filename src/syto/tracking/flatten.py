"""Nested settings as the flat parameters that MLflow compares."""

import json
import re
from collections.abc import Mapping

LONGEST = 500  # characters of a value; a longer one is a file
_NOT_ALLOWED = re.compile(r"[^\w.\-/: ]")  # in the name of a parameter


def flatten(settings: Mapping[str, object]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the short values and the long ones by dotted key; lists are JSON, since MLflow has no lists."""
    flat = _leaves(settings)
    long = {key: value for key, value in flat.items() if len(value) > LONGEST}
    return {key: value for key, value in flat.items() if key not in long}, long


def _leaves(settings: Mapping[str, object], above: str = "") -> dict[str, str]:
    leaves: dict[str, str] = {}
    for name, value in settings.items():
        key = above + _NOT_ALLOWED.sub("_", str(name))
        if isinstance(value, Mapping) and value:
            leaves |= _leaves(value, f"{key}.")
        else:
            leaves[key] = (
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            )
    return leaves
