from collections.abc import Sequence

import numpy as np
import pytest

from syto.evaluation.attack import Attacked, attack_results, attacked
from syto.evaluation.substitutes import Candidates, Word, letter_tricks, word_substitution
from syto.records import Article, HeadPrediction, Prediction, Status

NONE = np.zeros(0, dtype=np.float32)
FILLER = "зранку надворі було тихо тому люди довго стояли біля річки"


class Judge:
    """Answers `sport` where more words of sport than of war stand, else `war`; `мовчи` makes it withhold."""

    def __init__(self, sport: Sequence[str] = (), war: Sequence[str] = ()) -> None:
        self.weights = {**dict.fromkeys(sport, 1.0), **dict.fromkeys(war, -1.0)}
        self.asked: list[Article] = []
        self.calls = 0

    def predict(self, articles: Sequence[Article]) -> list[Prediction]:
        assert not any(each.language for each in articles)
        self.asked += articles
        self.calls += 1
        return [Prediction(each.id, "uk", {"topic": self._head(each)}) for each in articles]

    def _head(self, article: Article) -> HeadPrediction:
        words = f"{article.title} {article.text}".lower().split()
        if "мовчи" in words:
            return HeadPrediction("out_of_scope", (), {}, NONE)
        share = 1 / (1 + np.exp(0.5 - sum(self.weights.get(word, 0.0) for word in words)))
        decided = "sport" if share > 0.5 else "war"
        status: Status = "sure" if abs(share - 0.5) > 0.2 else "unsure"
        return HeadPrediction(status, (decided,), {"sport": share, "war": 1 - share}, NONE)


def article(text: str, number: int = 0, title: str = "") -> Article:
    return Article(str(number), text, title, language="uk", labels={"topic": ("sport",)})


def turn(
    judge: Judge, candidates: Candidates, *articles: Article, budget: int = 100, sure: bool = False
) -> list[Attacked]:
    kinds = {"tried": candidates}
    return attacked(articles, judge.predict, kinds, ["topic"], seed=0, budget=budget, sure=sure)


def instead(*words: str) -> Candidates:
    return lambda _, __: list(words)


def test_the_decisive_word_is_found_and_nothing_else_is_changed() -> None:
    judge = Judge(sport=["гол"])
    (found,) = turn(judge, instead("мир"), article(FILLER, title="Гол забито"))
    assert (found.before, found.after) == (("sport",), ("war",))
    assert judge.asked[-1].title == "мир забито"
    assert judge.asked[-1].text == FILLER
    assert found.changed == pytest.approx(1 / 12)
    assert found.queries == 12 + 1


def test_words_are_changed_one_after_another_until_the_answer_turns() -> None:
    judge = Judge(sport=["гол", "матч"], war=["бій"])
    (found,) = turn(judge, instead("мир"), article(f"гол матч {FILLER}"))
    assert found.after == ("war",)
    assert judge.asked[-1].text == f"мир мир {FILLER}"


@pytest.mark.parametrize("budget", [1, 5, 20, 100])
def test_no_more_is_asked_than_the_budget_allows(budget: int) -> None:
    judge = Judge(sport=["гол"])
    text = article("гол " * 300)
    (found,) = turn(judge, instead("мир", "дім", "сад"), text, budget=budget)
    assert found.queries <= budget
    assert len(judge.asked) <= 1 + budget


def test_no_more_than_a_fifth_of_the_words_is_changed() -> None:
    judge = Judge(sport=["гол"])
    (found,) = turn(judge, instead("мир"), article("гол " * 20))
    assert found.after == found.before
    assert found.changed == 0.2
    assert max(each.text.count("мир") for each in judge.asked) == 4


def test_the_same_seed_gives_the_same_attack_in_any_company() -> None:
    texts = [article(f"гол {FILLER} матч", number) for number in range(4)]
    alone, together = Judge(sport=["гол", "матч"]), Judge(sport=["гол", "матч"])
    apart = [found for text in texts for found in turn(alone, letter_tricks, text)]
    assert turn(together, letter_tricks, *texts) == apart
    assert together.calls < alone.calls


def test_a_judge_who_reads_no_words_is_never_turned() -> None:
    judge = Judge()
    (found,) = turn(judge, letter_tricks, article(FILLER))
    assert found.after == found.before == ("war",)
    assert found.changed == 0


def test_an_answer_that_is_withheld_is_no_success() -> None:
    (found,) = turn(Judge(sport=["гол"]), instead("мовчи"), article(f"гол {FILLER}"))
    assert found.after == found.before
    assert found.changed == 0
    assert turn(Judge(), instead("мир"), article("мовчи зараз")) == []  # nothing to turn


def test_who_wants_to_be_believed_goes_on_until_the_answer_is_sure() -> None:
    text = article(f"гол {FILLER}")
    (another,) = turn(Judge(sport=["гол"]), instead("мир"), text)
    (never,) = turn(Judge(sport=["гол"]), instead("мир"), text, sure=True)  # the judge is of two minds
    assert (another.after, never.after) == (("war",), ("sport",))
    assert never.queries > another.queries
    (sure,) = turn(Judge(sport=["гол"], war=["бій"]), instead("мир", "бій"), text, sure=True)
    assert sure.after == ("war",)


def test_letter_tricks_keep_the_word_recognisable() -> None:
    found = letter_tricks(Word("матч", "", "", "uk"), np.random.default_rng(0))
    assert len(found) == len(set(found)) == 6
    assert "матч" not in found
    assert all(abs(len(each) - 4) <= 1 for each in found)
    assert letter_tricks(Word("ок", "", "", "uk"), np.random.default_rng(0))


def test_other_words_begin_alike_or_stand_between_the_same_words() -> None:
    known = [article("футбольний матч закінчено"), article("футболіст забив"), article("великий турнір буде")]
    english = Article("e", "футболка", language="en")
    candidates = word_substitution([*known, english])
    rng = np.random.default_rng(0)
    assert set(candidates(Word("Футболу", "про", "", "uk"), rng)) == {"Футбольний", "Футболіст"}
    assert candidates(Word("БІЙ", "великий", "буде", "uk"), rng) == ["ТУРНІР"]
    assert candidates(Word("турнір", "великий", "буде", "uk"), rng) == []


def test_results_count_the_turned_and_their_cost() -> None:
    def ended(number: int, after: str, queries: int, changed: float) -> Attacked:
        return Attacked("tried", "topic", article("", number), ("sport",), (after,), queries, changed)

    runs = [ended(0, "war", 10, 0.1), ended(1, "sport", 100, 0.2), ended(2, "sport", 100, 0.2)]
    (found,) = attack_results([*runs, ended(3, "war", 30, 0.2)], defended=True)
    assert (found.kind, found.language, found.task, found.articles) == ("tried", "uk", "topic", 4)
    assert found.success.value == 0.5
    assert found.success.low is not None
    assert 0.1 < found.success.low < 0.5
    assert (found.queries, found.changed) == (60, pytest.approx(0.15))
    assert found.macro_f1_before == 1
    assert found.macro_f1 == pytest.approx(2 / 3)
