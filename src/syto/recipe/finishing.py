"""The end of a training run: baselines, the bundle, and what tracking is given of them."""

from collections.abc import Sequence

from transformers import Trainer

from syto.model.network import SytoModel
from syto.recipe.bundling import make_bundle
from syto.recipe.fitting import network_of
from syto.recipe.kept_answers import Said, keep_answers, rows_of
from syto.recipe.run import Run
from syto.records import SPLITS, Article, Split
from syto.terminal import doing, say
from syto.training.baselines import Baseline, fit_baselines


def finish(run: Run, trainer: Trainer) -> dict[str, object]:
    """Make the baselines and then the bundle, whose presence says that the run is finished; track them.

    Return the facts of it, for `give`.
    """
    model = network_of(run, trainer)
    if run.config.baselines.enabled:
        with doing("fitting the baselines"):
            _keep_baselines(run)
    return bundle_out(run, model)


def bundle_out(run: Run, model: SytoModel) -> dict[str, object]:
    """Make the bundle of a trained network, and track it; return the facts of it, for `give`."""
    say("exporting and calibrating")
    bundle, refused = make_bundle(run, model)
    for reason in refused:
        say(f"left out of the bundle: {reason}", "yellow")
    run.tracker.log_artifact(run.folder.metrics)
    validation = run.corpus.splits["validation"]
    example = [{"title": a.title, "text": a.text, "url": a.url} for a in validation[:3]]
    run.tracker.log_bundle(bundle.folder, example, run.config.data.ratings, f"syto-{run.config.name}")
    say(f"bundle: {bundle.folder}")
    return {
        "run": run.folder.path,
        "bundle": bundle.folder,
        "model": bundle.manifest.model_name,
        "files": list(bundle.manifest.files),
        "left_out": list(refused),
    }


def _keep_baselines(run: Run) -> None:
    """Fit the baselines on the training split and keep what they say of the others; no pickle."""
    splits, settings = run.corpus.splits, run.config.baselines
    rows: list[dict[str, object]] = []
    for spec in run.heads.specs:
        labelled = {split: [a for a in splits[split] if spec.task in a.labels] for split in SPLITS}
        for baseline in fit_baselines(spec.task, spec.kind, spec.labels, splits["train"], settings):
            for split in ("validation", "test"):
                rows += answers_of(baseline, spec.task, split, labelled[split])
    keep_answers(run.folder.baselines, rows)


def answers_of(
    baseline: Baseline, task: str, split: Split, articles: Sequence[Article]
) -> list[dict[str, object]]:
    """Return what a baseline says of each article."""
    if not articles:
        return []
    return rows_of(Said(baseline.name, task, split), articles, baseline.probabilities(articles).tolist())
