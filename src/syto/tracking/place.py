"""Where runs are tracked: shown without its secrets, and asked whether it answers."""

import os
import re
import socket
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from syto.tracking.environment import URI
from syto.tracking.settings import TrackingSettings

_PATIENCE = 3.0  # seconds; the name server of a host may take longer than any limit on the connection
_PORTS = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}
_FILES = ("sqlite", "file", "")  # schemes of what lies on this machine


def tracking_uri() -> str:
    """Return where a run would be tracked; the environment wins."""
    return os.environ.get(URI) or TrackingSettings().uri


def masked(uri: str) -> str:
    """Return a URI without user, password and parameters, any of which may be a secret."""
    bare = re.sub(r"\?.*", "?***", uri, flags=re.DOTALL)
    return bare if urlsplit(uri).scheme.startswith("sqlite") else re.sub(r"://.*@", "://***@", bare)


def trouble(uri: str) -> str:
    """Return why runs cannot be tracked there, as far as seconds show; empty where nothing speaks against it.

    Nothing is written, no password is sent, and none is told.
    """
    said = ["no answer in time"]
    asking = Thread(target=lambda: said.__setitem__(0, _asked(uri)), daemon=True)  # ends with the process
    asking.start()
    asking.join(2 * _PATIENCE)
    return said[0]


def _asked(uri: str) -> str:
    try:
        parts = urlsplit(uri)
        scheme = parts.scheme.partition("+")[0]
        if scheme in _FILES:
            return _of_file(Path(uri.partition(":///")[2] if scheme == "sqlite" else parts.path))
        if scheme in ("http", "https"):
            bare = f"{scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
            urlopen(bare, timeout=_PATIENCE).close()  # noqa: S310 - its scheme was looked at
        elif port := parts.port or _PORTS.get(scheme):
            socket.create_connection((parts.hostname or "localhost", port), _PATIENCE).close()
        else:
            return "not looked at: it is no file, no database and no http address"
    except HTTPError:
        return ""  # somebody is there, be it to ask for a password
    except OSError as error:
        return str(getattr(error, "reason", None) or error.strerror or type(error).__name__)
    except Exception:  # noqa: BLE001 - whatever is said of an address may hold its password
        return "it cannot be read as an address"
    return ""


def _of_file(path: Path) -> str:
    """Say whether a file or folder, or what it would be made in, can be written."""
    there = next((each for each in (path, *path.parents) if each.exists()), Path())
    return "" if os.access(there, os.W_OK) else f"{there} cannot be written"
