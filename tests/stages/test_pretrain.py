import csv
import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor
from transformers import AutoModel, AutoTokenizer, PreTrainedModel

from killed_run import kill_at
from syto.config import PretrainConfig, load_config
from syto.corpus.prepared import write_prepared
from syto.errors import UserError
from syto.model.encoder import load_encoder, scratch_encoder, scratch_masked_lm
from syto.model.settings import EncoderSettings, ScratchSettings
from syto.records import Article
from syto.stages.pretrain import pretrain
from tiny_encoder import TINY, TOKENIZER

Syto = Callable[..., subprocess.CompletedProcess[str]]
SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "articles.csv"
STEPS, BATCH, LENGTH = 60, 4, 32
CONFIG = f"""\
name: tiny
seed: 7
licence: CC0-1.0
weights: float16
corpus:
  held_out: 0.2
  texts:
    - {{name: sample, path: texts.csv, repeat: 2}}
encoder:
  scratch: {{architecture: modernbert, options: {json.dumps(TINY)}}}
  tokenizer: {{vocab_size: 600, lowercase: true}}
objective: {{length: {LENGTH}, candidates: 100, contrast: 0.1}}
training:
  max_steps: {STEPS}
  per_device_train_batch_size: {BATCH}
  learning_rate: 5.0e-3
  save_steps: 20
  eval_steps: 20
  logging_steps: 10
  eval_on_start: true
  disable_tqdm: true
  use_cpu: true
"""
TITLE = "The city will have {} new parks and gardens"
HERE = ("tracking.enabled=false",)  # MLflow is tested by the run that is killed
STANDING = ("training.learning_rate=0", "training.max_steps=1", "training.eval_strategy=no")


@dataclass(frozen=True)
class Made:
    """What a pre-training left behind."""

    encoder: Path

    @property
    def about(self) -> dict[str, Any]:
        about: dict[str, Any] = json.loads((self.encoder / "pretraining.json").read_text())
        return about

    @property
    def weights(self) -> dict[str, Tensor]:
        weights: dict[str, Tensor] = load_file(self.encoder / "model.safetensors")
        return weights

    def logged(self, name: str) -> list[tuple[int, float]]:
        """Every (step, value) of a metric."""
        lines = map(json.loads, (self.encoder.parent / "metrics.jsonl").read_text().splitlines())
        return [(line["step"], line[name]) for line in lines if name in line]


def _rows() -> list[dict[str, str]]:
    """A third of the sample's articles."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[::3]


def _lay_out(folder: Path) -> Path:
    """Write the texts and the config into a folder."""
    with (folder / "texts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("title", "text", "url", "source"), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(_rows())
    (folder / "tiny.yaml").write_text(CONFIG, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The current folder, laid out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(_lay_out(tmp_path_factory.mktemp("pretraining")))
        yield Path()


def _made(name: str, *overrides: str) -> Made:
    """Pre-train in this process."""
    given = (*HERE, f"name={name}", *overrides)
    return Made(pretrain(load_config(Path("tiny.yaml"), given, PretrainConfig)).resolve())


@pytest.fixture(scope="module")
def whole(folder: Path) -> Made:
    """A run that nothing disturbed, saved in fp32."""
    return _made("whole", "weights=float32")


@pytest.fixture(scope="module")
def resumed(workspace: Path, syto: Syto) -> tuple[Made, str]:
    """A run that was killed and went on, and what it said then; saved in fp16."""
    _lay_out(workspace)
    command = ["pretrain", "tiny.yaml"]
    # Evaluated at the start, at step 20 before the checkpoint is written, and at step 40.
    kill_at("'eval_uk_loss'", 3, command, workspace)
    [run] = workspace.glob("runs/tiny-*")
    assert (run / "checkpoints" / "checkpoint-20").is_dir()
    assert not (run / "encoder").exists()
    done = syto(*command, "--resume")
    assert done.returncode == 0, done.stderr
    return Made(run / "encoder"), done.stderr


def test_a_killed_run_goes_on_to_its_last_step_and_reads_no_text_again(resumed: tuple[Made, str]) -> None:
    made, said = resumed
    assert "documents" not in said
    assert made.about["steps"] == STEPS
    assert [step for step, _ in made.logged("loss")] == list(range(10, STEPS + 1, 10))


def test_it_goes_on_with_the_weights_and_the_learning_rate_of_its_checkpoint(
    whole: Made, resumed: tuple[Made, str]
) -> None:
    made, said = resumed
    checkpoint = re.search(r"going on from .*checkpoint-(20|40)", said)
    assert checkpoint
    losses = made.logged("eval_uk_loss")
    assert [step for step, _ in losses].count(int(checkpoint[1])) == 2  # before the kill and after it
    for step, loss in losses:
        if step <= int(checkpoint[1]):
            assert loss == pytest.approx(dict(whole.logged("eval_uk_loss"))[step], abs=1e-3)
    rates = dict(made.logged("learning_rate"))
    assert rates == pytest.approx(dict(whole.logged("learning_rate")))
    # Masks are drawn as batches come, those of the kill not again, so the end is alike and not the same.
    assert made.about["held_out_loss"] == pytest.approx(whole.about["held_out_loss"], abs=0.2)


def test_float16_halves_the_file_and_is_loaded_as_float32(whole: Made, resumed: tuple[Made, str]) -> None:
    half, _ = resumed
    sizes = [(made.encoder / "model.safetensors").stat().st_size for made in (half, whole)]
    assert sizes[0] == pytest.approx(sizes[1] / 2, rel=0.05)
    encoder, _tokenizer = load_encoder(
        str(half.encoder), EncoderSettings.model_validate({"from": str(half.encoder)})
    )
    loaded = encoder.state_dict()
    assert loaded.keys() == half.weights.keys()
    for name, tensor in half.weights.items():
        assert (tensor.dtype, loaded[name].dtype) == (torch.float16, torch.float32)
        assert torch.equal(loaded[name], tensor.float())


@pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")  # MLflow's own
def test_the_metrics_and_the_encoder_reach_one_run_in_mlflow(
    resumed: tuple[Made, str], workspace: Path
) -> None:
    import mlflow

    made, _ = resumed
    run_id = json.loads((made.encoder.parent / "mlflow.json").read_text())["run_id"]
    client = mlflow.MlflowClient(f"sqlite:///{workspace}/runs/mlflow.db")
    run = client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["objective.length"] == str(LENGTH)
    for name in ("loss", "eval_uk_loss", "eval_ru_loss", "eval_en_loss"):
        history = [(m.step, m.value) for m in client.get_metric_history(run_id, name)]
        assert set(made.logged(name)) <= set(history)  # those before and after the kill
    assert {"encoder", "metrics.jsonl", "config.yaml"} <= {f.path for f in client.list_artifacts(run_id)}


def test_the_encoder_is_loaded_by_transformers_alone(whole: Made) -> None:
    tokenizer = AutoTokenizer.from_pretrained(whole.encoder)
    encoder = AutoModel.from_pretrained(whole.encoder)
    assert set(encoder.state_dict()) == set(whole.weights)
    ids = tokenizer("Їжаки їдять у місті", return_tensors="pt")["input_ids"]
    assert tokenizer.convert_ids_to_tokens(ids[0])[:: len(ids[0]) - 1] == ["[CLS]", "[SEP]"]
    assert "[UNK]" not in tokenizer.convert_ids_to_tokens(ids[0])
    with torch.no_grad():
        assert encoder(input_ids=ids).last_hidden_state.shape == (*ids.shape, TINY["hidden_size"])


def test_the_encoder_says_what_it_was_made_of(whole: Made) -> None:
    about = whole.about
    assert (about["name"], about["licence"], about["texts"]) == ("whole", "CC0-1.0", ["sample"])
    assert about["tokens_seen"] == STEPS * BATCH * 2 * LENGTH
    assert set(about["documents"]) == {"uk", "ru", "en"}
    left_out = Counter(about["left_out"]["sample"])
    assert sum(about["documents"].values()) + left_out.total() == len(_rows())
    for language, loss in about["held_out_loss"].items():
        assert loss == pytest.approx(whole.logged(f"eval_{language}_loss")[-1][1], abs=1e-4)
    assert set(about["held_out_loss"]) == {"uk", "ru", "en"}


def test_characters_a_token_are_those_of_the_tokenizer(whole: Made) -> None:
    tokenizer = AutoTokenizer.from_pretrained(whole.encoder)
    texts = [row["text"] for row in _rows() if "і" in row["text"]]  # Ukrainian
    tokens = sum(len(ids) for ids in tokenizer(texts, add_special_tokens=False)["input_ids"])
    expected = sum(map(len, texts)) / tokens
    assert whole.about["characters_per_token"]["uk"] == pytest.approx(expected, rel=0.05)


def test_repeats_are_in_an_epoch(whole: Made) -> None:
    about = whole.about
    ukrainian = about["characters"]["uk"] / about["characters_per_token"]["uk"]
    # A fifth is held out.
    assert about["tokens_an_epoch"]["uk"] == pytest.approx(0.8 * 2 * ukrainian, rel=0.1)


def test_texts_that_are_seen_often_become_likelier(whole: Made) -> None:
    held_out = [loss for _, loss in whole.logged("eval_uk_loss")]
    assert held_out[0] > np.log(600) - 0.5  # the random start knows nothing
    assert held_out[-1] < held_out[0] - 0.5
    trained = [loss for _, loss in whole.logged("loss")]
    assert trained[-1] < trained[0]


def test_word_vectors_are_what_the_embeddings_begin_with(folder: Path) -> None:
    made = _made("vectors", "word_vectors={sample: 0.01, length: 0.5}", "weights=float32", *STANDING)
    vectors = np.load(made.encoder.parent / "word_vectors.npy")
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.full(600, 0.5), rel=1e-4)
    [embeddings] = [tensor for tensor in made.weights.values() if tensor.shape[0] == 600]
    assert np.array_equal(embeddings.numpy(), vectors)


def test_held_out_articles_are_left_out(folder: Path) -> None:
    source = Counter(row["source"] for row in _rows()).most_common(1)[0][0]
    test = [Article(id="1", text="Інше", source=source)]
    write_prepared(Path("prepared"), {"train": [], "validation": [], "test": test}, [], {})
    # The name is like that of a file of packed rows.
    made = _made("apart.rows.npy", "corpus.leave_out=prepared", *STANDING)
    assert made.about["left_out"]["sample"]["held_out"] == sum(row["source"] == source for row in _rows())


def test_a_language_without_a_whole_held_out_row_has_no_loss(folder: Path) -> None:
    Path("short.csv").write_text("\n".join(["text", *map(TITLE.format, range(40, 46))]), encoding="utf-8")
    texts = "[{name: long, path: texts.csv, language: uk}, {name: short, path: short.csv, language: en}]"
    made = _made("short", f"corpus.texts={texts}", "objective.length=64", *STANDING)
    assert set(made.about["held_out_loss"]) == {"uk"}
    ids = AutoTokenizer.from_pretrained(made.encoder)(TITLE.format(40), add_special_tokens=False)["input_ids"]
    # Some of its documents are held out.
    assert made.about["characters_per_token"]["en"] == pytest.approx(
        len(TITLE.format(40)) / len(ids), rel=0.02
    )


@pytest.mark.parametrize(
    ("architecture", "make"),
    [
        ("bert", scratch_masked_lm),
        ("xlm-roberta", scratch_masked_lm),
        ("modernbert", scratch_masked_lm),
        ("modernbert", scratch_encoder),  # without a head, as a pre-training leaves it
    ],
)
def test_a_checkpoint_is_gone_on_with(
    folder: Path, architecture: str, make: Callable[..., PreTrainedModel]
) -> None:
    name = f"{architecture}-{make.__name__}"
    torch.manual_seed(1)
    make(ScratchSettings(architecture=architecture, options=TINY), TOKENIZER, "sdpa").save_pretrained(name)
    TOKENIZER.save_pretrained(name)
    made = _made(f"on-{name}", f"encoder={{from: {name}}}", "weights=float32", *STANDING)
    before, after = (AutoModel.from_pretrained(path).eval() for path in (name, made.encoder))
    text = "Ґанок їжака, п’ять слів."
    ids = TOKENIZER(text, return_tensors="pt")["input_ids"]
    assert AutoTokenizer.from_pretrained(made.encoder)(text)["input_ids"] == ids[0].tolist()
    with torch.no_grad():
        assert torch.equal(after(ids).last_hidden_state, before(ids).last_hidden_state)


def test_a_checkpoint_learns(folder: Path) -> None:
    scratch_masked_lm(ScratchSettings(architecture="bert", options=TINY), TOKENIZER, "sdpa").save_pretrained(
        "learner"
    )
    TOKENIZER.save_pretrained("learner")
    made = _made("learned", "encoder={from: learner}", "training.max_steps=20")
    losses = [loss for _, loss in made.logged("eval_uk_loss")]
    assert losses[-1] < losses[0] - 0.3


def test_a_file_of_texts_that_is_not_there_is_named_and_leaves_no_run(folder: Path) -> None:
    with pytest.raises(UserError, match=r"corpus\.texts: nowhere/x\.csv not found"):
        _made("astray", "corpus.texts.0.path=nowhere/x.csv")
    assert not list(folder.glob("runs/astray-*"))


def test_a_checkpoint_that_is_none_is_refused_and_leaves_no_run(folder: Path) -> None:
    Path("not-an-encoder").mkdir()
    with pytest.raises(UserError, match="'not-an-encoder' cannot be loaded"):
        _made("none", "encoder={from: not-an-encoder}")
    assert not list(folder.glob("runs/none-*"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "encoder.scratch.options.hiden_size=64",
            "options.hiden_size is unknown.*did you mean 'hidden_size'",
        ),
        ("encoder={from: any}", "word_vectors begin an encoder from scratch"),
    ],
)
def test_what_would_fail_late_is_refused_before_a_text_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str], change: str, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        _made("late", "word_vectors={epochs: 1}", change)
    assert "documents" not in capsys.readouterr().err
    assert not list(folder.glob("runs/late-*"))


def test_texts_that_fill_no_two_rows_are_refused(folder: Path) -> None:
    Path("tiny.csv").write_text("text\nЄдине речення про ґанок і про їжака на ньому\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"corpus\.texts .* objective\.length"):
        _made("few", "corpus.texts.0.path=tiny.csv")


def test_a_misspelt_key_is_named_with_its_line(syto: Syto, tmp_path: Path) -> None:
    path = tmp_path / "typo.yaml"
    path.write_text(CONFIG.replace("objective: {length", "objective: {lenght"), encoding="utf-8")
    line = CONFIG[: CONFIG.index("objective")].count("\n") + 1
    done = syto("pretrain", str(path))
    assert done.returncode == 2
    assert done.stderr == f"error: {path}:{line}: objective.lenght is no known key; did you mean 'length'?\n"
