"""Results of the tiny bundle whose figures are made up, all different, and so can be traced."""

from collections.abc import Iterator
from itertools import count

from syto.evaluation.results import (
    AttackResult,
    BundleFacts,
    ClassResult,
    CoverageResult,
    DatasetFacts,
    Estimate,
    HeadResult,
    RedactionResult,
    Results,
    RollUpResult,
    SliceResult,
    StatusCounts,
    SystemResult,
)
from syto.model.bundle import BundleManifest, HeadSpec

SYSTEMS = ("transformer", "tfidf", "majority")
PARTS = (("language", "uk"), ("month", "2024-05"), ("month", "2023-11"))


def make_tiny_results(manifest: BundleManifest, source: str = "ridna.example") -> Results:
    """Return what an evaluation of this bundle could have found; `source` names a part of each head."""
    numbers = count(101)
    facts = BundleFacts(
        **manifest.model_dump(include={"name", "encoder", "licence", "created", "languages", "syto_version"}),
        fingerprint=manifest.fingerprint,
        backend="auto",
        temperatures={head.task: next(numbers) / 100 for head in manifest.heads},
        thresholds={head.task: (next(numbers) / 1000,) for head in manifest.heads},
    )
    return Results(
        created="2026-01-02T03:04:05Z",
        syto_version="0",
        bundle=facts,
        prepared="words",
        prepared_digest="f" * 64,
        split="test",
        draws=500,
        seed=0,
        datasets=(DatasetFacts(name="posts", rule="random", articles=77, sources=5),),
        notes=("topic: of few words.",),
        heads=tuple(_head(spec, source, numbers) for spec in manifest.heads),
        redaction=(
            RedactionResult(
                language="uk",
                sources=7,
                articles=next(numbers),
                chance=0.25,
                before=_estimate(numbers),
                after=_estimate(numbers),
            ),
        ),
        attacks=tuple(_attack(spec, on, numbers) for spec in manifest.heads for on in (True, False)),
    )


def _attack(spec: HeadSpec, defended: bool, numbers: Iterator[int]) -> AttackResult:
    return AttackResult(
        kind="letter tricks",
        defended=defended,
        language="uk",
        task=spec.task,
        budget=100,
        articles=next(numbers),
        success=_estimate(numbers),
        queries=next(numbers) / 10,
        changed=next(numbers) / 1000 if defended else None,
        labelled=next(numbers) if defended else 0,
        macro_f1_before=next(numbers) / 1000 if defended else None,
        macro_f1=next(numbers) / 1000 if defended else None,
    )


def _head(spec: HeadSpec, source: str, numbers: Iterator[int]) -> HeadResult:
    return HeadResult(
        task=spec.task,
        kind=spec.kind,
        labels=spec.labels,
        rules=("random",),
        articles=1077,
        sources=5,
        unit="articles",
        left_out={"label_not_carried": 3},
        status=StatusCounts(sure=40, sure_and_right=37, unsure=37, unsure_and_right=9),
        systems=tuple(_system(name, spec, numbers) for name in SYSTEMS),
        slices=tuple(_slice(kind, value, spec, numbers) for kind, value in (*PARTS, ("source", source))),
        uncalibrated_ece=_estimate(numbers),
        coverage=tuple(CoverageResult(coverage=each, accuracy=_estimate(numbers)) for each in (0.8, 1.0)),
        roll_up=(
            RollUpResult(
                articles=20,
                sources=next(numbers),
                lowest=3,
                highest=4,
                auroc=_estimate(numbers),
                spearman=_estimate(numbers),
            ),
        ),
    )


def _system(name: str, spec: HeadSpec, numbers: Iterator[int]) -> SystemResult:
    own = name == SYSTEMS[0]
    return SystemResult(
        system=name,
        metrics={metric: _estimate(numbers) for metric in ("macro_f1", "accuracy", "ece")},
        lead=None if own else _estimate(numbers),
        classes=tuple(
            ClassResult(
                label=label,
                support=next(numbers),
                precision=_estimate(numbers),
                recall=_estimate(numbers),
                f1=_estimate(numbers),
                auroc=Estimate(value=None),
            )
            for label in spec.labels
        ),
        confusion=tuple(tuple(next(numbers) for _ in spec.labels) for _ in spec.labels),
        calibration=(),
    )


def _slice(kind: str, value: str, spec: HeadSpec, numbers: Iterator[int]) -> SliceResult:
    return SliceResult(
        kind=kind,
        value=value,
        rule="random",
        articles=next(numbers),
        sources=2,
        support={spec.labels[0]: next(numbers)},
        unit="articles",
        systems={name: {"accuracy": _estimate(numbers)} for name in SYSTEMS[:2]},
    )


def _estimate(numbers: Iterator[int]) -> Estimate:
    value = next(numbers) / 1000
    return Estimate(value=value, low=value - 0.0004, high=next(numbers) / 1000)
