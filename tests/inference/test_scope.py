"""What is no news, through the path that `syto score` takes."""

from pathlib import Path

import pytest

from syto.errors import UserError
from syto.inference.backends import choose_backend
from syto.inference.predictor import Predictor
from syto.model.bundle import Bundle
from syto.records import Article
from syto.text.scope import NEWS_SCOPE
from tiny_bundle import make_tiny_bundle

STATUTE = (
    "Стаття 5. Повноваження органів. Органи виконавчої влади в межах повноважень, визначених цим Законом: "
    "1) забезпечують додержання вимог законодавства; 2) здійснюють інші повноваження, передбачені законом."
)
NEWS = "Учора ввечері у Львові відбувся матч чемпіонату України, на який прийшли тисячі вболівальників."


def _statuses(bundle: Bundle, scope: str, text: str) -> set[str]:
    manifest = bundle.manifest.model_copy(update={"scope": scope})
    bundle = Bundle(bundle.folder, manifest)
    [prediction] = Predictor(bundle, choose_backend(bundle)).predict([Article("1", text)])
    assert not prediction.error
    return {head.status for head in prediction.heads.values()}


def test_a_bundle_of_news_answers_news_alone(tiny_bundle: Bundle) -> None:
    assert _statuses(tiny_bundle, NEWS_SCOPE, STATUTE) == {"out_of_scope"}
    assert "out_of_scope" not in _statuses(tiny_bundle, NEWS_SCOPE, NEWS)


def test_a_bundle_that_names_no_check_answers_anything(tiny_bundle: Bundle) -> None:
    assert tiny_bundle.manifest.scope == ""
    assert "out_of_scope" not in _statuses(tiny_bundle, "", STATUTE)


def test_a_check_that_this_version_lacks_is_an_error_before_any_row(tmp_path: Path) -> None:
    bundle = make_tiny_bundle(tmp_path / "bundle")
    with pytest.raises(UserError, match="news-999"):
        _statuses(bundle, "news-999", NEWS)
