from pathlib import Path

from syto.model.encoder import load_tokenizer


def test_the_encoder_that_ships_pads_a_batch() -> None:
    tokenizer = load_tokenizer(Path("data/encoder/news-small"))
    padded = tokenizer(["Так", "Ні, це довше речення"], padding=True)["input_ids"]
    assert len(padded[0]) == len(padded[1])
    assert padded[0][-1] == tokenizer.pad_token_id
