import pytest

from syto.errors import UserError
from syto.model.bundle import Bundle
from syto.report.hub_card import NEEDED, hub_card
from syto.report.model_card import NetworkFacts, model_card
from tiny_bundle import make_tiny_bundle
from tiny_results import make_tiny_results


@pytest.fixture(scope="module")
def card(tiny_bundle: Bundle) -> str:
    return model_card(tiny_bundle.manifest, make_tiny_results(tiny_bundle.manifest), NetworkFacts({}, None))


def test_the_card_below_its_front_stays(card: str, tiny_bundle: Bundle) -> None:
    told = hub_card(card, tiny_bundle.manifest, None)
    assert told.split("---\n", 2)[2] == card.split("---\n", 2)[2]
    assert "model-index" not in told


def test_figures_of_a_random_split_do_not_stand_in_front(card: str, tiny_bundle: Bundle) -> None:
    results = make_tiny_results(tiny_bundle.manifest)
    assert all(head.random_split for head in results.heads)
    assert "model-index" not in hub_card(card, tiny_bundle.manifest, results)


@pytest.mark.parametrize("name", NEEDED)
def test_a_card_without_a_field_of_the_hub_is_refused(name: str, card: str, tiny_bundle: Bundle) -> None:
    lines = [line for line in card.splitlines(keepends=True) if not line.startswith(f"{name}:")]
    with pytest.raises(UserError, match=rf"says no {name} in front; write it anew with `syto card`"):
        hub_card("".join(lines), tiny_bundle.manifest, None)


@pytest.mark.parametrize("text", ["", "# A card\n", "---\n: [\n---\n", "---\n- a\n---\n"])
def test_a_text_that_is_no_card_is_refused(text: str, tiny_bundle: Bundle) -> None:
    with pytest.raises(UserError, match="says no language, license"):
        hub_card(text, tiny_bundle.manifest, None)


def test_the_card_of_another_model_is_refused(card: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = make_tiny_bundle(tmp_path_factory.mktemp("other") / "bundle", bias=(0.5, 0.0, 0.0, 1.0, -1.0))
    with pytest.raises(UserError, match=r"the card is not of tiny@"):
        hub_card(card, other.manifest, None)
