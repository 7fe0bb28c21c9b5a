"""The fit of the check of what is news, on two kinds of texts that anyone can tell apart."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from syto.config import load_config
from syto.errors import UserError
from syto.resources import resource
from syto.text.scope import NewsScope, ngram_buckets, read_scope
from syto.training.genres import GENRES, SPARED, blended, recipe, shuffled
from syto.training.reshaping import reshaped, reshaped_news
from syto.training.scope import _features, fit_scope
from syto.training.scope_settings import GenreParts, Parts, ScopeFitSettings

NEWS = [f"Учора в місті {n} відбувся матч, на який прийшли тисячі вболівальників." for n in range(60)]
CODE = [f"def read_{n}(path): return [row for row in open(path)]; x = {{{n}: None}}" for n in range(60)]
SETTINGS = ScopeFitSettings(buckets=1 << 10, least=20, false_alarms=(0.05, 0.05, 0.05))


@pytest.fixture(scope="module")
def fitted() -> NewsScope:
    return fit_scope(NEWS[:40], CODE[:40], {"uk": NEWS[40:]}, SETTINGS)


@pytest.fixture(scope="module")
def parts() -> dict[str, GenreParts]:
    return load_config(resource("scope/genres.yaml"), (), Parts).by_language()


def test_what_was_not_fitted_on_is_told_apart(fitted: NewsScope) -> None:
    assert sum(fitted.holds(text, "uk") for text in NEWS[40:]) >= 19  # the limit leaves one in twenty above
    assert not any(fitted.holds(text, "uk") for text in CODE[40:])
    assert all(fitted.holds(text, "en") for text in CODE[40:])  # no news was held back: not judged


def test_the_table_is_the_regression_in_steps_of_an_int8(fitted: NewsScope) -> None:
    assert fitted.table.dtype == np.int8 and fitted.table.shape == (1 << 10,)
    assert np.abs(fitted.table.astype(int)).max() == 127


def test_a_check_survives_its_file(fitted: NewsScope, tmp_path: Path) -> None:
    fitted.save(tmp_path / "new" / "check.npz")
    again = read_scope(tmp_path / "new" / "check.npz")
    assert again.table.tolist() == fitted.table.tolist()
    assert (again.scale, again.limits) == (fitted.scale, fitted.limits)


def test_a_length_with_too_few_texts_has_the_highest_limit_of_the_language(fitted: NewsScope) -> None:
    assert len(set(fitted.limits["uk"])) == 1  # all held-back texts are shorter than 120 characters
    with pytest.raises(UserError, match=r"no length of 'uk' has 20 held-back news texts; add some"):
        fit_scope(NEWS[:40], CODE[:40], {"uk": NEWS[40:50]}, SETTINGS)


def test_features_weigh_as_the_check_does() -> None:
    row = _features(["абаб"], 1 << 10).toarray()[0]
    buckets = ngram_buckets("абаб", 1 << 10)
    assert row.sum() == pytest.approx(len(buckets) ** 0.5)
    assert set(np.flatnonzero(row)) == set(buckets.tolist())


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
def test_every_genre_is_put_together_in_every_language(parts: dict[str, GenreParts], language: str) -> None:
    random = Random(1)
    for maker in GENRES:
        texts = {maker(random, parts[language]) for _ in range(20)}
        assert len(texts) > 1
        assert not any("{" in text or not text.strip() for text in texts)
    assert SPARED[0](random, parts[language]) in parts[language].news
    assert all(bool(maker(random, parts[language])) is (language != "uk") for maker in SPARED[1:])


def test_the_same_seed_gives_the_same_documents(parts: dict[str, GenreParts]) -> None:
    assert recipe(Random(3), parts["uk"]) == recipe(Random(3), parts["uk"])
    assert recipe(Random(3), parts["uk"]) != recipe(Random(4), parts["uk"])


def test_garbled_news_keeps_its_letters_and_no_more() -> None:
    assert [sorted(word) for word in shuffled(Random(1), NEWS[0]).split()] == [
        sorted(word) for word in NEWS[0].split()
    ]
    assert blended(Random(1), NEWS[0]) != NEWS[0]
    assert len(blended(Random(1), NEWS[0]).split()) == len(NEWS[0].split())


def test_a_text_is_cut_set_on_lines_or_left(parts: dict[str, GenreParts]) -> None:
    random, text = Random(1), "Перше речення. Друге речення! Третє?\nЧетверте. " * 20
    shapes = [reshaped(random, text) for _ in range(200)]
    assert all("".join(shape.split()) in "".join(text.split()) for shape in shapes)
    assert text in shapes
    assert min(map(len, shapes)) < 100
    assert any("\n" not in shape for shape in shapes) and any(
        shape.count("\n") > text.count("\n") for shape in shapes
    )


def test_news_also_comes_as_a_post_and_in_a_digest() -> None:
    random = Random(1)
    shapes = [reshaped_news(random, NEWS[0], NEWS[1:]) for _ in range(300)]
    assert any("#" in shape for shape in shapes)
    assert any("місті 5 " in shape and shape.count("\n") for shape in shapes)
    assert not any("місті 5 " in reshaped_news(random, NEWS[0], ()) for _ in range(100))
