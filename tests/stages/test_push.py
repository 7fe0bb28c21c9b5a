"""A bundle goes to the Hub and comes back: huggingface_hub itself, against a stand-in of the Hub."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from hub_stand_in import READER, WRITER, Hub, hub_stand_in
from syto.model.bundle import ONNX_INT8, TOKENIZER, WEIGHTS, Bundle, read_bundle, write_bundle
from syto.report.model_card import NetworkFacts, model_card
from tiny_results import make_tiny_results

pytest.importorskip("huggingface_hub")
Run = Callable[..., "subprocess.CompletedProcess[str]"]
NAME = "anna/syto-news"
NOTICE = "Weights of others, under the MIT License.\n"
OTHERS = ("articles.csv", "results.json", "training_args.bin", ".token")  # lie in the folder, and stay there


@pytest.fixture
def hub() -> Iterator[Hub]:
    with hub_stand_in() as running:
        yield running


@pytest.fixture
def bundle(tmp_path: Path, tiny_bundle: Bundle) -> Bundle:
    """A bundle in a run folder, with weights beside its network, a card, a notice, and files of others."""
    folder = tmp_path / "run" / "bundle"
    shutil.copytree(tiny_bundle.folder, folder)
    save_file({"a": np.zeros((3, 50), np.float32)}, folder / WEIGHTS)
    made = write_bundle(folder, tiny_bundle.manifest, (TOKENIZER, ONNX_INT8, WEIGHTS))
    results = make_tiny_results(made.manifest)
    heads = (results.heads[0].model_copy(update={"rules": ("sources",)}), *results.heads[1:])
    results = results.model_copy(update={"heads": heads})
    card = model_card(made.manifest, results, NetworkFacts({}, None))
    (folder / "README.md").write_text(card, encoding="utf-8")
    (folder / "NOTICE").write_text(NOTICE, encoding="utf-8")
    for name in OTHERS:
        (folder / name).write_text("Текст видавця", encoding="utf-8")
    (folder / "results.json").write_text(results.model_dump_json(), encoding="utf-8")
    return made


@pytest.fixture
def run(hub: Hub, tmp_path: Path) -> Run:
    """Run Python as a user of the Hub does, who has a token unless told otherwise."""

    def go(*arguments: str, token: str = WRITER, **environment: str) -> "subprocess.CompletedProcess[str]":
        settings = {
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(tmp_path / "hf"),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1",  # the stand-in knows LFS alone
            "HF_HUB_OFFLINE": "",
            "HF_TOKEN": token,
        }
        return subprocess.run(
            [sys.executable, *arguments],
            env={**os.environ, **settings, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return go


@pytest.fixture
def push(run: Run, bundle: Bundle) -> Run:
    def go(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        return run("-m", "syto", "push", str(bundle.folder), *arguments, **settings)

    return go


def error_of(done: "subprocess.CompletedProcess[str]") -> str:
    """Return the error, which is one line and the last."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert done.returncode and lines == done.stderr.splitlines()[-1:], done.stderr
    return lines[0]


def test_a_bundle_goes_there_in_one_private_commit_and_comes_back(
    hub: Hub, push: Run, run: Run, bundle: Bundle
) -> None:
    done = push(NAME)
    assert done.returncode == 0, done.stderr
    files = hub.files(NAME)
    own = {"bundle.json", TOKENIZER, ONNX_INT8, WEIGHTS, "README.md", "NOTICE"}
    assert set(files) == own | {".gitattributes"}
    assert hub.repos[NAME].private
    assert [message for _, message, _ in hub.repos[NAME].commits[1:]] == [
        f"{bundle.manifest.model_name}, of syto 0"
    ]
    assert files["NOTICE"].decode() == NOTICE
    assert all(files[name] == (bundle.folder / name).read_bytes() for name in own - {"README.md"})
    sent = b"".join(hub.bodies)
    assert "Текст видавця".encode() not in sent and WRITER.encode() not in sent
    assert f'syto.load("hf://{NAME}")'.replace('"', "'") in done.stderr

    code = f"import syto; m = syto.load('hf://{NAME}'); print(m.bundle.manifest.fingerprint, m.bundle.folder)"
    again = run("-c", code)
    assert again.returncode == 0, again.stderr
    fingerprint, folder = again.stdout.split()
    assert fingerprint == bundle.manifest.fingerprint
    assert read_bundle(Path(folder)).manifest == bundle.manifest
    offline = run("-c", code, HF_ENDPOINT="http://127.0.0.1:1")
    assert offline.stdout == again.stdout, offline.stderr  # what was fetched needs no network


def test_the_card_says_in_front_what_the_hub_asks_for(hub: Hub, push: Run, bundle: Bundle) -> None:
    from huggingface_hub import ModelCard

    assert push(NAME).returncode == 0
    data = ModelCard(hub.files(NAME)["README.md"].decode()).data
    assert (data.license, data.library_name, data.pipeline_tag) == (
        "cc0-1.0",
        "syto",
        "text-classification",
    )
    assert data.language == ["uk", "ru", "en"] and "topic" in data.tags
    found = make_tiny_results(bundle.manifest).heads[0].systems[0].metrics
    assert {(each.task_name, each.metric_type, each.metric_value) for each in data.eval_results} == {
        ("topic", "f1", found["macro_f1"].value),
        ("topic", "accuracy", found["accuracy"].value),
    }  # reliability was measured on a random split, and has no figure there
    assert data.metrics == ["accuracy", "f1"]


def test_a_light_push_takes_the_place_of_a_whole_one(hub: Hub, push: Run, tmp_path: Path) -> None:
    assert push(NAME).returncode == 0
    hub.repos[NAME].at("main")[2]["curve.png"] = b"somebody's own"
    done = push(NAME, "--light", "--message", "Smaller")
    assert done.returncode == 0, done.stderr
    files = hub.files(NAME)
    assert WEIGHTS not in files and "curve.png" in files
    folder = tmp_path / "back"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    light = read_bundle(folder)
    assert set(light.manifest.files) == {TOKENIZER, ONNX_INT8}
    assert f"`{light.manifest.fingerprint}`" in files["README.md"].decode()
    assert hub.repos[NAME].commits[-1][1] == "Smaller"


def test_a_dry_run_lists_the_files_and_asks_nobody(hub: Hub, push: Run, bundle: Bundle) -> None:
    done = push(NAME, "--dry-run", token="")
    assert done.returncode == 0, done.stderr
    listed = {words[1]: words[0] for line in done.stderr.splitlines() if len(words := line.split()) == 2}
    assert set(listed) == {"bundle.json", TOKENIZER, ONNX_INT8, WEIGHTS, "README.md", "NOTICE"}
    assert listed[WEIGHTS] == f"{(bundle.folder / WEIGHTS).stat().st_size:,}"
    assert hub.asked == []


def test_a_branch_and_a_pull_request(hub: Hub, push: Run, run: Run) -> None:
    hub.make(NAME, private=True)
    assert push(f"{NAME}@next").returncode == 0
    assert "bundle.json" in hub.files(NAME, "next") and "bundle.json" not in hub.files(NAME)
    branch = run("-c", f"import syto; syto.load('hf://{NAME}@next')")
    assert branch.returncode == 0, branch.stderr
    done = push(NAME, "--pr")
    assert done.returncode == 0 and f"{NAME}/discussions/1" in done.stderr
    assert "bundle.json" not in hub.files(NAME)


def test_nothing_becomes_public_unasked(hub: Hub, push: Run) -> None:
    hub.make(NAME, private=False)
    assert f"{NAME} is public; say so with --public" in error_of(push(NAME))
    assert len(hub.repos[NAME].commits) == 1
    assert push(NAME, "--public").returncode == 0
    assert push("anna/second", "--public").returncode == 0
    assert not hub.repos["anna/second"].private


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("", "no token for the Hub.*hf auth login.*HF_TOKEN"),
        (READER, "your token may not write to anna/syto-news.*--pr"),
        ("hf_" + "x" * 34, "the Hub does not take your token"),
    ],
)
def test_a_token_that_will_not_do(hub: Hub, push: Run, token: str, said: str) -> None:
    assert re.search(said, error_of(push(NAME, token=token)))
    assert hub.repos == {}


def test_no_network_and_a_hub_that_fails_leave_nothing_half_done(hub: Hub, push: Run) -> None:
    assert "the Hub cannot be reached at http://127.0.0.1:1" in error_of(
        push(NAME, HF_ENDPOINT="http://127.0.0.1:1")
    )
    hub.broken = "/commit/"
    assert "refused anna/syto-news: it is on fire (500)" in error_of(push(NAME))
    assert hub.files(NAME).keys() == {".gitattributes"}
    hub.broken = ""
    assert push(NAME).returncode == 0  # the same command goes on


def test_what_is_not_there_cannot_be_loaded(hub: Hub, run: Run, tmp_path: Path) -> None:
    code = (
        "import sys, syto\nfor name in sys.argv[1:]:\n try: syto.load(name)\n"
        " except syto.errors.UserError as error: print(error)"
    )
    hub.make(NAME, private=True)
    names = ("hf://anna/none", f"hf://{NAME}@v9", f"hf://{NAME}")
    done = run("-c", "import syto.errors\n" + code, *names)
    missing, revision, empty = done.stdout.splitlines()
    assert "shows you no anna/none; check the name" in missing
    assert "no revision 'v9'" in revision
    assert "holds no bundle of syto" in empty
    private = run("-c", "import syto.errors\n" + code, f"hf://{NAME}", token="", HF_HOME=str(tmp_path))
    assert "if it is private, run `hf auth login`" in private.stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (WEIGHTS, "other weights", "is not the file that was written"),
        ("NOTICE", "From /home/anna/weights", "NOTICE names '/home/anna/weights'"),
        ("README.md", "# No front", "says no language, license"),
        ("README.md", None, "has no card (README.md); write one with `syto card "),
    ],
)
def test_what_must_not_go_is_told_before_anything_is_asked(
    hub: Hub, push: Run, bundle: Bundle, name: str, content: str | None, said: str
) -> None:
    (bundle.folder / name).unlink()
    if content is not None:
        (bundle.folder / name).write_text(content, encoding="utf-8")
    assert said in error_of(push(NAME))
    assert hub.asked == []
