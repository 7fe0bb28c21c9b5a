"""Chunks that are scored ahead come back in order, and no more of them are read than may be begun."""

import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from syto.errors import UserError
from syto.inference.engines import find_engine, in_order


@pytest.mark.parametrize("ahead", [0, 1, 3, 100])
def test_what_is_begun_ahead_is_finished_in_order(ahead: int) -> None:
    events: list[str] = []

    def read() -> Iterator[int]:
        for number in range(6):
            events.append(f"read {number}")
            yield number

    def begin(number: int) -> Callable[[], int]:
        events.append(f"begin {number}")
        return lambda: number * number

    most = 0
    for done, (number, result) in enumerate(in_order(read(), begin, ahead)):
        assert (number, result) == (done, done * done)
        begun = sum(event.startswith("begin") for event in events)
        most = max(most, begun - done)
        assert sum(event.startswith("read") for event in events) == begun
    assert done == 5
    assert most == min(ahead + 1, 6)


def test_what_fails_comes_after_what_was_begun_before_it() -> None:
    def begin(number: int) -> Callable[[], int]:
        return lambda: 12 // number

    results = in_order([4, 3, 0, 2], begin, 2)
    assert [next(results), next(results)] == [(4, 3), (3, 4)]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_an_engine_that_is_unknown_or_not_there_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="did you mean 'ray'"):
        find_engine("rai", None)
    with pytest.raises(UserError, match="--engine ray"):
        find_engine("local", 2)
    original = builtins.__import__

    def without_ray(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> object:
        if name in ("ray", "syto.inference.ray_pool"):
            raise ImportError(f"No module named {name!r}")
        return original(name, globals, locals, fromlist, level)

    monkeypatch.setattr(builtins, "__import__", without_ray)
    with pytest.raises(UserError, match=r"pip install '\.\[ray\]'"):
        find_engine("ray", None)
