import numpy as np
import pytest

from syto.evaluation.perturbations import PERTURBATIONS, Perturbation
from syto.text.clean import Cleaner

TEXTS = {
    "uk": "Зараз у місті п'ять «людей» сказали, що буде Дощ. Але ні! Треба йти додому.",
    "ru": "Д'Артаньян и «жители» города объяснили, что будет дождь. Но нет! Они уходят домой.",
    "en": 'Five "people" in the city\'s centre said it would rain. But no! They went home.',
}
REPAIRED = ("homoglyphs", "invisible characters", "apostrophe variants")
CASES = [
    pytest.param(perturbation, language, id=f"{perturbation.name}-{perturbation.rate}-{language}")
    for perturbation in PERTURBATIONS
    for language in perturbation.languages
]


def perturbed(perturbation: Perturbation, language: str, seed: int = 1) -> str:
    return perturbation.perturb(TEXTS[language], language, np.random.default_rng(seed))


@pytest.mark.parametrize(("perturbation", "language"), CASES)
def test_a_seed_gives_the_same_text_again(perturbation: Perturbation, language: str) -> None:
    assert perturbed(perturbation, language) == perturbed(perturbation, language)


@pytest.mark.parametrize(("perturbation", "language"), CASES)
def test_a_text_is_changed_and_an_empty_one_harms_nothing(perturbation: Perturbation, language: str) -> None:
    assert any(perturbed(perturbation, language, seed) != TEXTS[language] for seed in range(9))
    perturbation.perturb("", language, np.random.default_rng(0))


@pytest.mark.parametrize(("perturbation", "language"), CASES)
def test_disguises_are_undone_by_cleaning(perturbation: Perturbation, language: str) -> None:
    cleaner = Cleaner()
    clean = cleaner.clean("", TEXTS[language]).text
    for seed in range(9):
        again = cleaner.clean("", perturbed(perturbation, language, seed)).text
        assert again == clean or perturbation.name not in REPAIRED


def test_words_keep_their_case_when_romanised_and_surzhyk_takes_whole_words() -> None:
    of = {each.name: each for each in PERTURBATIONS}
    rng = np.random.default_rng(0)
    assert of["transliteration"].perturb("Щастя і Юнь", "uk", rng) == "Shchastia i Iun"
    assert of["surzhyk words"].perturb("Що тому що, щока", "uk", rng) == "шо потому шо, щока"
