"""Documents of other genres, put together from parts: recipes, price lists, contracts, filler, noise."""

from collections.abc import Callable, Sequence
from random import Random

from syto.training.scope_settings import GenreParts

Maker = Callable[[Random, GenreParts], str]

_AMOUNTS = ("1", "2", "3", "4", "0,5", "1/2", "50", "100", "150", "200", "250", "300", "500")
_SHAPES = ("{food} - {n}", "{n} {food}", "{food}: {n}", "{food} {n}", "{food} — {n}")


def recipe(random: Random, parts: GenreParts) -> str:
    """Return a dish, what goes into it and what is done with it, each of which may be left out."""
    foods = random.sample(parts.foods, random.randint(4, 9))
    mark = random.choice(["", "- ", "• ", "* "])
    between = "\n" if mark else random.choice(["\n", " ", ", "])
    blocks = [_ingredients(random, parts, foods, mark, between), _steps(random, parts, foods)]
    if random.random() < 0.7:
        after = " " if between == ", " else between
        blocks = [
            f"{random.choice(parts.ingredients)}{after}{blocks[0]}",
            f"{random.choice(parts.method)} {blocks[1]}",
        ]
    if random.random() < 0.15:
        blocks = blocks[1:]
    if random.random() < 0.6:
        blocks.insert(0, random.choice(parts.dishes))
    return random.choice(["\n", "\n", " "]).join(blocks)


def _ingredients(random: Random, parts: GenreParts, foods: Sequence[str], mark: str, between: str) -> str:
    shape = random.choice(_SHAPES)
    amounts = [f"{random.choice(_AMOUNTS)} {random.choice(parts.units)}" for _ in foods]
    return between.join(
        mark + shape.format(food=food, n=amount) for food, amount in zip(foods, amounts, strict=True)
    )


def _steps(random: Random, parts: GenreParts, foods: Sequence[str]) -> str:
    steps = [
        step.replace("{food}", random.choice(foods)).replace("{n}", str(random.randint(2, 60)))
        for step in random.sample(parts.steps, random.randint(3, 7))
    ]
    if random.random() < 0.4:
        steps = [f"{n}. {step}" for n, step in enumerate(steps, 1)]
    return random.choice(["\n", " "]).join(steps)


def price_list(random: Random, parts: GenreParts) -> str:
    """Return goods or dishes with what they cost."""
    mark = random.choice([" - ", " ", ": ", "\t", " ..... ", "; ", ","])
    rows = []
    for item in random.choices(parts.goods + parts.foods, k=random.randint(5, 25)):
        price = random.randint(1, 900) * random.choice([1, 10, 50])
        rows.append(f"{item}{mark}{price}{random.choice(['', '.00', ',50'])} {random.choice(parts.money)}")
    head = [random.choice(parts.price_heads)] if random.random() < 0.6 else []
    return random.choice(["\n", "\n", "; "]).join(head + rows)


def contract(random: Random, parts: GenreParts) -> str:
    """Return clauses of contracts, statutes and terms of use."""
    clauses = random.sample(parts.clauses, random.randint(3, 9))
    start = random.randint(1, 6)
    if random.random() < 0.7:
        clauses = [f"{start}.{n}. {clause}" for n, clause in enumerate(clauses, 1)]
    head = [random.choice(parts.contract_heads)] if random.random() < 0.5 else []
    return random.choice(["\n", " "]).join(head + clauses)


def table(random: Random, parts: GenreParts) -> str:
    """Return rows of a spreadsheet or a log."""
    mark = random.choice([",", ";", "\t", " | "])
    rows = []
    for number in range(1, random.randint(6, 30)):
        day = f"20{random.randint(10, 26)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        cells = [str(number), random.choice(parts.goods + parts.foods), f"{random.random() * 1000:.2f}", day]
        rows.append(mark.join(cells))
    return "\n".join(rows)


def filler(random: Random, parts: GenreParts) -> str:
    """Return words of lorem ipsum."""
    words = random.choices(parts.filler, k=random.randint(20, 200))
    if random.random() < 0.4:
        words = [*parts.filler[: random.randint(5, 60)], *words]
    return " ".join(word + random.choice(["", "", "", "", "", ",", "."]) for word in words).capitalize()


def noise(random: Random, parts: GenreParts) -> str:
    """Return random letters or neighbouring keys, in words and without."""
    letters = random.choice([parts.letters, random.choice(parts.keys), "".join(parts.keys)])
    words = ["".join(random.choices(letters, k=random.randint(2, 11))) for _ in range(random.randint(5, 120))]
    if random.random() < 0.2:
        words = [word * random.randint(1, 4) for word in words]
    text = random.choice([" ", " ", " ", "", ". "]).join(words)
    return text if random.random() < 0.5 else text.capitalize()


def short_recipe(random: Random, parts: GenreParts) -> str:
    """Return a recipe told in a sentence or two."""
    return random.choice(parts.recipes)


GENRES: tuple[Maker, ...] = (
    recipe, recipe, recipe, short_recipe, price_list, contract, table, filler, noise,
)  # fmt: skip


def shuffled(random: Random, news: str) -> str:
    """Return a text with the letters of every word in another order."""
    return " ".join("".join(random.sample(word, len(word))) for word in news.split())


def blended(random: Random, news: str) -> str:
    """Return words that no one knows: the beginning of one word of a text and the end of another."""
    words = news.split()
    ends = [random.choice(words) for _ in words]
    return " ".join(
        word[: len(word) // 2 + 1] + end[len(end) // 2 :] for word, end in zip(words, ends, strict=True)
    )


def headline(random: Random, parts: GenreParts) -> str:
    """Return a headline about food, prices, law or books, which is news."""
    return random.choice(parts.news)


def prose(random: Random, parts: GenreParts) -> str:
    """Return two sentences of books; empty where the language has none."""
    return " ".join(random.sample(parts.prose, 2)) if parts.prose else ""


def verse(random: Random, parts: GenreParts) -> str:
    """Return a poem from one of its lines on; empty where the language has none."""
    if not parts.verse:
        return ""
    lines = random.choice(parts.verse).split("\n")
    return "\n".join(lines[random.randrange(max(len(lines) - 1, 1)) :])


SPARED: tuple[Maker, ...] = (headline, prose, verse)
