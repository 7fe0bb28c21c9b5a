import re

import pytest

from syto.evaluation.drift import BatchFacts, Drift, ShareShift, Telling
from syto.evaluation.results import Estimate
from syto.report.drift_page import drift_page
from syto.report.drift_wording import headline, sentences

HOSTILE = "<script>alert(1)</script>"


def shift(
    name: str, old: dict[str, int], new: dict[str, int], distance: float, chance: float = 0.05
) -> ShareShift:
    return ShareShift(name=name, old=old, new=new, unseen=0.62, distance=distance, chance=chance)


def told(value: float, low: float, high: float) -> Telling:
    return Telling(
        language="ru",
        articles=1200,
        folds_by="source",
        auroc=Estimate(value=value, low=low, high=high),
        words_old=("грипп",),
        words_new=("война", HOSTILE),
    )


def batch(name: str) -> BatchFacts:
    return BatchFacts(name=name, rows=141_212, drawn=1500, errors=2)


def drift(
    shares: tuple[ShareShift, ...] = (), tellings: tuple[Telling, ...] = (), texts: bool = True
) -> Drift:
    return Drift(
        old=batch("old.csv"),
        new=batch(HOSTILE),
        model="news@1",
        seed=0,
        shares=shares,
        told=tellings,
        texts=texts,
    )


LANGUAGES = shift("language", {"uk": 79, "ru": 21}, {"uk": 36, "ru": 64}, 0.43)
SOURCES = shift("source", {HOSTILE: 100}, {f"b{HOSTILE}": 100}, 1.0)


def test_what_moved_is_said_with_its_shares() -> None:
    said = headline(
        drift((LANGUAGES, SOURCES, shift("out_of_scope", {"no": 98, "yes": 2}, {"no": 70, "yes": 30}, 0.28)))
    )
    assert "more Russian (21% → 64%)" in said and "less Ukrainian (79% → 36%)" in said
    assert "62% of its articles are of sources that OLD does not have" in said
    assert "more out of scope (2% → 30%)" in said and "in scope (98%" not in said


@pytest.mark.parametrize("distance", [0.05, 0.3])
def test_what_chance_explains_or_is_little_is_not_said(distance: float) -> None:
    quiet = shift("topic", {"sport": 5, "politics": 5}, {"sport": 8, "politics": 2}, distance, chance=0.31)
    assert headline(drift((quiet,))) == "NEW looks like OLD, in what was compared."


@pytest.mark.parametrize(
    ("figures", "said", "differs"),
    [
        ((0.97, 0.96, 0.98), "told apart nearly always", True),
        ((0.85, 0.80, 0.90), "told apart well", True),
        ((0.70, 0.60, 0.80), "told apart in part", True),
        ((0.55, 0.52, 0.58), "hardly told apart", False),
        ((0.70, 0.45, 0.90), "not told apart", False),
        ((0.49, 0.46, 0.52), "not told apart", False),
    ],
)
def test_an_auc_is_said_in_words(figures: tuple[float, float, float], said: str, differs: bool) -> None:
    first, second = sentences(drift(tellings=(told(*figures),)))
    assert said in second and f"AUC {figures[0]:.2f}" in second
    assert ("война" in second) == differs
    assert first.startswith("NEW differs" if differs else "NEW looks like OLD")


def test_it_says_what_was_not_compared() -> None:
    assert "No language has 100 articles" in sentences(drift())[1]
    assert "no text" in sentences(drift(texts=False))[1]


def test_the_page_is_one_file_that_does_nothing_and_fetches_nothing() -> None:
    page = drift_page(drift((LANGUAGES, SOURCES), (told(0.9, 0.88, 0.92),)))
    assert HOSTILE not in page and "<script" not in page
    assert page.count("&lt;script&gt;") >= 4
    assert not re.search(r"(src|href)=", page)
    assert "default-src 'none'" in page
    assert "0.900" in page and "0.880–0.920" in page and "141\u202f212" in page
    assert "+43.0" in page and "−43.0" in page
