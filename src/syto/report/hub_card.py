"""What a card says to the Hub: the YAML in front of it, whole, and with what was measured."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from syto.errors import UserError
from syto.evaluation.results import TRANSFORMER, HeadResult, Results
from syto.model.bundle import BundleManifest
from syto.report.wording import RULE_NAMES, metric_name

NEEDED = ("language", "license", "library_name", "pipeline_tag", "tags")
_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_METRICS = {"macro_f1": "f1", "accuracy": "accuracy", "auroc": "roc_auc"}  # ours → the Hub's


def hub_card(card: str, manifest: BundleManifest, results: Results | None) -> str:
    """Return the card of a bundle with its headline figures in front, where there are results of it.

    A card that lacks a field which the Hub asks for, or is of another model, is a `UserError`.
    """
    front = _FRONT.match(card)
    fields = _parsed(front[1]) if front else {}
    if missing := [name for name in NEEDED if not fields.get(name)]:
        raise UserError(f"the card says no {', '.join(missing)} in front; write it anew with `syto card`")
    if manifest.fingerprint not in card:
        raise UserError(f"the card is not of {manifest.model_name}; write it anew with `syto card`")
    told = fields | _measured(manifest.name, results)
    lines = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in told.items())
    return f"---\n{lines}---\n{card[front.end() :] if front else card}"


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = YAML(typ="safe").load(text)
    except YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def _measured(name: str, results: Results | None) -> dict[str, Any]:
    """Return the Hub's `metrics` and `model-index`; figures of a random split say too much to stand there."""
    heads = [_result(head, results) for head in results.heads if not head.random_split] if results else []
    types = {metric["type"] for head in heads for metric in head["metrics"]}
    return {"metrics": sorted(types), "model-index": [{"name": name, "results": heads}]} if types else {}


def _result(head: HeadResult, results: Results) -> dict[str, Any]:
    held_out = ", ".join(RULE_NAMES[rule] for rule in head.rules)
    return {
        "task": {"type": "text-classification", "name": head.task},
        "dataset": {
            "type": f"syto-{results.prepared}",  # of no data set of the Hub
            "name": f"{results.prepared}: {held_out}",
            "split": results.split,
        },
        "metrics": list(_figures(head)),
    }


def _figures(head: HeadResult) -> Iterator[Mapping[str, object]]:
    own = next(system for system in head.systems if system.system == TRANSFORMER)
    for name, kind in {**_METRICS, f"auroc_{head.labels[0]}": "roc_auc"}.items():
        estimate = own.metrics.get(name)
        if estimate and estimate.value is not None:
            yield {"type": kind, "name": metric_name(name), "value": round(estimate.value, 4)}
