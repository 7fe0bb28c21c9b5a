import pytest
from pydantic import ValidationError

from syto.training.tune_settings import RangeSettings, TuneSettings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "give 'low' and 'high', or 'choices'"),
        ({"low": 1}, "give 'low' and 'high', or 'choices'"),
        ({"low": 1, "choices": [1]}, "give either"),
        ({"low": 2, "high": 1}, "'low' lies below 'high'"),
        ({"low": 0, "high": 1, "log": True}, "with 'log' above 0"),
        ({"low": 1, "high": 9, "log": True, "step": 2}, "without 'step'"),
        ({"lwo": 1}, "Extra inputs"),
    ],
)
def test_a_range_that_cannot_be_drawn_from_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        RangeSettings.model_validate(given)


def test_a_range_knows_what_lies_in_it() -> None:
    numbers, names = RangeSettings(low=1, high=2.5), RangeSettings(choices=("a", None, [1]))
    assert [numbers.holds(value) for value in (1, 2.5, 3, "a", None)] == [True, True, False, False, False]
    assert [names.holds(value) for value in ("a", None, [1], "b")] == [True, True, True, False]
    assert (list(numbers.ends), list(names.ends)) == ([1, 2.5], ["a", None, [1]])


def test_a_study_needs_something_to_vary() -> None:
    with pytest.raises(ValidationError, match="at least 1"):
        TuneSettings(ranges={})
