from syto.errors import printable
from syto.terminal import Lines


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
