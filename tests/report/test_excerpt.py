from syto.report.excerpt import GAP, Mark, excerpt

TEXT = "Перше речення. Друге речення тут. Третє речення."
SECOND = Mark("text", 15, "Друге речення тут.", "topic", 0.5)
THIRD = Mark("text", 34, "Третє речення.", "reliability", 0.3)


def test_a_whole_text_has_its_passages_marked() -> None:
    assert excerpt(TEXT, len(TEXT), [THIRD, SECOND], 1000) == [
        "Перше речення. ",
        ["Друге речення тут.", [["topic", 0.5]]],
        " ",
        ["Третє речення.", [["reliability", 0.3]]],
    ]


def test_one_passage_of_two_heads_is_marked_once() -> None:
    both = [SECOND, Mark("text", 15, "Друге речення тут.", "reliability", 0.25)]
    assert excerpt(TEXT, len(TEXT), both, 20) == [
        GAP,
        ["Друге речення тут.", [["topic", 0.5]]],  # the room is for one of them
        GAP,
    ]
    assert ["Друге речення тут.", [["topic", 0.5], ["reliability", 0.25]]] in excerpt(
        TEXT, len(TEXT), both, 99
    )


def test_a_long_text_keeps_what_decided_and_its_beginning() -> None:
    assert excerpt(TEXT, len(TEXT), [THIRD], 30) == [
        "Перше речення. ",
        GAP,
        ["Третє речення.", [["reliability", 0.3]]],
    ]


def test_a_passage_behind_what_was_kept_is_still_there() -> None:
    assert excerpt(TEXT[:10], len(TEXT), [THIRD], 14) == [GAP, ["Третє речення.", [["reliability", 0.3]]]]


def test_a_text_that_was_not_given_back_has_its_passages() -> None:
    assert excerpt("", 0, [SECOND], 100) == [GAP, ["Друге речення тут.", [["topic", 0.5]]]]


def test_passages_that_overlap_are_split_where_they_begin_and_end() -> None:
    marks = [Mark("text", 0, "абв", "topic", 0.5), Mark("text", 2, "вгд", "reliability", 0.5)]
    assert excerpt("абвгде", 6, marks, 10) == [
        ["аб", [["topic", 0.5]]],
        ["в", [["topic", 0.5], ["reliability", 0.5]]],
        ["гд", [["reliability", 0.5]]],
        "е",
    ]


def test_nothing_is_left_of_no_room() -> None:
    assert excerpt(TEXT, len(TEXT), [SECOND], 0) == [GAP]
    assert excerpt("", 0, [], 10) == []
