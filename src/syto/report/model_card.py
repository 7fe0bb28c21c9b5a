"""The model card: Markdown for people, YAML in front of it for model hubs, every name escaped."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from syto.evaluation.facts import measured_languages
from syto.evaluation.notes import FEW
from syto.evaluation.results import TRANSFORMER, Estimate, HeadResult, Results, SliceResult
from syto.model.bundle import ONNX, ONNX_INT8, BundleManifest, HeadSpec
from syto.report.results_page import ERRORS, FIGURES, ranked
from syto.report.verdict import USES, against_baselines, verdict
from syto.report.wording import KIND_TITLES, RULE_NAMES, RULE_TEXTS, figure, metric_name, number, spread
from syto.sources.statement import NOT_TRUTH

CARD_TEMPLATE, TABLES_TEMPLATE = "model_card.md.j2", "card_tables.md.j2"
HEADLINE = ("macro_f1", "accuracy", "ece")  # and the AUROC of a scale's ends: what the card itself shows
LARGEST = 25  # parts that one table shows; results.json has all
FOLDED = 8  # a table of more parts opens on a click
HUB_LICENCES = (
    "apache-2.0",
    "mit",
    "cc0-1.0",
    "cc-by-4.0",
    "cc-by-sa-4.0",
    "cc-by-nc-4.0",
    "cc-by-nc-sa-4.0",
)
# Formatting marks wherever they stand; an underscore only at the edge of a word, where alone it marks.
_MARKS = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """What the bundle's files tell of its network."""

    encoder: Mapping[str, object]  # config of the encoder; empty where the bundle does not hold it
    parameters: int | None  # heads included; None without the full weights


@dataclass(frozen=True, slots=True)
class PartsView:
    """The figures of one kind of slices."""

    title: str
    shown: int
    all: int
    folded: bool
    table: Markup


@dataclass(frozen=True, slots=True)
class HeadView:
    """One head with the tables that the template places."""

    head: HeadResult
    against: str  # how it stands against the baselines
    dates: str
    headline: Markup  # the transformer, the best baseline and the shares of the labels
    systems: Markup
    roll_up: Markup
    classes: Markup
    confusion: Markup | None  # multi-label heads have none
    parts: tuple[PartsView, ...]


def model_card(
    manifest: BundleManifest, results: Results, network: NetworkFacts, tables: str = "README-tables.md"
) -> str:
    """Return the card, of two screens; figures come from the results alone, the rest from the bundle.

    `tables` is the file beside it that holds what `card_tables` returns.
    """
    known = results.bundle.model_copy(update={"measured": measured_languages(manifest)})
    return _rendered(
        CARD_TEMPLATE,
        manifest=manifest,
        results=results,
        network=network,
        front_matter=_front_matter(manifest),
        tables=quote(tables),
        verdict=verdict(results.model_copy(update={"bundle": known})),
        uses=USES,
        left_out=manifest.training.get("labels_left_out", {}),
        unmeasured=_unmeasured(manifest),
        trained=_trained(manifest),
        onnx=ONNX in manifest.files or ONNX_INT8 in manifest.files,
        views=[_view(head) for head in results.heads],
        few=FEW,
        ukrainian=_ukrainian_lowest(manifest, results),
    )


def card_tables(
    manifest: BundleManifest, results: Results, network: NetworkFacts, card: str = "README.md"
) -> str:
    """Return the tables behind the card, which lies beside them under that name."""
    return _rendered(
        TABLES_TEMPLATE,
        manifest=manifest,
        results=results,
        network=network,
        card=quote(card),
        rule_texts=RULE_TEXTS,
        heads_table=_heads_table(manifest.heads, results),
        labels_table=_labels_table(manifest),
        network_table=_network_table(network),
        datasets_table=_datasets_table(results),
        redaction_table=_redaction_table(results),
        views=[_view(head) for head in results.heads],
    )


def _rendered(template: str, **values: object) -> str:
    environment = Environment(  # noqa: S701 - `escaped` stands in for HTML escaping, which Markdown is not
        loader=FileSystemLoader(Path(__file__).parent),
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number}
    environment.globals |= {"cell": _cell, "rule_names": RULE_NAMES, "statement": NOT_TRUTH}
    text = environment.get_template(template).render(values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def escaped(value: object) -> str:
    """Write a value so that Markdown and HTML show it as it is, on one line; tables made here pass."""
    if isinstance(value, Markup):
        return value
    line = "".join(" " if _breaks(character) else character for character in str(value))
    return _MARKS.sub(r"\\\g<0>", line.translate(_ENTITIES))


def _breaks(character: str) -> bool:
    """Tell line ends, and the controls that hide text or turn its direction."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _table(columns: Sequence[object], rows: Iterable[Sequence[object]], texts: int = 1) -> Markup:
    """Lay out a table; the columns behind the first `texts` are aligned to the right."""
    lines = [columns, ["---"] * texts + ["---:"] * (len(columns) - texts), *rows]
    return Markup("\n".join(f"| {' | '.join(map(escaped, line))} |" for line in lines))  # noqa: S704


def _cell(estimate: Estimate | None, signed: bool = False) -> str:
    interval = spread(estimate, signed)
    return f"{figure(estimate, signed)} ({interval})" if interval else figure(estimate, signed)


def _front_matter(manifest: BundleManifest) -> Markup:
    """Write the hub's fields; JSON is YAML too, and quotes whatever a name holds."""
    licence = re.sub(r"[^a-z0-9.]+", "-", manifest.licence.lower()).strip("-")
    named = {"license": licence} if licence in HUB_LICENCES else _own_licence(licence)
    fields = {
        "language": manifest.languages,
        **named,
        "library_name": "syto",
        "pipeline_tag": "text-classification",
        "tags": ["syto", "news", "text-classification", *(head.task for head in manifest.heads)],
    }
    lines = (f"{key}: {json.dumps(value)}" for key, value in fields.items())
    return Markup("\n".join(["---", *lines, "---"]))  # noqa: S704


def _own_licence(name: str) -> dict[str, str]:
    return {"license": "other", "license_name": name or "see-card"}


def _heads_table(heads: Sequence[HeadSpec], results: Results) -> Markup:
    facts = results.bundle
    rows = [
        (
            head.task,
            head.kind.replace("_", "-"),
            ", ".join(head.labels),
            f"{facts.temperatures[head.task]:.2f}" if head.task in facts.temperatures else "—",
            _thresholds(head, facts.thresholds.get(head.task, ())),
        )
        for head in heads
    ]
    return _table(("head", "kind", "labels", "temperature", "threshold"), rows, texts=3)


def _thresholds(head: HeadSpec, values: Sequence[float]) -> str:
    if head.kind == "multi_label" and len(values) == len(head.labels):
        pairs = zip(head.labels, values, strict=True)
        return ", ".join(f"{label} {value:.3f}" for label, value in pairs)
    return ", ".join(f"{value:.3f}" for value in values) or "—"


def _labels_table(manifest: BundleManifest) -> Markup | None:
    """Count what the heads were trained and calibrated on; None where the bundle does not say."""
    counts = manifest.training.get("labels", {})
    train, validation = counts.get("train", {}), counts.get("validation", {})
    rows = [
        (head.task, label, *(_count(split, head.task, label) for split in (train, validation)))
        for head in manifest.heads
        for label in head.labels
    ]
    return _table(("head", "label", "train", "validation"), rows, texts=2) if train else None


def _count(split: Mapping[str, Mapping[str, int]], task: str, label: str) -> str:
    return number(split[task].get(label, 0)) if task in split else "—"


def _trained(manifest: BundleManifest) -> dict[str, int]:
    """Count the training labels of each head; empty where the bundle does not say."""
    train = manifest.training.get("labels", {}).get("train", {})
    return {task: sum(counts.values()) for task, counts in train.items()}


def _unmeasured(manifest: BundleManifest) -> list[tuple[str, list[str]]]:
    """Name the languages in which a head answers `not_measured`."""
    pairs = [
        (head.task, [each for each in manifest.languages if each not in head.measured])
        for head in manifest.heads
        if head.measured is not None
    ]
    return [(task, languages) for task, languages in pairs if languages]


def _network_table(network: NetworkFacts) -> Markup | None:
    names = {
        "model_type": "architecture",
        "num_hidden_layers": "layers",
        "hidden_size": "hidden size",
        "num_attention_heads": "attention heads",
        "vocab_size": "vocabulary",
    }
    rows = [(title, network.encoder[key]) for key, title in names.items() if key in network.encoder]
    if network.parameters is not None:
        rows.append(("parameters, heads included", number(network.parameters)))
    return _table(("network", ""), rows) if rows else None


def _datasets_table(results: Results) -> Markup:
    rows = [
        (each.name, RULE_NAMES[each.rule], number(each.articles), number(each.sources))
        for each in results.datasets
    ]
    columns = ("data set", "how it was held out", f"articles in {results.split}", "sources")
    return _table(columns, rows, texts=2)


def _redaction_table(results: Results) -> Markup | None:
    rows = [
        (each.language, number(each.sources), number(each.articles), _cell(each.before), _cell(each.after))
        for each in results.redaction
    ]
    return _table(("language", "outlets", "articles", "before redaction", "after"), rows) if rows else None


def _view(head: HeadResult) -> HeadView:
    kinds = {kind: [part for part in head.slices if part.kind == kind] for kind in KIND_TITLES}
    return HeadView(
        head=head,
        against=against_baselines(head),
        dates=_dates(kinds["month"]),
        headline=_headline_table(head),
        systems=_systems_table(head),
        roll_up=_roll_up_table(head),
        classes=_classes_table(head),
        confusion=_confusion_table(head),
        parts=tuple(_parts(head, kind, parts) for kind, parts in kinds.items() if parts),
    )


def _dates(months: Sequence[SliceResult]) -> str:
    known = sorted(part.value for part in months if part.value[:1].isdigit())
    undated = sum(part.articles for part in months if not part.value[:1].isdigit())
    without = f"{number(undated)} without a date" if undated else ""
    span = f"{known[0]} to {known[-1]}" if known else ""
    return ", ".join(filter(None, (span, without)))


def _systems_table(head: HeadResult) -> Markup:
    systems = ranked(head.systems)
    wanted = (*FIGURES, f"auroc_{head.labels[0]}", *ERRORS)
    metrics = [name for name in wanted if name in systems[0].metrics]
    titles = [metric_name(name) + (" ↓" if name in ERRORS else "") for name in metrics]
    rows = [
        (
            system.system,
            *(_cell(system.metrics.get(name)) for name in metrics),
            _cell(system.lead, signed=True) if system.lead else "",
        )
        for system in systems
    ]
    return _table(("system", *titles, "transformer's lead, macro-F1"), rows)


def _headline_table(head: HeadResult) -> Markup:
    transformer, *others = ranked(head.systems)
    shown = [transformer, *others[:1], *(each for each in others[1:] if each.system == "majority")]
    metrics = [name for name in (*HEADLINE, f"auroc_{head.labels[0]}") if name in transformer.metrics]
    titles = [metric_name(name) + (" ↓" if name in ERRORS else "") for name in metrics]
    rows = [(each.system, *(_cell(each.metrics.get(name)) for name in metrics)) for each in shown]
    return _table(("system", *titles), rows)


def _roll_up_table(head: HeadResult) -> Markup:
    rows = [
        (
            each.articles,
            each.sources,
            each.lowest,
            each.highest,
            _cell(each.auroc),
            _cell(each.spearman),
        )
        for each in head.roll_up
    ]
    columns = ("articles of each", "sources", head.labels[0], head.labels[-1], "AUROC", "Spearman")
    return _table(columns, rows, texts=0)


def _classes_table(head: HeadResult) -> Markup:
    own, *others = ranked(head.systems)
    rows = [
        (
            row.label,
            number(row.support),
            *map(_cell, (row.precision, row.recall, row.f1, row.auroc)),
            *(_cell(system.classes[index].f1) for system in others),
        )
        for index, row in enumerate(own.classes)
    ]
    baselines = (f"F1 of {system.system}" for system in others)
    return _table(("label", "articles", "precision", "recall", "F1", "AUROC", *baselines), rows)


def _confusion_table(head: HeadResult) -> Markup | None:
    counts = ranked(head.systems)[0].confusion
    rows = [(label, *map(number, row)) for label, row in zip(head.labels, counts, strict=False)]
    return _table(("right label", *head.labels), rows) if rows else None


def _parts(head: HeadResult, kind: str, parts: Sequence[SliceResult]) -> PartsView:
    """Set all systems side by side, one row a metric; of many parts, those with the most articles."""
    largest = {part.value for part in sorted(parts, key=lambda part: -part.articles)[:LARGEST]}
    shown = [part for part in parts if part.value in largest]
    systems = [system.system for system in ranked(head.systems)]
    rows = [
        (
            _part_name(part),
            number(part.articles),
            number(part.sources),
            _support(part, head.labels),
            metric_name(metric),
            *(_cell(part.systems.get(system, {}).get(metric)) for system in systems),
        )
        for part in shown
        for metric in part.systems[TRANSFORMER]
    ]
    columns = (kind.replace("_", " "), "articles", "sources", "labels", "metric", *systems)
    return PartsView(KIND_TITLES[kind], len(shown), len(parts), len(parts) > FOLDED, _table(columns, rows))


def _part_name(part: SliceResult) -> str:
    held_out = part.rule is not None and part.kind in ("dataset", "dataset_language")
    return f"{part.value} ({RULE_NAMES[part.rule]})" if held_out and part.rule else part.value


def _support(part: SliceResult, labels: Sequence[str]) -> str:
    if len(part.support) > 3:
        return f"{len(part.support)} labels"
    return ", ".join(f"{label} {number(part.support[label])}" for label in labels if label in part.support)


def _ukrainian_lowest(manifest: BundleManifest, results: Results) -> list[tuple[HeadResult, int]]:
    """Count, for each scale, the Ukrainian articles of its lowest label that it was measured on."""
    scales = [head for head in results.heads if head.kind == "ordinal" and "uk" in manifest.languages]
    return [(head, _lowest(head, "uk")) for head in scales]


def _lowest(head: HeadResult, language: str) -> int:
    parts = (part for part in head.slices if (part.kind, part.value) == ("language", language))
    return sum(part.support.get(head.labels[0], 0) for part in parts)
