"""Documents of other genres put together from parts, to fit on: recipes, price lists, contracts, adverts, filler, noise.

None of these parts stands in `documents.yaml`, which is what the result is measured on.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import yaml

PARTS: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "parts.yaml").read_text("utf-8")
)
LOREM = (  # noqa: SIM905 - eighty words are read better so
    "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna "
    "aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis aute "
    "irure in reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur excepteur sint occaecat cupidatat non "
    "proident sunt culpa qui officia deserunt mollit anim id est laborum vivamus pretium ornare massa felis tincidunt "
    "pellentesque habitant morbi tristique senectus netus malesuada fames ac turpis egestas vestibulum ante primis faucibus"
).split()
CYRILLIC = dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстувшкйз", strict=True))
LETTERS = {
    "uk": "аааббввгґддеєжзиііїйккллммннооопрсттууфхцчшщьюя",
    "ru": "аааббввгддеёжзииийккллммнноооопрссттууфхцчшщъыьэюя",
    "en": "aaabcddeeefghiijklmnnooopqrrssttuuvwxyz",
}
ROWS = {
    "uk": ["йцукенгшщзхї", "фівапролджє", "ячсмитьбю"],
    "ru": ["йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"],
    "en": ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
}


def amount(random: Random, units: Sequence[str]) -> str:
    number = random.choice(["1", "2", "3", "4", "0,5", "1/2", "50", "100", "150", "200", "250", "300", "500"])
    return f"{number} {random.choice(units)}"


def recipe(random: Random, language: str) -> str:
    parts = PARTS[language]
    foods = random.sample(parts["foods"], random.randint(4, 9))
    mark = random.choice(["", "- ", "• ", "* "])
    shape = random.choice(
        ["{food} - {amount}", "{amount} {food}", "{food}: {amount}", "{food} {amount}", "{food} — {amount}"]
    )
    listed = [mark + shape.format(food=food, amount=amount(random, parts["units"])) for food in foods]
    steps = random.sample(parts["steps"], random.randint(3, 7))
    steps = [
        step.replace("{food}", random.choice(foods)).replace("{n}", str(random.randint(2, 60)))
        for step in steps
    ]
    if random.random() < 0.4:
        steps = [f"{n}. {step}" for n, step in enumerate(steps, 1)]
    between = random.choice(["\n", " ", ", "]) if not mark else "\n"
    blocks = [between.join(listed), random.choice(["\n", " "]).join(steps)]
    if random.random() < 0.7:
        blocks = [
            f"{random.choice(parts['ingredients'])}{between if between != ', ' else ' '}{blocks[0]}",
            f"{random.choice(parts['method'])} {blocks[1]}",
        ]
    if random.random() < 0.15:
        blocks = blocks[1:]
    if random.random() < 0.6:
        blocks.insert(0, random.choice(parts["dishes"]))
    return random.choice(["\n", "\n", " "]).join(blocks)


def price_list(random: Random, language: str) -> str:
    parts = PARTS[language]
    mark = random.choice([" - ", " ", ": ", "\t", " ..... ", "; ", ","])
    rows = [
        f"{item}{mark}{random.randint(1, 900) * random.choice([1, 10, 50])}{random.choice(['', '.00', ',50'])} {random.choice(parts['money'])}"
        for item in random.choices(parts["goods"] + parts["foods"], k=random.randint(5, 25))
    ]
    head = [random.choice(parts["price_heads"])] if random.random() < 0.6 else []
    return random.choice(["\n", "\n", "; "]).join(head + rows)


def contract(random: Random, language: str) -> str:
    clauses = random.sample(PARTS[language]["clauses"], random.randint(3, 9))
    start = random.randint(1, 6)
    if random.random() < 0.7:
        clauses = [f"{start}.{n}. {clause}" for n, clause in enumerate(clauses, 1)]
    head = [random.choice(PARTS[language]["contract_heads"])] if random.random() < 0.5 else []
    return random.choice(["\n", " "]).join(head + clauses)


def filler(random: Random, language: str) -> str:
    words = random.choices(LOREM, k=random.randint(20, 200))
    if random.random() < 0.4:
        words = [*LOREM[: random.randint(5, 60)], *words]
    text = " ".join(word + random.choice(["", "", "", "", "", ",", "."]) for word in words).capitalize()
    if language == "en":
        return text
    return "".join(CYRILLIC.get(letter, letter) for letter in text.lower()).capitalize()


def noise(random: Random, language: str) -> str:
    """Random letters, neighbouring keys, or syllables, in words and without."""
    letters = random.choice([LETTERS[language], random.choice(ROWS[language]), "".join(ROWS[language])])
    words = ["".join(random.choices(letters, k=random.randint(2, 11))) for _ in range(random.randint(5, 120))]
    if random.random() < 0.2:
        words = [word * random.randint(1, 4) for word in words]
    text = random.choice([" ", " ", " ", "", ". "]).join(words)
    return text if random.random() < 0.5 else text.capitalize()


def shuffled(random: Random, news: str) -> str:
    """The letters of every word of a text in another order."""
    return " ".join("".join(random.sample(word, len(word))) for word in news.split())


def blended(random: Random, news: str) -> str:
    """Words that no one knows: the beginning of one word of a text and the end of another."""
    words = news.split()
    return " ".join(
        word[: len(word) // 2 + 1] + (other := random.choice(words))[len(other) // 2 :] for word in words
    )


def excerpt(random: Random, language: str, kind: str) -> str:
    """A passage of a book or poem, cut where a sentence or a line begins."""
    lines = (
        random.choice(PARTS[language][kind]).split("\n")
        if kind == "verse"
        else random.sample(PARTS[language][kind], 2)
    )
    start = random.randrange(max(len(lines) - 1, 1)) if kind == "verse" else 0
    return ("\n" if kind == "verse" else " ").join(lines[start:])


def table(random: Random, language: str) -> str:
    """Rows of a spreadsheet or a log."""
    parts = PARTS[language]
    mark = random.choice([",", ";", "\t", " | "])
    names = parts["goods"] + parts["foods"]
    rows = [
        mark.join(
            [
                str(n),
                random.choice(names),
                f"{random.random() * 1000:.2f}",
                f"20{random.randint(10, 26)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
            ]
        )
        for n in range(1, random.randint(6, 30))
    ]
    return "\n".join(rows)


MAKERS: dict[str, Callable[[Random, str], str]] = {
    "recipe": recipe,
    "price list": price_list,
    "contract": contract,
    "lorem ipsum": filler,
    "gibberish": noise,
    "table": table,
}
