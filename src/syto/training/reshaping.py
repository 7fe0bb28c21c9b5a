"""A text as it comes when it is cut, set on lines, posted to a messenger or put into a digest."""

import re
from collections.abc import Sequence
from random import Random

_SHORTEST, _LONGEST = 60, 2000  # characters that a cut text is left with
_EMOJI = "❗ ⚡️ 🔥 💥 😡 🤡 ‼️ 🇺🇦 👇 ➡️ ▪️ 😂 👍 🙏 🦉 💪 📷 🌪 1️⃣ 🎻".split()  # noqa: SIM905 - read better so
_BULLETS = ("▪️", "• ", "— ", "🔺", "", "- ", "1. ")
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")


def reshaped(random: Random, text: str) -> str:
    """Cut half of the texts anywhere, and break or join the lines of half of them."""
    if random.random() < 0.5:
        text = _cut(random, text)
    draw = random.random()
    if draw < 0.25:
        return _SENTENCE_END.sub(lambda _: "\n" if random.random() < 0.6 else " ", text)
    return text.replace("\n", " ") if draw < 0.5 else text


def reshaped_news(random: Random, text: str, others: Sequence[str]) -> str:
    """Reshape news, which also comes as a post or in a digest of others."""
    if others and random.random() < 0.05:
        return _digest(random, others)
    return reshaped(random, _as_post(random, text) if random.random() < 0.25 else text)


def _cut(random: Random, text: str) -> str:
    longest = int(_SHORTEST * (_LONGEST / _SHORTEST) ** random.random())
    start = 0 if random.random() < 0.7 else random.randrange(max(len(text) - longest, 1))
    return text[start : start + longest]


def _digest(random: Random, others: Sequence[str]) -> str:
    mark = random.choice(_BULLETS)
    chosen = random.sample(others, min(random.randint(2, 6), len(others)))
    return "\n".join(mark + each[:150].split("\n")[0] for each in chosen)


def _as_post(random: Random, text: str) -> str:
    """Put emoji and words on lines of their own, shout some words, set hashtags below."""
    words = text.split(" ")
    for _ in range(random.randint(1, 1 + len(words) // 12)):
        place = random.randrange(len(words))
        words[place] = _set_apart(random, words[place])
    chosen = random.choices(words, k=random.choice([0, 0, 1, 3]))
    tags = " ".join("#" + word.strip('\n.,!?"«»') for word in chosen)
    start = random.choice(["", random.choice(_EMOJI) + "\n"])
    return f"{start}{' '.join(words)}\n{tags}".strip()


def _set_apart(random: Random, word: str) -> str:
    emoji = random.choice(_EMOJI)
    shapes = (f"{word}\n", f"\n{word}\n", f"{word}\n{emoji}\n", f"{emoji}\n{word}", f"{word.upper()}!!")
    return random.choice(shapes)
