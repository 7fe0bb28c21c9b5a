import sys
from importlib import import_module
from pathlib import Path

import pytest

from syto.model.bundle import Bundle

sys.path.append(str(Path(__file__).parents[1]))  # tests are imported one by one; tiny_bundle.py is found here


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Return a bundle of a few words, see tests/tiny_bundle.py."""
    bundle: Bundle = import_module("tiny_bundle").make_tiny_bundle(tmp_path_factory.mktemp("tiny") / "bundle")
    return bundle
