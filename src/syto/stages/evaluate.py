"""`syto evaluate`: a bundle and prepared articles in; results.json and results.html out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from syto import __version__
from syto.config import Config, load_config
from syto.corpus.prepared import MANIFEST, read_manifest, read_split
from syto.corpus.settings import SplitRule
from syto.digest import sha256_of
from syto.errors import UserError, did_you_mean
from syto.evaluation.answers import BaselineAnswers, baseline_shares, gold_flags, join_answers
from syto.evaluation.attack import attack_results, attacked
from syto.evaluation.bootstrap import DRAWS
from syto.evaluation.facts import bundle_facts, dataset_facts
from syto.evaluation.head import HeadAnswers, evaluate_head
from syto.evaluation.mistakes import mistakes
from syto.evaluation.notes import notes_on
from syto.evaluation.perturbations import PERTURBATIONS
from syto.evaluation.redaction import guessed_outlets
from syto.evaluation.results import AttackResult, HeadResult, Results, RobustnessResult
from syto.evaluation.robustness import drawn, robustness, without_language
from syto.evaluation.substitutes import letter_tricks, word_substitution
from syto.inference.loaded import Model
from syto.loading import load
from syto.model.bundle import Bundle, HeadSpec
from syto.recipe.kept_answers import Said, Values, read_answers
from syto.recipe.publishing import publish
from syto.recipe.screen import predicted, say_problems
from syto.records import SPLITS, Article, Prediction, Split
from syto.terminal import doing, say, track
from syto.tracking.settings import TrackingSettings
from syto.tracking.tracker import Tracker
from syto.training.calibration import label_thresholds
from syto.training.run_folder import RunFolder

PERTURBED = 500  # articles of a language
ATTACKED = 30  # likewise; each costs hundreds of answers
_IN_STEP = 6  # articles that are attacked at once


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
    model = load(bundle_folder, backend=backend, passages=0)
    bundle = model.bundle
    run = RunFolder(bundle_folder.resolve().parent)
    config = load_config(run.config) if run.config.is_file() else None
    held = _held(bundle, prepared or _prepared_of(config, bundle_folder), split)
    _warn_of_other_data(run, held)
    predictions = predicted(model.predictor, held.articles, "scoring")
    kept = _kept_baselines(run)
    answers = [_answers(spec, held, predictions, kept) for spec in bundle.manifest.heads]
    heads = [evaluate_head(each, held.rules, DRAWS, np.random.default_rng(0)) for each in answers]
    results = _results(bundle, held, heads, model.backend.name)
    with doing("guessing outlets from texts"):
        guessed = tuple(guessed_outlets(held.articles, np.random.default_rng(0)))
    results = results.model_copy(update={"redaction": guessed})
    if perturbed:
        garbled, attacks = _robustness(model, held.articles), _attacks(model, held.articles)
        results = results.model_copy(update={"robustness": garbled, "attacks": attacks})
    settings, run_id = config.tracking if config else TrackingSettings(), run.mlflow_run_id()
    with Tracker.open(settings, run.path.name, run_id, run_id is not None) as tracker:
        misread = {each.task: mistakes(each, held.rules) for each in answers}
        page = publish(results, output or run.path, tracker, misread)
    say_problems(tracker)
    return page


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
        say(
            f"{held.folder} is not the data that the run was trained on: "
            "its articles may stand in training, and the baselines answered other texts",
            "yellow",
        )


def _robustness(model: Model, articles: Sequence[Article]) -> tuple[RobustnessResult, ...]:
    """Perturb a sample of each language in every known way."""
    predictor, sample = model.predictor, drawn(articles, PERTURBED, np.random.default_rng(0))
    before = predictor.predict(without_language(sample))
    tasks = [head.task for head in predictor.manifest.heads]
    return tuple(
        result
        for seed, perturbation in enumerate(track(PERTURBATIONS, "perturbing"))
        for result in robustness(perturbation, sample, before, predictor.predict, tasks, seed)
    )


def _attacks(model: Model, articles: Sequence[Article]) -> tuple[AttackResult, ...]:
    """Attack the answers to a sample of each language, with look-alike letters repaired and without.

    With them repaired, also until another answer is called sure, where a head ever says so.
    """
    known = drawn(articles, PERTURBED, np.random.default_rng(0))
    sample = drawn(known, ATTACKED, np.random.default_rng(0))
    groups = [sample[start : start + _IN_STEP] for start in range(0, len(sample), _IN_STEP)]
    kinds = {"other words": word_substitution(known), "letter tricks": letter_tricks}
    heads = model.bundle.manifest.heads
    tasks = [head.task for head in heads]
    ways = [(model, tasks, False, "attacking")]
    if ever_sure := [head.task for head in heads if head.can_be_sure]:
        ways.append((model, ever_sure, True, "attacking until sure"))
    if model.bundle.manifest.text.repair_homoglyphs:
        ways.append((_without_repair(model), tasks, False, "attacking without repair"))
    results: list[AttackResult] = []
    for each, attacked_tasks, sure, how in ways:
        predict = each.predictor.predict
        found = [
            attack
            for group in track(groups, how)
            for attack in attacked(group, predict, kinds, attacked_tasks, seed=0, sure=sure)
        ]
        results += attack_results(found, each.bundle.manifest.text.repair_homoglyphs, sure=sure)
    return tuple(results)


def _without_repair(model: Model) -> Model:
    manifest = model.bundle.manifest
    text = manifest.text.model_copy(update={"repair_homoglyphs": False})
    return replace(model, bundle=replace(model.bundle, manifest=manifest.model_copy(update={"text": text})))


def _kept_baselines(run: RunFolder) -> Mapping[Said, Values]:
    """Read what the baselines of the run said; nothing where the bundle stands alone."""
    if run.baselines.is_file():
        return read_answers(run.baselines)
    say("no baselines: the bundle does not stand in the run folder that made it", "yellow")
    return {}


def _answers(
    spec: HeadSpec, held: Held, predictions: Sequence[Prediction], kept: Mapping[Said, Values]
) -> HeadAnswers:
    baselines = {
        said.system: _baseline(spec, said.system, held, kept)
        for said in kept
        if (said.task, said.split) == (spec.task, held.split)
    }
    return join_answers(spec, held.articles, predictions, baselines)


def _baseline(spec: HeadSpec, system: str, held: Held, kept: Mapping[Said, Values]) -> BaselineAnswers:
    """Take a baseline's probabilities; a multi-label one gets thresholds from validation."""
    answers = BaselineAnswers(kept[Said(system, spec.task, held.split)])
    if spec.kind != "multi_label":
        return answers
    labelled = [article for article in held.validation if spec.task in article.labels]
    known = BaselineAnswers(kept[Said(system, spec.task, "validation")])
    fitted = baseline_shares(spec, system, known, labelled)
    gold = gold_flags(spec, labelled).astype(int)
    return BaselineAnswers(answers.shares, tuple(label_thresholds(fitted, gold).tolist()))


def _results(bundle: Bundle, held: Held, heads: Sequence[HeadResult], backend: str) -> Results:
    return Results(
        created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        syto_version=__version__,
        bundle=bundle_facts(bundle.manifest, backend),
        prepared=held.folder.name,
        prepared_digest=sha256_of(held.folder / MANIFEST),
        split=held.split,
        draws=DRAWS,
        seed=0,
        datasets=dataset_facts(held.articles, held.rules),
        notes=tuple(notes_on(heads, held.split)),
        heads=tuple(heads),
    )
