from pathlib import Path

import numpy as np
import pytest

from syto.claims.claim import Known
from syto.claims.index import FALSE_ALARMS, ClaimIndex, find_index
from syto.claims.ordinary import OrdinaryNews
from syto.claims.space import Space, unit
from syto.errors import UserError
from syto.resources import resource

CLAIMS, HIDDEN, ARTICLES = 40, 64, 1000
KNOWN = [Known(f"c-{number}", "2020-01-02", f"https://a.example/{number}", "сир") for number in range(CLAIMS)]


@pytest.fixture(scope="module")
def drawn() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def apart(drawn: np.random.Generator) -> dict[str, np.ndarray]:
    """What sets languages apart is larger than what texts say."""
    return {language: 6 * drawn.normal(size=HIDDEN) for language in ("uk", "ru")}


@pytest.fixture(scope="module")
def said(drawn: np.random.Generator) -> np.ndarray:
    return drawn.normal(size=(CLAIMS, HIDDEN))


def _news(drawn: np.random.Generator, apart: dict[str, np.ndarray], articles: int = ARTICLES) -> OrdinaryNews:
    owners = np.repeat(np.arange(articles), 2)
    languages = np.array(["uk", "ru"])[owners // 2 % 2]
    shifts = np.stack([apart[language] for language in languages])
    meanings = unit(drawn.normal(size=(len(owners), HIDDEN)) + shifts)
    return OrdinaryNews("m@1", meanings, owners, languages)


@pytest.fixture(scope="module")
def index(drawn: np.random.Generator, apart: dict[str, np.ndarray], said: np.ndarray) -> ClaimIndex:
    """An index of the Ukrainian texts alone."""
    meanings = (said + apart["uk"]).astype(np.float32)
    return ClaimIndex.of(KNOWN, range(CLAIMS), ["uk"] * CLAIMS, meanings, _news(drawn, apart))


def test_a_translation_finds_its_claim_and_says_no_more_than_it_knows(
    index: ClaimIndex, apart: dict[str, np.ndarray], said: np.ndarray
) -> None:
    for number in range(CLAIMS):
        text = (said[number] + apart["ru"]).astype(np.float32)[None]
        found = index.near(text, "ru")
        assert found[0]["id"] == f"c-{number}"
        assert set(found[0]) == {"id", "similarity", "date", "link", "narrative", "publisher"}
        assert float(str(found[0]["similarity"])) >= index.threshold - 0.001


def test_one_window_in_a_long_article_is_enough(
    index: ClaimIndex, apart: dict[str, np.ndarray], said: np.ndarray, drawn: np.random.Generator
) -> None:
    others = drawn.normal(size=(5, HIDDEN))
    text = (np.concatenate([others, said[7:8]]) + apart["uk"]).astype(np.float32)
    assert index.near(text, "uk")[0]["id"] == "c-7"


def test_ordinary_news_of_another_day_seldom_comes_near(
    index: ClaimIndex, apart: dict[str, np.ndarray], drawn: np.random.Generator
) -> None:
    news = _news(drawn, apart, 2000)
    alarms = sum(
        bool(index.near(news.meanings[news.owners == article], "ru" if article // 2 % 2 else "uk"))
        for article in range(2000)
    )
    assert 0 < alarms < 2000 * 4 * FALSE_ALARMS
    assert index.measured_on == ARTICLES // 2


def test_a_claim_is_shown_once_with_its_best_text(
    drawn: np.random.Generator, apart: dict[str, np.ndarray], said: np.ndarray
) -> None:
    both = np.concatenate([said + apart["uk"], said + apart["ru"]]).astype(np.float32)
    spoken = ["uk"] * CLAIMS + ["ru"] * CLAIMS
    index = ClaimIndex.of(KNOWN, [*range(CLAIMS)] * 2, spoken, both, _news(drawn, apart))
    found = index.near(both[3:4], "uk")
    assert [each["id"] for each in found].count("c-3") == 1
    similarities = [each["similarity"] for each in found]
    assert similarities == sorted(similarities, reverse=True)  # type: ignore[type-var]


def test_a_language_that_was_not_heard_finds_nothing(index: ClaimIndex) -> None:
    assert index.near(np.ones((1, HIDDEN), np.float32), "pl") == []


def test_a_written_index_says_the_same(
    index: ClaimIndex, apart: dict[str, np.ndarray], said: np.ndarray, tmp_path: Path
) -> None:
    index.write(tmp_path / "index.npz")
    again = find_index(tmp_path / "index.npz")
    text = (said[5] + apart["ru"]).astype(np.float32)[None]
    [before, after] = [each.near(text, "ru")[0] for each in (index, again)]
    assert before | {"similarity": 0} == after | {"similarity": 0}
    assert after["similarity"] == pytest.approx(before["similarity"], rel=0.03)
    assert again.digest and again.threshold == index.threshold
    assert "claimed" not in str(again.known)


def test_another_bundle_is_refused(index: ClaimIndex) -> None:
    index.check_model("m@1")
    with pytest.raises(UserError, match=r"made with m@1, and this is m@2.*syto claims import"):
        index.check_model("m@2")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_what_is_no_index_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index.npz").write_bytes(content)
    with pytest.raises(UserError, match="syto claims import"):
        find_index(tmp_path / "index.npz")


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "index.npz", facts=np.array([{"model": "m"}], dtype=object))
    with pytest.raises(UserError, match="cannot be read"):
        find_index(tmp_path / "index.npz")


def test_ordinary_news_is_no_index(
    tmp_path: Path, drawn: np.random.Generator, apart: dict[str, np.ndarray]
) -> None:
    _news(drawn, apart).write(tmp_path / "news.npz")
    with pytest.raises(UserError, match="is no index of claims"):
        find_index(tmp_path / "news.npz")


def test_few_ordinary_articles_do_not_do(drawn: np.random.Generator, apart: dict[str, np.ndarray]) -> None:
    with pytest.raises(UserError, match="100 ordinary articles"):
        ClaimIndex.of(KNOWN[:1], [0], ["uk"], np.ones((1, HIDDEN), np.float32), _news(drawn, apart, 100))


def test_whitening_makes_all_directions_count_alike(drawn: np.random.Generator) -> None:
    wide = (drawn.normal(size=(4000, 3)) * (10, 1, 1) + (100, 0, 0)).astype(np.float32)
    languages = np.array(["uk"] * 4000)
    space = Space.fit(wide[:1], languages[:1], wide, languages)
    spread = ((wide - space.means["uk"]) @ space.whitening).std(0)
    assert spread == pytest.approx(np.full(3, spread[0]), rel=0.2)


def test_what_ships_fits_together_and_holds_no_claim() -> None:
    index = find_index("voxcheck")
    news = OrdinaryNews.shipped(index.model)
    assert len(index.known) == 569
    assert len({known.narrative for known in index.known}) == 13
    assert sum(known.link.startswith("http") for known in index.known) == 567  # two rows have no address
    assert all(known.date for known in index.known)
    assert set(news.languages.tolist()) == {"uk", "ru", "en"}
    assert sum(path.stat().st_size for path in resource("claims").glob("*.npz")) < 8_000_000
