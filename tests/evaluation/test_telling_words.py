import numpy as np

from syto.evaluation.telling_words import telling_words

OLD = [f"ціна на зерно зросла у порту {n}" for n in range(40)]
NEW = [f"ціна на газ зросла у порту {n} п’ять" for n in range(40)]
IS_NEW = np.arange(80) >= 40
EACH = [f"s{n % 8}" for n in range(80)]


def test_the_words_of_one_side_are_found_and_those_of_both_are_not() -> None:
    old, new = telling_words(OLD + NEW, IS_NEW, EACH)
    assert old == ("зерно",)
    assert set(new) == {"газ", "п’ять"}


def test_a_habit_of_one_source_does_not_count() -> None:
    habit = [
        f"{text} підписуйтесь" if source == "s1" else text for text, source in zip(OLD, EACH, strict=False)
    ]
    texts = [f"{text} підписуйтесь" for text in OLD] + NEW
    assert "підписуйтесь" in telling_words(texts, IS_NEW, EACH)[0]
    of_one = ["s1"] * 40 + EACH[40:]
    assert "підписуйтесь" not in telling_words(texts, IS_NEW, of_one)[0]
    assert "підписуйтесь" not in telling_words(habit + NEW, IS_NEW, EACH)[0]


def test_texts_without_common_words_have_none() -> None:
    assert telling_words(["а б", "в г"], np.array([False, True]), ["", ""]) == ((), ())
    assert telling_words(["", ""], np.array([False, True]), ["", ""]) == ((), ())
