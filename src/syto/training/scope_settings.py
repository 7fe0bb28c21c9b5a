"""Settings of `syto scope`: what the check of what is news is fitted on, and how."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]
Words = Annotated[tuple[str, ...], Field(min_length=1)]


class ScopeFitSettings(BaseModel):
    """The linear model on hashed runs of characters, and the limits above which a text is no news."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    buckets: Count = 1 << 17  # a power of two
    inverse_regularisation: Annotated[float, Field(gt=0)] = 30.0  # `C` of the logistic regression
    # Share of held-back news that may exceed the limit, a length of syto.text.scope.LENGTHS.
    false_alarms: tuple[Share, Share, Share] = (0.0005, 0.001, 0.001)
    least: Count = 150  # held-back texts that a limit needs; with fewer it is the highest of the language


class MadeSettings(BaseModel):
    """Documents of other genres that are put together from parts, or taken from installed packages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parts: Path  # language → parts, see syto.training.genres
    each: Count = 700  # documents of each genre and language
    packages: tuple[str, ...] = ()  # installed ones, by the names of pip: source files, manuals, licences
    files: Count = 20  # of each package and kind of file


class GenreParts(BaseModel):
    """What the documents of one language are put together from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    letters: Annotated[str, Field(min_length=1)]
    keys: Words  # rows of the keyboard
    filler: Words  # words of lorem ipsum
    foods: Words
    units: Words
    ingredients: Words  # headings of a list of them
    method: Words  # headings of the steps
    dishes: Words
    steps: Words  # with {food} and {n}
    recipes: Words  # told in a sentence or two
    goods: Words
    money: Words
    price_heads: Words
    clauses: Words
    contract_heads: Words
    news: Words  # headlines about such things, which are news
    prose: tuple[str, ...] = ()  # sentences of books, which must not alarm
    verse: tuple[str, ...] = ()


class Parts(BaseModel):
    """The parts of every language that is judged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    uk: GenreParts
    ru: GenreParts
    en: GenreParts

    def by_language(self) -> dict[str, GenreParts]:
        """Return language → its parts."""
        return {name: getattr(self, name) for name in type(self).model_fields}
