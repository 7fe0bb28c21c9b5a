"""Scored rows as a workbook for people: their language, sentences in place of JSON, two more sheets."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from syto.inference.scored_row import CLAIMS, RELIABILITY
from syto.inference.source_roll_up import interval
from syto.inference.source_texts import LEAST
from syto.labels.names import LABELLED, Names, column_of, id_of
from syto.sources.platforms import is_platform
from syto.sources.statement import NOT_TRUTH
from syto.tables.look import ColumnLook, Look, SheetLook, Show, as_it_is
from syto.tables.rows import Row
from syto.tables.table import Outline, Table, Values

_OURS = "syto"  # told from the input's column of that name: `syto_topic`, `Тема (syto)`
_AGAIN = f" ({_OURS})"
_SHOWN, _LEAST_SHARE = 3, 0.01  # answers of a head
_DECISIVE, _WEIGHTY = 0.5, 0.25  # weights of a passage
_NOTE = re.compile(r"(^|; )([^:;]+)(?=: )")
# Colours that the colour-blind tell apart, too (after Okabe and Ito), pale enough for black letters.
_BLUE, _YELLOW, _ORANGE, _GREY = "#CFE5F5", "#FFF1B8", "#F8D3B0", "#E3E3E3"
_STATUSES = {"unsure": _YELLOW, "not_measured": _GREY, "out_of_scope": _GREY}
_RATINGS = {"reliable": _BLUE, "mixed": _YELLOW, "unreliable": _ORANGE}
_SHADES = {"source": "#E2EFDA", "reliability": "#E4DFEC", "task": "#DDEBF7", "": "#EDEDED"}
_WIDTH = 30  # characters, at most
_WIDTHS = {"passages": 70, "model": 14}
_SECTIONS = {
    "language": "languages",
    "reliability_basis": "bases",
    "source_rating": RELIABILITY,
    **{task: task for task in LABELLED},
}
_RATED = ("source_rating", "source_rater", "source_rated")
_TOGETHER = ("source_unreliable_probability", "source_interval")
_SOURCES = (  # columns of the sheet of sources
    *("source", *_RATED, "articles", "texts_read", "unreliable_mean", "unreliable_low", "unreliable_high"),
    *_TOGETHER,
)
_COUNTED = ("source", *_RATED, "unreliable_probability", *_TOGETHER)


def book_of(columns: Mapping[str, str], taken: Sequence[str], tasks: Sequence[str], language: str) -> Look:
    """Return how scored rows look; `columns`: contract → name in the row, `taken`: names of the input."""
    words = _Words(Names(language), tuple(tasks))
    titles = _titles(words, columns, taken)
    sources = _Sources(columns)
    return Look(
        title=words.names.of("sheets", "articles"),
        columns={columns[name]: replace(words.look(name), title=titles[name]) for name in columns},
        saw=sources.add,
        further=lambda: _further(words, titles, sources),
    )


def _titles(words: "_Words", columns: Mapping[str, str], taken: Sequence[str]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for name, own in columns.items():
        title = words.names.column(name) + _AGAIN * own.count(f"{_OURS}_")
        while title in taken or title in titles.values():
            title += _AGAIN
        titles[name] = title
    return titles


def _further(words: "_Words", titles: Mapping[str, str], sources: "_Sources") -> Iterator[SheetLook]:
    told = dict(titles)
    if sources.known:
        looks = [words.look(name) for name in _SOURCES]
        yield SheetLook(words.names.of("sheets", "sources"), looks, sources.rows())
        told |= {name: words.names.column(name) for name in _SOURCES if name not in told}
    yield _explanations(words.names, told)


def _explanations(names: Names, titles: Mapping[str, str]) -> SheetLook:
    """Explain each column in Ukrainian and in English, beside its name in the other formats."""
    uk, en = Names("uk"), Names("en")
    heads = [names.of("words", word) for word in ("name", "in_ukrainian", "in_english", "contract")]
    columns = [ColumnLook(head, width=width) for head, width in zip(heads, (30, 70, 70, 30), strict=True)]
    first = (names.of("words", "statement"), uk.of("about", "statement"), NOT_TRUTH, "")
    rows = (
        (title, *(f"{each.column(name)}. {each.about(name)}" for each in (uk, en)), name)
        for name, title in titles.items()
    )
    return SheetLook(names.of("sheets", "columns"), columns, [first, *rows])


@dataclass(frozen=True, slots=True)
class _Words:
    """Says in one language what the columns hold."""

    names: Names
    tasks: tuple[str, ...]

    def look(self, name: str) -> ColumnLook:
        """Return how a column of the contract looks."""
        return ColumnLook(
            self.names.column(name),
            show=self._show(name),
            code="0%" if _is_share(name) else "",
            width=_WIDTHS.get(name, _WIDTH),
            shade=_SHADES[self._group(name)],
            marks={self.names.of(section_of(name), id): colour for id, colour in _marks(name).items()},
        )

    def _group(self, name: str) -> str:
        if name.startswith("source"):
            return "source"
        if name.startswith(RELIABILITY) or name == "unreliable_probability":
            return "reliability"
        return "task" if name.startswith(self.tasks) or name == "language" else ""

    def _show(self, name: str) -> Show:
        written: Mapping[str, Show] = {
            "passages": self._passages,
            CLAIMS: self._claims,
            "source_interval": _interval,
            "source_note": partial(_with_kinds, partial(self.names.of, "notes")),
        }
        if name in written:
            return written[name]
        if name.endswith("_probabilities"):
            return partial(self._most_probable, name.removesuffix("_probabilities"))
        section = section_of(name)
        return partial(_labels, partial(self.names.of, section)) if section else as_it_is

    def _most_probable(self, task: str, shares: object) -> object:
        if not isinstance(shares, Mapping):
            return shares
        first = sorted(shares.items(), key=lambda item: -item[1])[:_SHOWN]
        worth = [item for item in first if item[1] >= _LEAST_SHARE]
        return ", ".join(f"{self.names.of(task, label)} {share:.0%}" for label, share in worth)

    def _passages(self, found: object) -> object:
        if not isinstance(found, Mapping):
            return found
        return "\n".join(self._passage(task, each) for task, passages in found.items() for each in passages)

    def _passage(self, task: str, passage: Mapping[str, object]) -> str:
        weight = float(str(passage["weight"]))
        word = "decisive" if weight > _DECISIVE else "weighty" if weight > _WEIGHTY else "lesser"
        place = f", {self.names.of('words', 'in_title')}" if passage["field"] == "title" else ""
        said = " ".join(str(passage["text"]).split())
        return f"{self.names.of('tasks', task)} ({self.names.of('words', word)}{place}): «{said}»"

    def _claims(self, found: object) -> object:
        if not isinstance(found, list):
            return found
        told = ("narrative", "publisher", "date", "link")
        lines = [", ".join(str(claim[key]) for key in told if claim.get(key)) for claim in found]
        return "\n".join(lines) or self.names.of("words", "no_claims")


def section_of(column: str) -> str:
    """Return the section of names that a column's labels are in; '' where it has none."""
    return "statuses" if column.endswith("_status") else _SECTIONS.get(column, "")


def _marks(column: str) -> Mapping[str, str]:
    """Colour how sure an answer is, and ratings; never what the text alone says of a source."""
    if column == "source_rating":
        return _RATINGS
    return _STATUSES if column.endswith("_status") else {}


def _is_share(column: str) -> bool:
    return column.endswith("_probability") or column.startswith("unreliable_")


def _labels(name: Callable[[str], str], value: object) -> object:
    return "; ".join(map(name, value.split(";"))) if isinstance(value, str) and value else value


def _with_kinds(name: Callable[[str], str], value: object) -> object:
    """Rename the kinds of notes on a source."""
    if not isinstance(value, str):
        return value
    return _NOTE.sub(lambda found: found[1] + name(found[2]), value)


def _interval(value: object) -> object:
    return f"{value[0]:.0%} – {value[1]:.0%}" if isinstance(value, list) and len(value) == 2 else value


@dataclass(slots=True)
class _Tally:
    rated: tuple[object, ...]  # rating, rater and when
    articles: int = 0
    read: int = 0
    total: float = 0.0  # of their probabilities
    together: tuple[object, ...] = (None, None)  # what is said of the source's texts, as in its rows


@dataclass(slots=True)
class _Sources:
    """Counts scored rows by source; it grows with the sources, not with the rows."""

    columns: Mapping[str, str]
    _tallies: dict[str, _Tally] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether the rows say enough."""
        return {"source", "source_rating", "unreliable_probability"} <= self.columns.keys()

    def add(self, row: Values) -> None:
        """Count a row."""
        said = {name: row.get(self.columns[name]) for name in _COUNTED if name in self.columns}
        if not (source := str(said.get("source") or "")):
            return
        tally = self._tallies.setdefault(source, _Tally(tuple(map(said.get, _RATED))))
        tally.articles += 1
        share = said.get("unreliable_probability")
        if isinstance(share, float):
            tally.read += 1
            tally.total += share
        if said.get(_TOGETHER[0]) is not None:
            tally.together = tuple(map(said.get, _TOGETHER))

    def rows(self) -> Iterable[Sequence[object]]:
        """Yield the cells of a source, those with most articles first."""
        for source, tally in sorted(self._tallies.items(), key=lambda item: (-item[1].articles, item[0])):
            said: tuple[object, ...] = (None, None, None)
            if tally.read >= LEAST and not is_platform(source):
                mean = tally.total / tally.read
                said = (mean, *interval(mean, tally.read))
            yield source, *tally.rated, tally.articles, tally.read, *said, *tally.together


def read_back(table: Table) -> Table:
    """Return a table under the contract's names of columns and labels, in whichever language it is.

    What a workbook tells in sentences stays so: passages, claims, the most probable answers, intervals.
    """

    def outline(_: Table) -> Outline:
        found = table.outline()
        return replace(found, names=tuple(_contract(found.names).values()))

    def rows(_: Table) -> Iterator[Row]:
        for row in table.rows():
            names = _contract(tuple(row.values))
            values = {names[title]: _id(names[title], value) for title, value in row.values.items()}
            yield replace(row, values=values)

    return replace(table, format=replace(table.format, outline=outline, rows=rows))


@lru_cache(maxsize=64)
def _contract(titles: tuple[str, ...]) -> dict[str, str]:
    """Return title → name in the contract; a title whose name another column has stays."""
    names: dict[str, str] = {}
    for title in titles:
        bare = title
        while bare.endswith(_AGAIN):
            bare = bare.removesuffix(_AGAIN)
        times = (len(title) - len(bare)) // len(_AGAIN)
        found = column_of(bare)
        name = f"{_OURS}_" * times + found if found != bare else title
        names[title] = title if name != title and name in titles else name
    return names


def _id(column: str, value: object) -> object:
    if not isinstance(value, str) or not value:
        return value
    name = column.removeprefix(f"{_OURS}_")
    if name == "source_note":
        return _with_kinds(partial(id_of, "notes"), value)
    section = section_of(name)
    return ";".join(id_of(section, each) for each in value.split("; ")) if section else value
