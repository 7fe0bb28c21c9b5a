import json

import pytest
from rich.console import Console

from syto.errors import printable
from syto.terminal import Lines, Listing, give, in_json, say, track

LONG = "шістдесят слів і ще трохи, щоб рядок був довший за вісімдесят знаків, як буває в людей"
TABLE = Listing(("name", "evidence"), [("a", LONG), ("[red]b[/]\x1b[1m", "one\ntwo\tthree")], "2 rows")


def test_lines_come_after_two_seconds_and_then_every_ten() -> None:
    said: list[str] = []
    now = [100.0]
    lines = Lines(1_000, said.append, clock=lambda: now[0])
    for seconds in (1, 1, 1, 8.9, 0.1, 5):
        now[0] += seconds
        lines(20, "in.csv", kept=False)
    assert said == ["40 of 1,000 rows, 20 rows/s, 0:00:48 left", "100 of 1,000 rows, 8 rows/s, 0:01:48 left"]


def test_rows_that_were_kept_say_nothing_of_the_time_left() -> None:
    said: list[str] = []
    now = [0.0]
    lines = Lines(1_000, said.append, clock=lambda: now[0])
    now[0] = 3
    lines(500, "in.csv", kept=True)
    now[0] = 20
    lines(100, "in.csv", kept=False)
    assert said == ["500 of 1,000 rows", "600 of 1,000 rows, 5 rows/s, 0:01:20 left"]


def test_what_acts_on_a_terminal_is_spelt_out() -> None:
    assert printable("їжак\tй\n«’»") == "їжак\tй\n«’»"
    assert printable("a\x1b[31m\x9b\u202e\r\x07\ud83d") == r"a\x1b[31m\x9b\u202e\r\x07\ud83d"


def test_a_table_in_a_pipe_is_plain_lines_with_whole_cells(capsys: pytest.CaptureFixture[str]) -> None:
    give({}, "said", TABLE)
    assert capsys.readouterr().out == (
        f"said\n2 rows\nname\tevidence\na\t{LONG}\n[red]b[/]\\x1b[1m\tone; two three\n"
    )


def test_a_table_on_a_terminal_has_boxes_and_takes_nothing_for_markup() -> None:
    screen = Console(force_terminal=True, width=200, color_system=None)
    with screen.capture() as captured:
        screen.print(TABLE.drawn())
    drawn = captured.get()
    assert "┃ name" in drawn and LONG in drawn
    assert "[red]b[/]\\x1b[1m" in drawn and "\x1b[1m" not in drawn


def test_in_json_standard_output_holds_one_object_and_people_read_the_rest_beside_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with in_json(), in_json():
        print("a library's note")  # noqa: T201
        say("on the way")
        give({"label": "спорт\x1b", "path": 3}, "for people", TABLE)
    give({}, "people again")
    out, err = capsys.readouterr()
    answer, _, rest = out.rpartition("}\n")
    assert json.loads(answer + "}") == {"label": "спорт\x1b", "path": 3}
    assert answer.isascii()
    assert rest == "people again\n"
    assert err == "a library's note\non the way\n"


def test_progress_in_a_pipe_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 400, 4))  # one look at the clock, and one more for a line
    monkeypatch.setattr("time.monotonic", lambda: float(next(seconds)))
    assert list(track([*"abcd"], "reading [x]")) == [*"abcd"]
    assert capsys.readouterr().err == "reading [x]: 1 of 4\nreading [x]: 4 of 4\n"
