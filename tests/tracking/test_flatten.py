import pytest

from syto.tracking.flatten import LONGEST, flatten


def test_nested_keys_are_dotted_and_lists_are_json() -> None:
    short, long = flatten({"a": {"b": 1, "c": {"d": None}}, "e": ["ї", 2], "f": "text", "g": {}})
    assert short == {"a.b": "1", "a.c.d": "null", "e": '["ї", 2]', "f": "text", "g": "{}"}
    assert long == {}


def test_a_long_value_is_kept_apart_and_whole() -> None:
    short, long = flatten({"a": "x" * LONGEST, "b": "x" * (LONGEST + 1)})
    assert set(short) == {"a"}
    assert long == {"b": "x" * (LONGEST + 1)}


@pytest.mark.parametrize("name", ["Силові структури", "it's (odd)", "a,b", "100%"])
def test_any_rubric_makes_a_name_that_mlflow_takes(name: str) -> None:
    from mlflow.utils.validation import _validate_param_name

    (key,) = flatten({"map": {name: "politics"}})[0]
    _validate_param_name(key)
