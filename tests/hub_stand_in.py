"""A Hub of one process: the endpoints that huggingface_hub calls to make, fill and read a repository.

It keeps files as commits, checks tokens and digests, and can be told to refuse; what was asked is in `asked`.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

WRITER, READER = "hf_" + "w" * 34, "hf_" + "r" * 34  # tokens: one may write, the other may not
LARGE = (".onnx", ".safetensors")  # what .gitattributes of a new repository sends to LFS


@dataclass
class Repo:
    """A repository: branch → commits, each with all files that are there after it."""

    private: bool
    commits: list[tuple[str, str, dict[str, bytes]]] = field(default_factory=list)  # oid, message, files
    branches: dict[str, int] = field(default_factory=lambda: {"main": 0})  # → commit

    def commit(self, branch: str, message: str, files: dict[str, bytes]) -> str:
        oid = hashlib.sha1(f"{len(self.commits)} {message}".encode()).hexdigest()  # noqa: S324 - a name
        self.commits.append((oid, message, files))
        self.branches[branch] = len(self.commits) - 1
        return oid

    def at(self, revision: str) -> tuple[str, str, dict[str, bytes]] | None:
        if revision in self.branches:
            return self.commits[self.branches[revision]]
        return next((each for each in self.commits if each[0] == revision), None)


@dataclass
class Hub:
    """What the server holds, and how it is to behave."""

    url: str = ""
    repos: dict[str, Repo] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)  # large files by digest, of a commit or not yet
    asked: list[str] = field(default_factory=list)  # method and path of each request
    broken: str = ""  # part of the path of requests that fail with 500
    bodies: list[bytes] = field(default_factory=list)  # all that was sent

    def make(self, name: str, *, private: bool) -> Repo:
        self.repos[name] = repo = Repo(private)
        repo.commit("main", "initial commit", {".gitattributes": b"*.onnx filter=lfs\n"})
        return repo

    def files(self, name: str, revision: str = "main") -> dict[str, bytes]:
        found = self.repos[name].at(revision)
        assert found
        return found[2]


@contextmanager
def hub_stand_in() -> Iterator[Hub]:
    """Serve a hub on a free port of this machine."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Refused(Exception):  # noqa: N818 - an answer
    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.code = status, code


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815 - as http.server calls them

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append(f"{self.command} {path}")
        self.hub.bodies.append(body)
        try:
            if self.hub.broken and self.hub.broken in path:
                raise _Refused(500, "it is on fire")
            for pattern, name in _ROUTES:
                if found := re.fullmatch(pattern, f"{self.command} {path}"):
                    return getattr(self, name)(*found.groups(), body)
            raise _Refused(404, f"no such endpoint: {self.command} {path}")
        except _Refused as refused:
            said = {"error": str(refused)}
            headers = {"X-Error-Message": str(refused), "X-Error-Code": refused.code}
            self._send(json.dumps(said).encode(), refused.status, headers)

    def _send(self, content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _json(self, value: object) -> None:
        self._send(json.dumps(value).encode(), headers={"Content-Type": "application/json"})

    def _token(self) -> str:
        return str(self.headers.get("Authorization", "")).removeprefix("Bearer ")

    def _may_write(self) -> None:
        if self._token() not in (WRITER, READER):
            raise _Refused(401, "Invalid credentials in Authorization header")
        if self._token() != WRITER:
            raise _Refused(403, "You don't have the rights to write")

    def _repo(self, name: str) -> Repo:
        repo = self.hub.repos.get(name)
        if self._token() not in ("", WRITER, READER):
            raise _Refused(401, "Invalid credentials in Authorization header")
        if repo is None or (repo.private and not self._token()):
            raise _Refused(401 if not self._token() else 404, "Repository not found", "RepoNotFound")
        return repo

    def _at(self, name: str, revision: str) -> tuple[str, dict[str, bytes]]:
        found = self._repo(name).at(revision)
        if found is None:
            raise _Refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return found[0], found[2]

    def info(self, name: str, revision: str | None, _: bytes) -> None:
        sha, files = self._at(name, revision or "main")
        siblings = [{"rfilename": each} for each in files]
        self._json({"id": name, "sha": sha, "private": self._repo(name).private, "siblings": siblings})

    def create(self, body: bytes) -> None:
        self._may_write()
        given = json.loads(body)
        name = f"{given['organization']}/{given['name']}"
        self.hub.make(name, private=given.get("visibility") == "private")
        self._json({"url": f"{self.hub.url}/{name}"})

    def branch(self, name: str, branch: str, _: bytes) -> None:
        self._may_write()
        repo = self._repo(name)
        repo.branches.setdefault(branch, repo.branches["main"])
        self._json({})

    def tree(self, name: str, revision: str, _: bytes) -> None:
        _oid, files = self._at(name, revision)
        self._json([_entry(each, content) for each, content in files.items()])

    def validate(self, body: bytes) -> None:
        content = json.loads(body)["content"]
        fields = dict(line.split(": ", 1) for line in content.split("---\n")[1].splitlines())
        missing = [{"message": f'"{name}" is required'} for name in ("license",) if name not in fields]
        answer = {"errors": missing, "warnings": []}
        self._send(json.dumps(answer).encode(), 400 if missing else 200)

    def preupload(self, name: str, revision: str, body: bytes) -> None:
        self._may_write()
        self._at(name, revision)
        modes = [
            {
                "path": each["path"],
                "uploadMode": "lfs" if each["path"].endswith(LARGE) else "regular",
                "shouldIgnore": False,
            }
            for each in json.loads(body)["files"]
        ]
        self._json({"files": modes})

    def batch(self, _name: str, body: bytes) -> None:
        self._may_write()
        wanted = json.loads(body)["objects"]
        upload = {"upload": {"href": f"{self.hub.url}/blobs/%s"}}
        objects = [
            {**each, "actions": json.loads(json.dumps(upload) % each["oid"])}
            for each in wanted
            if each["oid"] not in self.hub.blobs
        ]
        known = [each for each in wanted if each["oid"] in self.hub.blobs]
        self._json({"transfer": "basic", "objects": objects + known})

    def put(self, oid: str, body: bytes) -> None:
        if hashlib.sha256(body).hexdigest() != oid:
            raise _Refused(400, "not the content of that digest")
        self.hub.blobs[oid] = body
        self._json({})

    def commit(self, name: str, revision: str, body: bytes) -> None:
        asks = "create_pr=1" in self.path
        if not asks or self._token() not in (WRITER, READER):
            self._may_write()
        _oid, there = self._at(name, revision)
        files, message = dict(there), ""
        for line in body.splitlines():
            message = self._apply(json.loads(line), files) or message
        branch = f"refs/pr/{len(self.hub.repos[name].commits)}" if asks else revision
        oid = self.hub.repos[name].commit(branch, message, files)
        url = f"{self.hub.url}/{name}/commit/{oid}"
        pull = {"pullRequestUrl": f"{self.hub.url}/{name}/discussions/1"} if asks else {}
        self._json({"commitUrl": url, "commitOid": oid, **pull})

    def _apply(self, step: Mapping[str, Any], files: dict[str, bytes]) -> str:
        value = step["value"]
        match step["key"]:
            case "header":
                return str(value["summary"])
            case "file":
                files[value["path"]] = base64.b64decode(value["content"])
            case "lfsFile":
                files[value["path"]] = self.hub.blobs[value["oid"]]
            case "deletedFile":
                del files[value["path"]]
        return ""

    def resolve(self, name: str, revision: str, path: str, _: bytes) -> None:
        oid, files = self._at(name, revision)
        if path not in files:
            raise _Refused(404, "Entry not found", "EntryNotFound")
        etag = hashlib.sha256(files[path]).hexdigest()
        self._send(files[path], headers={"X-Repo-Commit": oid, "ETag": f'"{etag}"'})


def _entry(path: str, content: bytes) -> dict[str, object]:
    digest = hashlib.sha256(content).hexdigest()
    entry: dict[str, object] = {"type": "file", "path": path, "size": len(content), "oid": digest[:40]}
    large = {"oid": digest, "size": len(content), "pointerSize": 130}
    return entry | ({"lfs": large} if path.endswith(LARGE) else {})


_NAME = r"([\w.-]+/[\w.-]+)"
_ROUTES = (
    (rf"GET /api/models/{_NAME}(?:/revision/(.+))?", "info"),
    (r"POST /api/repos/create", "create"),
    (rf"POST /api/models/{_NAME}/branch/(.+)", "branch"),
    (rf"GET /api/models/{_NAME}/tree/(.+)", "tree"),
    (r"POST /api/validate-yaml", "validate"),
    (rf"POST /api/models/{_NAME}/preupload/(.+)", "preupload"),
    (rf"POST /{_NAME}\.git/info/lfs/objects/batch", "batch"),
    (r"PUT /blobs/(\w+)", "put"),
    (rf"POST /api/models/{_NAME}/commit/(.+)", "commit"),
    (rf"(?:GET|HEAD) /{_NAME}/resolve/([^/]+)/(.+)", "resolve"),
)
