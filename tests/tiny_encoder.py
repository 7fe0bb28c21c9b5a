"""The options of an encoder small enough for a test, and a tokenizer for it."""

from syto.model.encoder import train_tokenizer
from syto.model.settings import TokenizerSettings

TINY = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
}
TOKENIZER = train_tokenizer(TokenizerSettings(vocab_size=330), iter(["Ґанок їжака, п’ять слів."] * 3))
