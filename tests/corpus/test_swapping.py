import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from syto.corpus.swapping import read_lexicon, swap_words, swapped
from syto.corpus.unlabelled import Document
from syto.errors import UserError

WORDS = {"кіт": ["cat"], "їсть": ["eats"], "п'ять": ["five"], "пів-яблука": ["half-apple"]}
LEXICON = {"uk": {"en": WORDS, "ru": {"кіт": ["кот"]}}, "en": {"uk": {"cat": ["кіт"]}}}
DRAWS = 200


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "lexicon.tsv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def swaps(text: str, words: dict[str, list[str]] | None = None) -> set[str]:
    """What the text becomes, over many draws."""
    return {swap_words(text, words or WORDS, rng(seed)) for seed in range(DRAWS)}


def test_a_lexicon_goes_from_language_to_language_to_word(tmp_path: Path) -> None:
    path = written(tmp_path, "uk\tкіт\tru\tкот|кошак\nuk\tкіт\ten\tcat\nen\tcat\tuk\tкіт")
    assert read_lexicon(path) == {
        "uk": {"ru": {"кіт": ("кот", "кошак")}, "en": {"кіт": ("cat",)}},
        "en": {"uk": {"cat": ("кіт",)}},
    }


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_lexicon_may_come_from_another_system(tmp_path: Path, mark: str, end: str) -> None:
    path = written(tmp_path, f"{mark}uk\tкіт\ten\tcat{end}uk\tпес\ten\tdog{end}")
    assert read_lexicon(path) == {"uk": {"en": {"кіт": ("cat",), "пес": ("dog",)}}}


def test_a_word_is_found_however_the_lexicon_writes_it(tmp_path: Path) -> None:
    words = read_lexicon(written(tmp_path, "uk\tКиїв\ten\tKyiv\n"))["uk"]["en"]
    assert swaps("Київ і КИЇВ", words) >= {"Kyiv і Kyiv"}


@pytest.mark.parametrize(
    "line",
    [
        "uk\tпес\ten",
        "uk\tпес\ten\tdog\tmore",
        "uk пес en dog",
        "uk\t\ten\tdog",
        "uk\tпес\ten\t",
        "uk\tпес\ten\tdog|",
        "uk\tпес\ten\t|",
        "",
    ],
)
def test_a_bad_line_is_named_by_file_and_number(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, f"uk\tкіт\ten\tcat\n{line}\nuk\tґава\ten\tcrow\n")
    with pytest.raises(UserError) as refused:
        read_lexicon(path)
    assert str(refused.value).startswith(f"{path}:2: {line.strip()!r} is not `language, word, language")


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"the lexicon .*lexicon\.tsv cannot be read: .*decode"):
        read_lexicon(written(tmp_path, b"PAR1\xff\xfe\x00\x80"))
    with pytest.raises(UserError, match=r"nowhere\.tsv cannot be read: .*No such file"):
        read_lexicon(tmp_path / "nowhere.tsv")


def test_none_half_or_all_words_of_a_sentence_are_swapped() -> None:
    sentence = "кіт " * 300
    shares = [swap_words(sentence, WORDS, rng(seed)).count("cat") / 300 for seed in range(DRAWS)]
    kinds = Counter(round(2 * share) / 2 for share in shares)
    assert set(kinds) == {0, 0.5, 1}
    assert all(share in (0, 1) or share == pytest.approx(0.5, abs=0.12) for share in shares)
    assert all(0.2 < count / DRAWS < 0.47 for count in kinds.values())  # a third of the draws each


def test_words_are_swapped_each_for_itself_within_a_half() -> None:
    assert {"кіт eats", "cat їсть", "cat eats", "кіт їсть"} == swaps("кіт їсть")


@pytest.mark.parametrize(
    "text",
    [
        "  «Кіт» їсть…  п'ять,\tпів-яблука —\n\nкіт!?  Їсть (кіт)\n",
        "кіт",
        "\n кіт. ",
        "кіт.Їсть!кіт",
        "",
        " \n ",
        "...",
    ],
)
def test_nothing_but_words_is_touched(text: str) -> None:
    word = re.compile(r"[а-яіїєґ'-]+|cat|eats|five|half-apple", re.IGNORECASE)
    assert {word.sub("_", swap) for swap in swaps(text)} == {word.sub("_", text)}


def test_whole_words_alone_are_swapped_in_any_case() -> None:
    text = "Кіт КІТ кіт котик кіт-їсть екіт п'ять п'ятьох пів-яблука"
    assert "cat cat cat котик кіт-їсть екіт five п'ятьох half-apple" in swaps(text)


def test_words_without_a_translation_stay() -> None:
    assert swaps("Пес спить. Пес!") == {"Пес спить. Пес!"}


@pytest.mark.parametrize("end", [". ", "! ", "? ", "… \n", "\n"])
def test_every_sentence_is_drawn_for_itself(end: str) -> None:
    one, other = "кіт " * 40, "їсть " * 40
    text = f"{one.strip()}{end}{other.strip()}"
    kinds = {("кіт" in swap, "cat" in swap, "їсть" in swap, "eats" in swap) for swap in swaps(text)}
    assert (True, False, False, True) in kinds  # nothing of the first and all of the second
    assert (False, True, True, False) in kinds


def test_a_comma_ends_no_sentence() -> None:
    text = f"{'кіт ' * 40}, {'їсть ' * 40}"
    assert not any("кіт" not in swap and "eats" not in swap for swap in swaps(text))


def test_the_first_translation_is_the_usual_one_and_the_others_occur() -> None:
    words = {"кіт": ["cat", "tom", "puss"]}
    counts = Counter(w for seed in range(DRAWS) for w in swap_words("кіт " * 20, words, rng(seed)).split())
    counts.pop("кіт")
    assert counts["cat"] / counts.total() == pytest.approx(0.8, abs=0.05)  # 0.7, and a third of the rest
    assert counts["tom"] == pytest.approx(counts["puss"], rel=0.3)


def documents(count: int, language: str = "uk") -> list[Document]:
    return [Document(f"кіт їсть {number}", language, "news", repeat=3) for number in range(count)]


def test_the_seed_decides() -> None:
    one, again, other = (list(swapped(documents(20), LEXICON, 1.5, seed)) for seed in (1, 1, 2))
    assert one == again != other


@pytest.mark.parametrize("copies", [0, 0.25, 1, 1.75])
def test_copies_are_made_on_average(copies: float) -> None:
    made = Counter(
        document.text.split()[-1] for document in swapped(documents(1000), LEXICON, copies, seed=1)
    )
    assert made.total() / 1000 == pytest.approx(copies, abs=0.05)
    assert set(made.values()) <= {int(copies), int(copies) + 1}


def test_a_copy_is_in_one_other_language_and_else_as_its_document() -> None:
    copies = list(swapped(documents(400), LEXICON, 1.0, seed=1))
    assert {(copy.language, copy.texts, copy.repeat) for copy in copies} == {("uk", "news", 3)}
    first = Counter(copy.text.split()[0] for copy in copies)
    assert set(first) == {"кіт", "cat", "кот"}
    assert first["cat"] == pytest.approx(first["кот"], rel=0.3)


def test_a_language_that_the_lexicon_does_not_know_gives_nothing() -> None:
    assert list(swapped(documents(5, "pl"), LEXICON, 3.0, seed=1)) == []
    assert list(swapped(documents(5), {}, 3.0, seed=1)) == []
    mixed = [*documents(3, "pl"), *documents(2)]
    assert len(list(swapped(mixed, LEXICON, 1.0, seed=1))) == 2
