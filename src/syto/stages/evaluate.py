"""`syto evaluate`: a bundle and prepared articles in; results.json and results.html out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import track

from syto import __version__
from syto.config import Config, load_config
from syto.corpus.prepared import MANIFEST, read_manifest, read_split
from syto.corpus.settings import SplitRule
from syto.digest import sha256_of
from syto.errors import UserError, did_you_mean
from syto.evaluation.answers import BaselineAnswers, baseline_shares, gold_flags, join_answers
from syto.evaluation.attack import attack_results, attacked
from syto.evaluation.head import evaluate_head
from syto.evaluation.notes import notes_on
from syto.evaluation.perturbations import PERTURBATIONS
from syto.evaluation.redaction import guessed_outlets
from syto.evaluation.results import (
    TRANSFORMER,
    AttackResult,
    BundleFacts,
    DatasetFacts,
    HeadResult,
    Results,
    RobustnessResult,
)
from syto.evaluation.robustness import drawn, robustness, without_language
from syto.evaluation.substitutes import letter_tricks, word_substitution
from syto.inference.backends import Backend, choose_backend
from syto.inference.predictor import Predictor
from syto.model.bundle import Bundle, HeadSpec, read_bundle
from syto.records import SPLITS, Article, Prediction, Split
from syto.report.results_page import results_page
from syto.report.results_table import results_tables
from syto.tables.whole import write_text
from syto.tracking.settings import TrackingSettings
from syto.tracking.tracker import Tracker
from syto.training.calibration import label_thresholds
from syto.training.run_folder import RunFolder

DRAWS = 500  # of the bootstrap
PERTURBED = 500  # articles of a language
ATTACKED = 30  # likewise; each costs hundreds of answers
_CHUNK = 512  # articles between two steps of the progress bar
_IN_STEP = 6  # articles that are attacked at once
console = Console(stderr=True)

Shares = Mapping[
    tuple[str, str, str], Mapping[str, Sequence[float]]
]  # (system, task, split) → article → shares


@dataclass(frozen=True, slots=True)
class Held:
    """The articles that are evaluated, and what is known of how they were held out."""

    folder: Path
    split: Split
    articles: Sequence[Article]
    validation: Sequence[Article]
    rules: Mapping[str, SplitRule]  # data set → how it was split


def evaluate(
    bundle_folder: Path,
    prepared: Path | None = None,
    output: Path | None = None,
    *,
    backend: str = "auto",
    split: str = "test",
    perturbed: bool = False,
) -> Path:
    """Measure a bundle beside its baselines and write both files; return the page.

    With `perturbed`, measure also how its answers change when texts are disguised, garbled or attacked.

    Prepared data and output default to those of the run that the bundle stands in.
    """
    bundle = read_bundle(bundle_folder)
    run = RunFolder(bundle_folder.resolve().parent)
    config = load_config(run.config) if run.config.is_file() else None
    held = _held(bundle, prepared or _prepared_of(config, bundle_folder), split)
    _warn_of_other_data(run, held)
    engine = choose_backend(bundle, backend)
    predictor = Predictor(bundle, engine, passages=0)
    predictions = _predict(predictor, held.articles)
    shares = _baseline_shares(run)
    heads = [_head(spec, held, predictions, shares) for spec in bundle.manifest.heads]
    results = _results(bundle, held, heads, backend)
    with console.status("guessing outlets from texts"):
        guessed = tuple(guessed_outlets(held.articles, np.random.default_rng(0)))
    results = results.model_copy(update={"redaction": guessed})
    if perturbed:
        garbled, attacks = _robustness(predictor, held.articles), _attacks(bundle, engine, held.articles)
        results = results.model_copy(update={"robustness": garbled, "attacks": attacks})
    return publish(results, output or run.path, config, run)


def _prepared_of(config: Config | None, bundle_folder: Path) -> Path:
    if config is None:
        raise UserError(
            f"{bundle_folder} does not stand in a run folder; say what to evaluate on with --data"
        )
    return config.data.prepared


def _held(bundle: Bundle, folder: Path, split: str) -> Held:
    chosen = next((known for known in SPLITS if known == split), None)
    if chosen is None or chosen == "train":
        raise UserError(f"split {split!r} cannot be evaluated{did_you_mean(split, ('test', 'validation'))}")
    tasks = [head.task for head in bundle.manifest.heads]
    datasets = read_manifest(folder)["datasets"]
    return Held(
        folder,
        chosen,
        read_split(folder, chosen, tasks),
        read_split(folder, "validation", tasks),
        {name: facts["split"] for name, facts in datasets.items()},
    )


def _warn_of_other_data(run: RunFolder, held: Held) -> None:
    known = run.prepared_digest.read_text(encoding="utf-8") if run.prepared_digest.is_file() else None
    if known not in (None, sha256_of(held.folder / MANIFEST)):
        console.print(
            f"[yellow]{held.folder} is not the data that the run was trained on:[/] "
            "its articles may stand in training, and the baselines answered other texts"
        )


def _predict(predictor: Predictor, articles: Sequence[Article]) -> list[Prediction]:
    chunks = [articles[start : start + _CHUNK] for start in range(0, len(articles), _CHUNK)]
    scored = (predictor.predict(chunk) for chunk in track(chunks, "scoring", console=console))
    return [prediction for chunk in scored for prediction in chunk]


def _robustness(predictor: Predictor, articles: Sequence[Article]) -> tuple[RobustnessResult, ...]:
    """Perturb a sample of each language in every known way."""
    sample = drawn(articles, PERTURBED, np.random.default_rng(0))
    before = predictor.predict(without_language(sample))
    tasks = [head.task for head in predictor.manifest.heads]
    return tuple(
        result
        for seed, perturbation in enumerate(track(PERTURBATIONS, "perturbing", console=console))
        for result in robustness(perturbation, sample, before, predictor.predict, tasks, seed)
    )


def _attacks(bundle: Bundle, engine: Backend, articles: Sequence[Article]) -> tuple[AttackResult, ...]:
    """Attack the answers to a sample of each language, with look-alike letters repaired and without.

    With them repaired, also until another answer is called sure, where a head ever says so.
    """
    known = drawn(articles, PERTURBED, np.random.default_rng(0))
    sample = drawn(known, ATTACKED, np.random.default_rng(0))
    groups = [sample[start : start + _IN_STEP] for start in range(0, len(sample), _IN_STEP)]
    kinds = {"other words": word_substitution(known), "letter tricks": letter_tricks}
    heads = bundle.manifest.heads
    tasks = [head.task for head in heads]
    ways = [(bundle, tasks, False, "attacking")]
    if ever_sure := [head.task for head in heads if head.can_be_sure]:
        ways.append((bundle, ever_sure, True, "attacking until sure"))
    if bundle.manifest.text.repair_homoglyphs:
        ways.append((_without_repair(bundle), tasks, False, "attacking without repair"))
    results: list[AttackResult] = []
    for each, attacked_tasks, sure, doing in ways:
        predict = Predictor(each, engine, passages=0).predict
        found = [
            attack
            for group in track(groups, doing, console=console)
            for attack in attacked(group, predict, kinds, attacked_tasks, seed=0, sure=sure)
        ]
        results += attack_results(found, each.manifest.text.repair_homoglyphs, sure=sure)
    return tuple(results)


def _without_repair(bundle: Bundle) -> Bundle:
    text = bundle.manifest.text.model_copy(update={"repair_homoglyphs": False})
    return replace(bundle, manifest=bundle.manifest.model_copy(update={"text": text}))


def _baseline_shares(run: RunFolder) -> Shares:
    """Read what the baselines of the run said; nothing where the bundle stands alone."""
    if not run.baselines.is_file():
        console.print("[yellow]no baselines:[/] the bundle does not stand in the run folder that made it")
        return {}
    shares: defaultdict[tuple[str, str, str], dict[str, Sequence[float]]] = defaultdict(dict)
    for row in pq.read_table(run.baselines).to_pylist():
        shares[row["system"], row["task"], row["split"]][row["id"]] = row["probabilities"]
    return shares


def _head(spec: HeadSpec, held: Held, predictions: Sequence[Prediction], shares: Shares) -> HeadResult:
    baselines = {
        system: _baseline(spec, system, held, shares)
        for system, task, split in shares
        if (task, split) == (spec.task, held.split)
    }
    answers = join_answers(spec, held.articles, predictions, baselines)
    return evaluate_head(answers, held.rules, DRAWS, np.random.default_rng(0))


def _baseline(spec: HeadSpec, system: str, held: Held, shares: Shares) -> BaselineAnswers:
    """Take a baseline's probabilities; a multi-label one gets thresholds from validation."""
    answers = BaselineAnswers(shares[system, spec.task, held.split])
    if spec.kind != "multi_label":
        return answers
    labelled = [article for article in held.validation if spec.task in article.labels]
    known = BaselineAnswers(shares[system, spec.task, "validation"])
    fitted = baseline_shares(spec, system, known, labelled)
    gold = gold_flags(spec, labelled).astype(int)
    return BaselineAnswers(answers.shares, tuple(label_thresholds(fitted, gold).tolist()))


def _results(bundle: Bundle, held: Held, heads: Sequence[HeadResult], backend: str) -> Results:
    return Results(
        created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        syto_version=__version__,
        bundle=_bundle_facts(bundle, backend),
        prepared=held.folder.name,
        prepared_digest=sha256_of(held.folder / MANIFEST),
        split=held.split,
        draws=DRAWS,
        seed=0,
        datasets=dataset_facts(held.articles, held.rules),
        notes=tuple(notes_on(heads, held.split)),
        heads=tuple(heads),
    )


def _bundle_facts(bundle: Bundle, backend: str) -> BundleFacts:
    manifest = bundle.manifest
    return BundleFacts(
        **manifest.model_dump(include={"name", "encoder", "licence", "created", "languages", "syto_version"}),
        fingerprint=manifest.fingerprint,
        backend=backend,
        temperatures={head.task: head.temperature for head in manifest.heads},
        thresholds={head.task: head.label_thresholds or (head.sure_threshold,) for head in manifest.heads},
    )


def dataset_facts(articles: Sequence[Article], rules: Mapping[str, SplitRule]) -> tuple[DatasetFacts, ...]:
    """Count the articles and sources of each data set."""
    by_name: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_name[article.dataset].append(article)
    return tuple(
        DatasetFacts(
            name=name,
            rule=rules[name],
            articles=len(group),
            sources=len({article.source for article in group if article.source}),
        )
        for name, group in sorted(by_name.items())
    )


def publish(results: Results, folder: Path, config: Config | None, run: RunFolder) -> Path:
    """Write the results, track them and print their headline; return the page."""
    page = _write(results, folder)
    _track(config, run, results, page)
    for table in results_tables(results):
        Console().print(table)
    console.print(results.statement)
    console.print(f"results page: {page}")
    return page


def _write(results: Results, folder: Path) -> Path:
    """Write both files; those of another split than test carry its name."""
    stem = "results" if results.split == "test" else f"results.{results.split}"
    write_text(folder / f"{stem}.json", results.model_dump_json(indent=1) + "\n")
    page = folder / f"{stem}.html"
    write_text(page, results_page(results))
    return page


def _track(config: Config | None, run: RunFolder, results: Results, page: Path) -> None:
    """Add the figures and both files to the MLflow run that made the bundle."""
    run_id = run.mlflow_run_id()
    if run_id is None:
        return
    settings = config.tracking if config else TrackingSettings()
    with Tracker.open(settings, run.path.name, run_id) as tracker:
        tracker.log_metrics(_headline(results), step=0)
        tracker.log_artifact(page)
        tracker.log_artifact(page.with_suffix(".json"))
    for problem in tracker.problems:
        console.print(f"[yellow]not logged to MLflow:[/] {problem}")


def _headline(results: Results) -> dict[str, float]:
    """Name the transformer's figures and the baselines' macro-F1 as MLflow metrics."""
    figures = {}
    for head in results.heads:
        for system in head.systems:
            own = system.system == TRANSFORMER
            for name, estimate in system.metrics.items():
                if estimate.value is not None and (own or name == "macro_f1"):
                    middle = "" if own else f"{system.system}_"
                    figures[f"{results.split}_{head.task}_{middle}{name}"] = estimate.value
    return figures
