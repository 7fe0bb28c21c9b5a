"""What a bundle was calibrated on, and whether a scored batch is far off it.

`bundle.json` holds how many of its calibration articles were sure (`training.calibration`) and the labels of
the validation articles (`training.labels`); all of these were in scope. A bundle that holds neither is held
to the last alone. The limits lie beyond every news file that was measured (experiments/0021-drift).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from syto.corpus.shares import total_variation
from syto.inference.scored_row import TOPIC
from syto.inference.summary import ScoreSummary
from syto.model.bundle import BundleManifest

_ROWS = 100  # fewer say too little of a batch
_OUT_OF_SCOPE = 0.25  # share of rows
_UNSURE = 0.15  # share of rows above what calibration left unsure
_TOPICS = 0.8  # total variation


def far_off(summary: ScoreSummary, manifest: BundleManifest) -> tuple[str, ...]:
    """Return one line when a batch is far off what the bundle was calibrated on, else none."""
    read = summary.rows - summary.errors
    if read < _ROWS:
        return ()
    reasons = "; ".join(_reasons(summary, read, manifest.training))
    return (f"far off what the model was calibrated on: {reasons} (`syto drift` compares batches)",) * bool(
        reasons
    )


def _reasons(summary: ScoreSummary, read: int, training: Mapping[str, Any]) -> Iterator[str]:
    out = summary.out_of_scope / read
    if out >= _OUT_OF_SCOPE:
        yield f"{out:.0%} of the rows are out of scope, and it learnt from rows in scope alone"
    in_scope = read - summary.out_of_scope
    if in_scope < _ROWS:
        return
    for task, measured in training.get("calibration", {}).items():
        share, sure = summary.unsure[task] / in_scope, measured.get("coverage")
        if isinstance(sure, float) and share >= 1 - sure + _UNSURE:
            yield f"{task} is unsure in {share:.0%}, where {1 - sure:.0%} is to be expected"
    labels = training.get("labels", {}).get("validation", {}).get(TOPIC, {})
    if total_variation(labels, summary.topics) >= _TOPICS:
        topic, count = summary.topics.most_common(1)[0]
        share = labels.get(topic, 0) / sum(labels.values())
        yield f"{count / summary.topics.total():.0%} are {topic}, of which it saw {share:.0%}"
