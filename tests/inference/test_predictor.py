from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from syto.inference.backends import Ids, OnnxBackend, WindowOutput, choose_backend
from syto.inference.predictor import Predictor
from syto.model.bundle import ONNX_INT8, Bundle, HeadSpec
from syto.model.settings import WindowSettings
from syto.records import Article, Prediction
from tiny_bundle import BIAS, make_tiny_bundle

NEWS = "Учора в Озерянах відбувся матч, повідомляють джерела. Погода була ясна."


@pytest.fixture(scope="module")
def predictor(tiny_bundle: Bundle) -> Predictor:
    return Predictor(tiny_bundle, choose_backend(tiny_bundle))


def _one(predictor: Predictor, text: str, title: str = "", **fields: str) -> Prediction:
    [prediction] = predictor.predict([Article("7", text, title, **fields)])
    return prediction


def test_the_words_decide(predictor: Predictor) -> None:
    prediction = _one(predictor, NEWS)
    assert (prediction.id, prediction.language, prediction.error) == ("7", "uk", "")
    assert prediction.heads["topic"].labels == ("sport",)
    assert prediction.heads["reliability"].labels == ("reliable",)
    assert sum(prediction.heads["topic"].probabilities.values()) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", "123 456 789 000", "Матч", "サッカーの試合が昨日行われました"])
def test_what_the_model_cannot_read_is_out_of_scope(predictor: Predictor, text: str) -> None:
    prediction = _one(predictor, text)
    assert {head.status for head in prediction.heads.values()} == {"out_of_scope"}
    assert {head.labels for head in prediction.heads.values()} == {()}


def test_a_known_language_is_not_guessed_again(predictor: Predictor) -> None:
    assert _one(predictor, NEWS, language="pl").heads["topic"].status == "out_of_scope"


def test_passages_are_slices_of_the_input_and_speak_for_the_label(predictor: Predictor) -> None:
    text = "  Пого\u00adда була ясна.\r\n\r\nУчора відбувся вели\u00adкий матч.  Вечір був теплий."
    heads = _one(predictor, text, title="Новини міста").heads
    [passage] = heads["topic"].passages
    assert passage.text == text[passage.start : passage.end]
    assert passage.text == "Учора відбувся вели\u00adкий матч."
    assert (passage.field, passage.weight) == ("text", 1.0)


def test_a_title_can_be_the_passage(predictor: Predictor) -> None:
    [passage] = _one(predictor, "Погода була ясна весь день.", title="Матч століття").heads["topic"].passages
    assert (passage.field, passage.text) == ("title", "Матч століття")


def test_no_more_passages_than_asked(tiny_bundle: Bundle) -> None:
    text = "Перший матч тут. Другий матч там. Третій матч ніде. Четвертий матч усюди."
    for count in (0, 2):
        predictor = Predictor(tiny_bundle, choose_backend(tiny_bundle), passages=count)
        assert len(_one(predictor, text).heads["topic"].passages) == count


def test_a_head_that_was_not_measured_in_a_language_marks_nothing_in_it(tiny_bundle: Bundle) -> None:
    text = "Сенсація! Шок. Погода була ясна весь день."
    for measured, marked in ((("ru",), False), (("uk",), True)):
        heads = [head.model_copy(update={"measured": measured}) for head in tiny_bundle.manifest.heads]
        bundle = replace(tiny_bundle, manifest=tiny_bundle.manifest.model_copy(update={"heads": heads}))
        found = _one(Predictor(bundle, choose_backend(bundle)), text).heads["reliability"]
        assert bool(found.passages) == marked


def test_a_masthead_and_a_look_alike_change_nothing(predictor: Predictor) -> None:
    plain = _one(predictor, NEWS)
    for text in (NEWS.replace("матч", "мaтч"), NEWS + " Вісник Озерян"):  # a Latin a; the bundle's masthead
        changed = _one(predictor, text)
        assert changed.heads["topic"].labels == plain.heads["topic"].labels
        assert np.allclose(changed.heads["topic"].logits, plain.heads["topic"].logits)


def test_company_and_order_change_nothing(tiny_bundle: Bundle, predictor: Predictor) -> None:
    articles = [Article(str(n), f"{NEWS} Вибори. " * (1 + n % 5)) for n in range(300)]
    together = predictor.predict(articles)
    small = Predictor(tiny_bundle, choose_backend(tiny_bundle))
    for n in (0, 3, 299):
        [alone] = small.predict([articles[n]])
        assert together[n].id == alone.id == str(n)
        assert together[n].heads["topic"].probabilities == alone.heads["topic"].probabilities


def test_windows_are_joined_by_their_tokens(tmp_path: Path) -> None:
    bundle = make_tiny_bundle(tmp_path, window=WindowSettings(length=8, overlap=0, max_windows=4))
    text = "матч матч матч матч матч матч вибори вибори"  # windows of 8 and 4 tokens
    prediction = _one(Predictor(bundle, choose_backend(bundle)), text, language="uk")
    assert prediction.heads["topic"].logits == pytest.approx([0, 40 * 2 / 12, 40 * 6 / 12])


def test_a_head_may_read_beginnings_first(tmp_path: Path) -> None:
    bundle = make_tiny_bundle(tmp_path, window=WindowSettings(length=8, overlap=0, max_windows=4))
    heads = tuple(head.model_copy(update={"first_window": 0.5}) for head in bundle.manifest.heads)
    bundle = replace(bundle, manifest=bundle.manifest.model_copy(update={"heads": heads}))
    text = "матч матч матч матч матч матч вибори вибори"  # windows of 8 and 4 tokens
    prediction = _one(Predictor(bundle, choose_backend(bundle)), text, language="uk")
    assert prediction.heads["topic"].logits == pytest.approx([0, 40 * 1 / 12, (40 * 6 / 12 + 40 * 6 / 8) / 2])


def test_what_lies_behind_the_last_window_is_not_read_and_said(predictor: Predictor) -> None:
    prediction = _one(predictor, "Погода ясна весь день. " * 100 + "Матч.")
    assert prediction.truncated
    assert prediction.heads["topic"].probabilities["sport"] == pytest.approx(1 / 3)
    assert not _one(predictor, NEWS).truncated


def test_an_article_of_five_megabytes_is_scored(predictor: Predictor) -> None:
    assert not _one(predictor, "Матч триває. " * 220_000).error


class _Fragile:
    """A backend that fails whenever the word `вибори` (id 5) is among its windows."""

    articles = 2

    def __init__(self, path: Path) -> None:
        self._backend = OnnxBackend(path)

    def run(self, windows: Sequence[Ids]) -> list[WindowOutput]:
        if any(5 in ids for ids in windows):
            raise RuntimeError("out of\nmemory")
        return self._backend.run(windows)

    def vectors(self, windows: Sequence[Ids]) -> NDArray[np.float32]:
        return self._backend.vectors(windows)


def test_an_article_that_fails_stops_no_other(tiny_bundle: Bundle) -> None:
    predictor = Predictor(tiny_bundle, _Fragile(tiny_bundle.path(ONNX_INT8)))
    texts = [NEWS, NEWS + " Вибори минули.", "", NEWS]
    predictions = predictor.predict([Article(str(n), text) for n, text in enumerate(texts)])
    assert [p.error for p in predictions] == ["", "RuntimeError: out of memory", "", ""]
    assert predictions[1].heads == {}
    assert predictions[3].heads["topic"].labels == ("sport",)


def test_a_text_that_cannot_be_cleaned_or_cut_stops_no_other(predictor: Predictor) -> None:
    broken: Callable[[], str] = lambda: None  # type: ignore[assignment,return-value] # noqa: E731
    articles = [Article("1", broken), Article("2", NEWS), Article("3", NEWS + " \ud800")]  # type: ignore[arg-type]
    first, second, third = predictor.predict(articles)
    assert first.error.startswith(("TypeError", "AttributeError"))
    assert second.heads["topic"].labels == ("sport",)
    assert third.error == "" or "surrogates" in third.error


def test_a_multi_label_head_can_say_several_labels(tmp_path: Path) -> None:
    head = HeadSpec(task="techniques", kind="multi_label", labels=("a", "b", "c", "d", "e"))
    bundle = make_tiny_bundle(tmp_path, (head,), bias=[value - 5 for value in BIAS])
    decided = _one(Predictor(bundle, choose_backend(bundle)), "Матч вибори матч вибори").heads["techniques"]
    assert decided.labels == ("b", "c")
    assert decided.passages[0].text == "Матч вибори матч вибори"
