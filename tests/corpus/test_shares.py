import pytest

from syto.corpus.shares import total_variation


@pytest.mark.parametrize(
    ("old", "new", "distance"),
    [
        ({"uk": 3, "ru": 1}, {"uk": 30, "ru": 10}, 0.0),
        ({"uk": 3}, {"ru": 7}, 1.0),
        ({"uk": 75, "ru": 25}, {"uk": 50, "ru": 25, "en": 25}, 0.25),
        ({}, {"uk": 1}, 0.0),
        ({"uk": 1}, {}, 0.0),
    ],
)
def test_the_distance_is_that_of_shares(old: dict[str, int], new: dict[str, int], distance: float) -> None:
    assert total_variation(old, new) == pytest.approx(distance)
    assert total_variation(new, old) == pytest.approx(distance)
