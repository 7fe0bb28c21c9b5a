import pytest

from syto.corpus.duplicates import bands, story_ids
from syto.corpus.settings import DuplicateSettings
from syto.corpus.shingles import exact_key, jaccard, shingles
from syto.records import Article

BODY = (
    "Верховна Рада ухвалила у другому читанні закон про державний бюджет на наступний рік, "
    "повідомила пресслужба парламенту. За документ проголосували двісті шістдесят депутатів."
)
OTHER = "Збірна України з футболу перемогла команду Ісландії та вийшла у фінальну частину чемпіонату Європи."


def stories(*cleans: str, titles: tuple[str, ...] = ()) -> list[str]:
    articles = [
        Article(id=str(index), text="", title=titles[index] if titles else "", clean=clean)
        for index, clean in enumerate(cleans)
    ]
    return story_ids(articles, DuplicateSettings(), seed=1)


def test_a_retold_story_is_one_story_and_another_is_not() -> None:
    retold = BODY.replace("двісті шістдесят депутатів", "260 народних депутатів")
    assert stories(BODY, OTHER, retold) == ["0", "1", "0"]


def test_case_and_punctuation_make_no_difference() -> None:
    assert stories(BODY, BODY.upper().replace(",", " —")) == ["0", "0"]


def test_stories_are_joined_through_a_third() -> None:
    words = [f"слово{number}" for number in range(40)]
    chain = [" ".join(words[start : start + 30]) for start in (0, 4, 8)]
    assert jaccard(shingles(chain[0], 5), shingles(chain[2], 5)) < 0.7
    assert stories(*chain) == ["0", "0", "0"]


def test_one_headline_over_two_summaries_is_one_story() -> None:
    title = "Рада ухвалила державний бюджет на наступний рік"
    assert stories(f"{title}\n{BODY}", f"{title}\n{OTHER}", titles=(title, title)) == ["0", "0"]
    assert stories(f"{title}\n{BODY}", title, titles=(title, "")) == ["0", "0"]


def test_one_summary_under_two_headlines_is_one_story() -> None:
    titles = ("Рада ухвалила державний бюджет", "Депутати підтримали головний фінансовий документ")
    assert stories(*(f"{title}\n{BODY}" for title in titles), titles=titles) == ["0", "0"]


def test_a_short_title_makes_no_story() -> None:
    assert stories(f"Головне\n{BODY}", f"Головне\n{OTHER}", titles=("Головне", "Головне")) == ["0", "1"]


def test_texts_without_letters_are_no_story() -> None:
    assert stories("!!!", BODY, "", "…")[1] == "1"


@pytest.mark.parametrize(("threshold", "permutations"), [(0.7, 128), (0.5, 128), (0.9, 64), (0.3, 16)])
def test_bands_find_pairs_at_the_threshold(threshold: float, permutations: int) -> None:
    count = bands(threshold, permutations)
    rows = permutations // count
    assert permutations % count == 0
    assert 1 - (1 - threshold**rows) ** count >= 0.99 or count == permutations


def test_shingles_and_their_similarity() -> None:
    assert shingles("абвг", 3) == {"абв", "бвг"}
    assert shingles("аб", 3) == {"аб"}
    assert jaccard(shingles("абвг", 3), shingles("бвгд", 3)) == pytest.approx(1 / 3)


def test_the_exact_key_forgets_case_and_signs() -> None:
    assert exact_key("«Київ»,  2024!") == exact_key("київ 2024")
