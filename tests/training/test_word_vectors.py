import numpy as np
import pytest
from numpy.typing import NDArray

from syto.training.packing import Ids
from syto.training.pretrain_settings import WordVectorSettings
from syto.training.word_vectors import word_vectors

VOCABULARY, SIZE = 40, 16
SETTINGS = WordVectorSettings(epochs=20, window=2, sample=0, min_count=3, length=0.7)
ONE, OTHER = (5, 6, 7, 8), (15, 16, 17, 18)  # two sets of tokens that never meet
RARE, NEVER = 30, 39


def documents(count: int = 300) -> list[Ids]:
    rng = np.random.default_rng(0)
    common = [rng.choice(tokens, 12).astype(np.int32) for _ in range(count) for tokens in (ONE, OTHER)]
    return [*common, np.array([RARE, 5, RARE], dtype=np.int32)]


def made(texts: list[Ids], settings: WordVectorSettings = SETTINGS, seed: int = 1) -> NDArray[np.float32]:
    return word_vectors(texts, settings, SIZE, VOCABULARY, seed)


def likeness(vectors: NDArray[np.float32], one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The mean cosine between different tokens of two sets."""
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return float(np.mean([units[a] @ units[b] for a in one for b in other if a != b]))


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    return made(documents())


def test_there_is_one_vector_of_one_length_a_token(vectors: NDArray[np.float32]) -> None:
    assert (vectors.shape, vectors.dtype) == ((VOCABULARY, SIZE), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.full(VOCABULARY, 0.7), rel=1e-5)


def test_tokens_of_one_context_are_nearer_than_others(vectors: NDArray[np.float32]) -> None:
    for own in (ONE, OTHER):
        assert likeness(vectors, own, own) > likeness(vectors, ONE, OTHER) + 0.3


def test_tokens_that_are_rare_or_never_seen_get_random_vectors(vectors: NDArray[np.float32]) -> None:
    other = made(documents(30))  # of the same seed, so with the same random vectors
    unseen = [token for token in range(VOCABULARY) if token not in (*ONE, *OTHER)]
    assert {RARE, NEVER} <= set(unseen)
    assert np.array_equal(vectors[unseen], other[unseen])
    assert not np.isclose(vectors[[*ONE, *OTHER]], other[[*ONE, *OTHER]]).all(axis=1).any()
    assert abs(likeness(vectors, tuple(unseen), tuple(unseen))) < 0.1


def test_min_count_says_what_is_rare(vectors: NDArray[np.float32]) -> None:
    seen = made(documents(), SETTINGS.model_copy(update={"min_count": 2}))
    assert not np.allclose(seen[RARE], vectors[RARE])
    assert np.array_equal(seen[NEVER], vectors[NEVER])


def test_the_seed_draws_the_random_vectors(vectors: NDArray[np.float32]) -> None:
    assert not np.allclose(made(documents(30), seed=2)[NEVER], vectors[NEVER])


def test_what_stands_behind_ten_thousand_tokens_is_learned_too() -> None:
    beginning = np.full(10_000, 25, dtype=np.int32)
    vectors = made([np.concatenate([beginning, *documents()])])
    for own in (ONE, OTHER):
        assert likeness(vectors, own, own) > likeness(vectors, ONE, OTHER) + 0.2
