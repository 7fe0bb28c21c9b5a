from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from syto.inference.calibrated_on import far_off
from syto.inference.loaded import find_bundle
from syto.inference.summary import ScoreSummary
from syto.model.bundle import Bundle

TRAINING: dict[str, Any] = {
    "labels": {"validation": {"topic": {"sport": 50, "politics": 40, "conflict": 10}}},
    "calibration": {"topic": {"coverage": 0.9}, "reliability": {"coverage": 0.0, "accuracy": None}},
}
USUAL = ScoreSummary(
    rows=400,
    errors=0,
    out_of_scope=20,
    unsure=Counter(topic=40, reliability=280),
    topics=Counter(sport=100, politics=200, conflict=80),
)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"out_of_scope": 99}, ""),
        ({"out_of_scope": 100}, "25% of the rows are out of scope"),
        ({"errors": 320}, ""),  # 80 rows that were read say too little
        ({"unsure": Counter(topic=94)}, ""),
        ({"unsure": Counter(topic=95)}, "topic is unsure in 25%, where 10% is to be expected"),
        ({"topics": Counter(conflict=300, sport=80)}, ""),
        ({"topics": Counter(conflict=350, sport=30)}, "92% are conflict, of which it saw 10%"),
    ],
)
def test_a_batch_far_off_is_said_in_one_line(tiny_bundle: Bundle, changed: dict[str, Any], said: str) -> None:
    manifest = tiny_bundle.manifest.model_copy(update={"training": TRAINING})
    lines = far_off(replace(USUAL, **changed), manifest)
    assert len(lines) == bool(said)
    assert said in "".join(lines)


def test_a_bundle_that_does_not_say_is_held_to_its_scope_alone(tiny_bundle: Bundle) -> None:
    strange = replace(USUAL, unsure=Counter(topic=380), topics=Counter(conflict=380))
    assert tiny_bundle.manifest.training == {}
    assert far_off(strange, tiny_bundle.manifest) == ()
    assert far_off(replace(strange, out_of_scope=300), tiny_bundle.manifest) != ()


def test_the_bundle_that_ships_says_what_it_was_calibrated_on() -> None:
    manifest = find_bundle().manifest
    labels = Counter(manifest.training["labels"]["validation"]["topic"])
    usual = ScoreSummary(rows=500, topics=labels)
    assert far_off(usual, manifest) == ()
    assert "unsure" in far_off(replace(usual, unsure=Counter(topic=400)), manifest)[0]
    assert "conflict" in far_off(replace(usual, topics=Counter(conflict=500)), manifest)[0]
