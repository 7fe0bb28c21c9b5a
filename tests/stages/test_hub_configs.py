"""The configs with an encoder of the Hub, as they ship, on small encoders of the same architectures."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoModel, BertConfig, ModernBertConfig, PreTrainedConfig, XLMRobertaConfig
from transformers import PreTrainedTokenizerFast as FastTokenizer

from syto.config import load_config
from syto.corpus.prepared import read_split
from syto.errors import UserError
from syto.inference.backends import OnnxBackend
from syto.inference.torch_backend import TorchBackend
from syto.model.bundle import ONNX, read_bundle
from syto.model.encoder import load_encoder
from syto.model.settings import EncoderSettings
from syto.model.windows import Windower, pad_batch
from syto.stages.train import train
from syto.training.trainer import training_arguments

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"
MMBERT, XLM_R, E5 = ("mmbert-base", "mmbert-small"), ("xlm-roberta-large",), ("e5-small", "e5-small-trimmed")
TEXT = "Ґанок їжака: п’ять нових слів про їжу, fourteen hedgehogs и ёжики. "


def _texts() -> list[str]:
    sample = (ROOT / "data" / "sample" / "articles.csv").read_text(encoding="utf-8")
    return [TEXT, *sample.splitlines()[::10]]


def _mmbert_tokenizer() -> FastTokenizer:
    """Gemma's: a BPE that falls back to bytes, <bos> … <eos>, and no token called cls or sep."""
    special = {name: f"<{name}>" for name in ("pad", "eos", "bos", "unk", "mask")}
    bytes_ = [f"<0x{value:02X}>" for value in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token=special["unk"], fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    tokenizer.train_from_iterator(
        _texts(),
        trainers.BpeTrainer(
            vocab_size=1500, special_tokens=[*special.values(), *bytes_], show_progress=False
        ),
    )
    return _wrapped(tokenizer, special)


def _xlm_r_tokenizer() -> FastTokenizer:
    """A unigram model, <s> … </s>, whose padding is not token 0."""
    special = {"bos": "<s>", "pad": "<pad>", "eos": "</s>", "unk": "<unk>", "mask": "<mask>"}
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.train_from_iterator(
        _texts(),
        trainers.UnigramTrainer(
            vocab_size=600,
            special_tokens=list(special.values()),
            unk_token=special["unk"],
            show_progress=False,
        ),
    )
    return _wrapped(tokenizer, {**special, "cls": "<s>", "sep": "</s>"})


def _wrapped(tokenizer: Tokenizer, special: dict[str, str]) -> FastTokenizer:
    start, end = special["bos"], special["eos"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (start, end)],
    )
    return FastTokenizer(
        tokenizer_object=tokenizer, **{f"{name}_token": token for name, token in special.items()}
    )


def _mmbert_config(words: int) -> PreTrainedConfig:
    return ModernBertConfig(
        vocab_size=words,
        hidden_size=32,
        num_hidden_layers=2,  # one of each kind of attention
        num_attention_heads=2,
        intermediate_size=48,
        global_rope_theta=160_000,
        local_rope_theta=160_000,
        pad_token_id=0,
        bos_token_id=2,
        cls_token_id=1,
        eos_token_id=1,
        sep_token_id=1,
    )


def _xlm_r_config(words: int) -> PreTrainedConfig:
    return XLMRobertaConfig(
        vocab_size=words,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=514,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )


def _e5_config(words: int) -> PreTrainedConfig:
    return BertConfig(
        vocab_size=words,
        hidden_size=32,
        num_hidden_layers=5,  # four of them are not trained
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
        pad_token_id=1,
    )


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Config → folder with a small encoder of its architecture, saved as on the Hub."""
    folders = {}
    for names, tokenizer, config, called in (
        (MMBERT, _mmbert_tokenizer(), _mmbert_config, "GemmaTokenizer"),
        (XLM_R, _xlm_r_tokenizer(), _xlm_r_config, "XLMRobertaTokenizer"),
        (E5, _xlm_r_tokenizer(), _e5_config, "XLMRobertaTokenizer"),
    ):
        folder = tmp_path_factory.mktemp(names[0])
        torch.manual_seed(0)
        AutoModel.from_config(config(len(tokenizer))).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        settings = json.loads((folder / "tokenizer_config.json").read_text())
        (folder / "tokenizer_config.json").write_text(json.dumps({**settings, "tokenizer_class": called}))
        folders |= dict.fromkeys(names, folder)
    return folders


def _load(folder: Path) -> tuple[torch.nn.Module, FastTokenizer]:
    return load_encoder(str(folder), EncoderSettings.model_validate({"from": str(folder)}))


@pytest.mark.parametrize("name", [*MMBERT, *XLM_R, *E5])
def test_they_are_the_news_config_with_another_encoder(name: str) -> None:
    config, news = load_config(CONFIGS / f"{name}.yaml"), load_config(CONFIGS / "news.yaml")
    others = {"name", "encoder", "window", "augmentation", "training"}
    assert config.model_dump(exclude=others) == news.model_dump(exclude=others)
    training = config.training
    assert training["per_device_train_batch_size"] * training["gradient_accumulation_steps"] == 32
    assert (config.encoder.attention, config.encoder.trust_remote_code) == ("sdpa", False)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"doesn't support bf16.* use_cpu"):
        training_arguments(load_config(CONFIGS / "mmbert-base.yaml").training, tmp_path, seed=0)


@pytest.mark.parametrize("name", ["mmbert-base", "xlm-roberta-large", "e5-small"])
def test_full_windows_fit_and_padding_does_not_count(
    encoders: dict[str, Path], tmp_path: Path, name: str
) -> None:
    encoder, tokenizer = _load(encoders[name])
    tokenizer.save_pretrained(tmp_path)
    config = load_config(CONFIGS / f"{name}.yaml")
    long, short = Windower(tmp_path / "tokenizer.json", config.window).windows([TEXT * 60, TEXT])
    ends = {(window.ids[0], window.ids[-1]) for window in (*long.windows, *short.windows)}
    assert ends == {(tokenizer.bos_token_id, tokenizer.eos_token_id)}
    assert len(long.windows[0].ids) == 512
    assert tokenizer.decode(short.windows[0].ids, skip_special_tokens=True).strip() == TEXT.strip()
    ids, mask = map(torch.from_numpy, pad_batch([long.windows[0].ids, short.windows[0].ids]))
    length = len(short.windows[0].ids)
    with torch.no_grad():
        together = encoder.eval()(input_ids=ids, attention_mask=mask).last_hidden_state
        alone = encoder(input_ids=ids[1:, :length], attention_mask=mask[1:, :length]).last_hidden_state
    assert torch.allclose(together[1, :length], alone[0], atol=1e-5)


def test_a_tokenizer_without_cls_and_sep_takes_bos_and_eos(encoders: dict[str, Path]) -> None:
    _, tokenizer = _load(encoders["mmbert-base"])
    assert (tokenizer.cls_token, tokenizer.sep_token) == ("<bos>", "<eos>")
    assert tokenizer("їжак").input_ids[:1] + tokenizer("їжак").input_ids[-1:] == [2, 1]


@pytest.mark.parametrize("name", [*MMBERT, *XLM_R, *E5])
def test_one_step_and_a_bundle_that_scores_the_same_when_loaded_again(
    encoders: dict[str, Path],
    prepared: Path,
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.chdir(workspace)
    changes = {
        "encoder.from": encoders[name],
        "data.prepared": prepared,
        "tasks.topic.min_support": 3,
        "training.use_cpu": "true",
        "training.max_steps": 1,
        "ngrams.enabled": "false",  # they come after the last checkpoint
        "tasks.reliability.network": "true",
        "baselines.enabled": "false",
        "tracking.enabled": "false",
    }
    run = train(load_config(CONFIGS / f"{name}.yaml", [f"{key}={value}" for key, value in changes.items()]))
    bundle = read_bundle(run / "bundle")
    assert (bundle.manifest.window.length, bundle.manifest.name) == (512, name)
    articles = read_split(prepared, "test", ["topic"])
    cut = Windower(bundle.path("tokenizer.json"), bundle.manifest.window).windows([a.clean for a in articles])
    backends = (
        TorchBackend(bundle.folder, "cpu"),
        TorchBackend(run / "checkpoints" / "checkpoint-1", "cpu"),
        OnnxBackend(bundle.path(ONNX), threads=1),
    )
    windows = [article.windows[0].ids for article in cut[:4]]
    scored, kept, exported = (
        np.stack([said.logits for said in backend.run(windows)]) for backend in backends
    )
    assert np.array_equal(scored, kept)
    assert np.abs(scored - exported).max() < 1e-4
