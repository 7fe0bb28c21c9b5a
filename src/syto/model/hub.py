"""A bundle on the Hugging Face Hub: sent in one commit, and fetched as files of its own."""

import mmap
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    constants,
    get_token,
    snapshot_download,
)
from huggingface_hub.errors import (
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined] # documented there

from syto import __version__
from syto.errors import SytoError, UserError
from syto.model.bundle import (
    MANIFEST,
    NETWORK_CONFIG,
    ONNX,
    ONNX_FP16,
    ONNX_INT4,
    ONNX_INT8,
    TOKENIZER,
    WEIGHTS,
)

ADDRESS = "hf://"
CARD = "README.md"
BESIDE = (CARD, "README-tables.md", "NOTICE", "LICENSE")  # texts that go with a bundle and decide no score
OURS = (MANIFEST, TOKENIZER, ONNX, ONNX_INT8, ONNX_INT4, ONNX_FP16, WEIGHTS, NETWORK_CONFIG, *BESIDE)
_MAIN = "main"
_TOKENS = "https://huggingface.co/settings/tokens"
_SECRET = re.compile(rb"hf_[A-Za-z0-9]{30,}")
_PATHS = (  # where people keep their files; a pattern that begins with a plain sign is searched for fast
    re.compile(rb"/(?:home|root|Users|tmp|var|mnt|media|srv|opt|work|workspace|content)/[\w./-]*\w"),
    re.compile(rb":\\{1,2}Users\\{1,2}\w+"),
)
_OF_AN_ADDRESS = re.compile(rb"[\w.:/-]")  # before a slash: it is no root folder's
_SENT = str | bytes  # path of a file, or what it holds


@dataclass(frozen=True, slots=True)
class Place:
    """A repository of the Hub at a branch, a tag or a commit."""

    repo: str
    revision: str = _MAIN

    @classmethod
    def of(cls, name: str) -> Self:
        """Read `OWNER/NAME` or `OWNER/NAME@REVISION`, with hf:// or without; else `UserError`."""
        repo, _, revision = name.removeprefix(ADDRESS).partition("@")
        try:
            validate_repo_id(repo)
        except HFValidationError as error:
            raise _misnamed(name, f": {error}") from error
        if repo.count("/") != 1:
            raise _misnamed(name)
        return cls(repo, revision or _MAIN)

    def __str__(self) -> str:
        return ADDRESS + self.repo + (f"@{self.revision}" if self.revision != _MAIN else "")


def _misnamed(name: str, why: str = "") -> UserError:
    return UserError(f"{name!r} names no repository of the Hub{why}; give OWNER/NAME, such as anna/syto-news")


def check_private(files: Mapping[str, _SENT]) -> None:
    """Refuse what would tell strangers of this machine: a path of its own, or an access token."""
    for name, content in files.items():
        with _bytes_of(content) as data:
            if _SECRET.search(data):
                raise UserError(f"{name} holds what looks like an access token; take it out, and revoke it")
            if found := next(_paths_in(data), None):
                raise UserError(
                    f"{name} names {found.decode(errors='replace')!r}, a path of this machine; name files "
                    "relative to the project's folder in the config and train again, or mend the card"
                )


def _paths_in(data: bytes | mmap.mmap) -> Iterator[bytes]:
    for pattern in _PATHS:
        for found in pattern.finditer(data):
            before = data[max(found.start() - 1, 0) : found.start()]
            if found[0].startswith(b":") or not _OF_AN_ADDRESS.match(before):
                yield found[0]


@contextmanager
def _bytes_of(content: _SENT) -> Iterator[bytes | mmap.mmap]:
    if isinstance(content, bytes) or not Path(content).stat().st_size:
        yield content if isinstance(content, bytes) else b""
        return
    with Path(content).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield data


def send(files: Mapping[str, _SENT], place: Place, message: str, *, public: bool, pr: bool) -> str:
    """Send files in one commit, or as a pull request, and return its address.

    A new repository is private unless `public`; one that is public already needs `public` too. Of what an
    earlier push left there, the files of a bundle that are not among these are removed.
    """
    api = HfApi(library_name="syto", library_version=__version__)
    with _explained(place):
        if not get_token():
            raise UserError(
                f"no token for the Hub; make one that may write at {_TOKENS}, then run `hf auth login`, "
                "or set HF_TOKEN"
            )
        _open_repo(api, place, public=public)
        if place.revision != _MAIN and not pr:
            api.create_branch(place.repo, branch=place.revision, exist_ok=True)
        there = api.list_repo_files(place.repo, revision=place.revision)
        stale = [CommitOperationDelete(name) for name in there if name in OURS and name not in files]
        added = [CommitOperationAdd(name, content) for name, content in files.items()]
        info = api.create_commit(
            place.repo,
            [*added, *stale],
            commit_message=message,
            revision=place.revision,
            create_pr=pr,
        )
    return str(info.pr_url or info.commit_url)


def _open_repo(api: HfApi, place: Place, *, public: bool) -> None:
    """See to it that the repository is there, and that nothing becomes public unasked."""
    try:
        private = api.model_info(place.repo).private
    except RepositoryNotFoundError:
        api.create_repo(place.repo, private=not public)
        return
    if not private and not public:
        raise UserError(f"{place.repo} is public; say so with --public, or name another repository")


def fetch_from_hub(name: str) -> Path:
    """Download the bundle `hf://OWNER/NAME@REVISION`, or take what was; return its folder.

    Only files that a bundle is made of are taken. They lie below HF_HOME as files, not as the links of the
    Hub's own cache, which a bundle must not have.
    """
    place = Place.of(name)
    key = f"{place.repo.replace('/', '--')}@{quote(place.revision, safe='')}"
    folder = Path(constants.HF_HOME, "syto", key)
    with _explained(place):
        snapshot_download(place.repo, revision=place.revision, local_dir=folder, allow_patterns=list(OURS))
    if not (folder / MANIFEST).is_file():
        raise UserError(f"{place} holds no bundle of syto (it has no {MANIFEST}); name another repository")
    return folder


@contextmanager
def _explained(place: Place) -> Iterator[None]:
    """Say in one sentence what the Hub, or the way to it, objects to."""
    try:
        yield
    except SytoError:
        raise
    except Exception as error:
        said = _said(place, error)
        if said is None:
            raise
        raise said from error


def _said(place: Place, error: Exception) -> SytoError | None:
    cause = _answered(error)
    status = cause.response.status_code if cause else None  # type: ignore[attr-defined]
    if isinstance(cause, RevisionNotFoundError):
        return UserError(f"{place.repo} has no revision {place.revision!r}; leave @{place.revision} out")
    if isinstance(cause, RepositoryNotFoundError):
        return UserError(
            f"the Hub shows you no {place.repo}; check the name, and if it is private, run `hf auth login`"
        )
    if status == 401:
        return UserError(f"the Hub does not take your token; make another at {_TOKENS}, then `hf auth login`")
    if status == 403:
        owner = place.repo.partition("/")[0]
        return UserError(
            f"your token may not write to {place.repo}; make one with the right to write to {owner} at "
            f"{_TOKENS}, or offer the change with --pr"
        )
    if cause:
        return SytoError(f"the Hub refused {place.repo}: {_line(cause)} ({status}); try again later")
    if _is_network(error):
        return SytoError(
            f"the Hub cannot be reached at {constants.ENDPOINT} for {place.repo}: {_line(error)}; "
            "check the network, and HF_ENDPOINT and HF_HUB_OFFLINE if they are set"
        )
    return None


def _answered(error: BaseException | None) -> BaseException | None:
    """Return the error that carries the Hub's answer; an upload wraps it into another."""
    while error is not None and getattr(error, "response", None) is None:
        error = error.__cause__
    return error


def _is_network(error: Exception) -> bool:
    """Tell errors of the way there; the HTTP library of huggingface_hub has another name in each version."""
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, LocalEntryNotFoundError | ConnectionError) or library.startswith("httpx")


def _line(error: BaseException) -> str:
    """Return the line of a message that says most: the Hub's own words, else the first."""
    said = getattr(error, "server_message", None) or str(error)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__
