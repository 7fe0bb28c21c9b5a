import random

from syto.review.copies import Copies, alike, sketch

WORDS = ("рада", "ухвалила", "закон", "про", "бюджет", "уряд", "кошти", "школам", "громадам")


def text(seed: int, words: int = 120) -> str:
    draw = random.Random(seed)
    return " ".join(draw.choice(WORDS) + str(draw.randrange(50)) for _ in range(words))


def test_a_text_with_another_beginning_is_a_copy_and_another_text_is_none() -> None:
    known = Copies()
    known.add(sketch(text(1)))
    assert sketch(f"Оновлено: {text(1)}") in known
    assert sketch(text(1).upper()) in known
    assert sketch(text(2)) not in known


def test_texts_that_share_half_their_words_are_no_copies() -> None:
    half = text(1, 60)
    assert not alike(sketch(f"{half} {text(2, 60)}"), sketch(f"{half} {text(3, 60)}"))


def test_short_and_empty_texts_have_sketches() -> None:
    assert alike(sketch("Так"), sketch("так!"))
    assert not alike(sketch("Так"), sketch("Ні"))
    assert sketch("") and sketch("\ud83d")
