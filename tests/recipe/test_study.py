"""The study by itself: trials are told figures, and nothing is trained."""

from pathlib import Path

import pytest
from optuna.trial import TrialState

from syto.config import Config, load_config
from syto.errors import SytoError, UserError
from syto.recipe.study import ERROR, StudyFolder, ask, done, open_study, tried, values_of
from syto.report.study_page import best_of, study_page, trials_csv

TUNE = (
    "{startup: 4, ranges: {training.learning_rate: {low: 1e-5, high: 1e-2, log: true}, "
    "window.length: {low: 64, high: 256, step: 64}, ngrams.within_language: {choices: [[], [topic]]}}}"
)
CONFIG = Path(__file__).parents[2] / "configs" / "demo.yaml"


def config_of(tune: str = TUNE, *overrides: str) -> Config:
    return load_config(CONFIG, ["training.learning_rate=2e-4", f"tune={tune}", *overrides])


def run(folder: StudyFolder, config: Config, until: int, killed_at: int = -1) -> list[dict[str, object]]:
    """Try until so many are done; the figure is that of the drawn values. Return what was drawn."""
    assert config.tune
    study = open_study(folder, config, config.tune, "digest")
    drawn = []
    while (count := len(done(study))) < until:
        trial = ask(study, config.tune, config.seed)
        if count == killed_at:
            return drawn
        drawn.append(trial.params)
        study.tell(trial, trial.params["training.learning_rate"] * trial.params["window.length"])
    return drawn


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    folder = StudyFolder(tmp_path / "demo-tune")
    folder.path.mkdir()
    return folder


def test_it_begins_with_the_config_as_it_is(folder: StudyFolder) -> None:
    first, *_ = run(folder, config_of(), 1)
    assert first == {
        "training.learning_rate": 2e-4,
        "window.length": 128,
        "ngrams.within_language": "[]",
    }
    assert values_of(first, config_of().tune)["ngrams.within_language"] == []  # type: ignore[arg-type]


def test_a_config_outside_the_ranges_is_no_trial(folder: StudyFolder) -> None:
    first, *_ = run(folder, config_of(TUNE, "training.learning_rate=1"), 1)
    assert first["training.learning_rate"] != 1


def test_a_killed_study_draws_what_it_would_have_drawn(folder: StudyFolder, tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = run(StudyFolder(tmp_path / "whole"), config_of(), 6)
    assert len({trial["training.learning_rate"] for trial in whole}) == 6  # none is tried twice
    drawn = run(folder, config_of(), 6, killed_at=0)
    for killed in (1, 3, 4, 5, -1):
        drawn += run(folder, config_of(), 6, killed)
    assert drawn == whole
    config = config_of()
    assert config.tune
    records = tried(open_study(folder, config, config.tune, "digest"), config.tune)
    assert [record.state for record in records].count("killed") == 5
    assert [record.state for record in records].count("complete") == 6


def test_a_failed_trial_counts_and_its_reason_is_kept(folder: StudyFolder) -> None:
    config = config_of()
    assert config.tune
    study = open_study(folder, config, config.tune, "digest")
    trial = ask(study, config.tune, 0)
    trial.set_user_attr(ERROR, "no memory")
    study.tell(trial, state=TrialState.FAIL)
    assert len(done(study)) == 1
    (record,) = tried(study, config.tune)
    assert (record.state, record.error, best_of([record])) == ("fail", "no memory", None)


@pytest.mark.parametrize(
    ("tune", "override", "key"),
    [
        (TUNE.replace("1e-2", "1e-3"), "seed=7", "tune.ranges.training.learning_rate.high"),
        (TUNE, "encoder.dropout=0.2", "encoder.dropout"),
    ],
)
def test_trials_that_do_not_compare_are_not_mixed(
    folder: StudyFolder, tune: str, override: str, key: str
) -> None:
    run(folder, config_of(), 1)
    with pytest.raises(UserError, match=f"another {key}, whose trials do not compare; .*--no-resume"):
        run(folder, config_of(tune, override), 2)
    assert len(run(folder, config_of(TUNE.replace("{startup", "{trials: 3, startup")), 2)) == 1


def test_other_data_is_another_study(folder: StudyFolder) -> None:
    config = config_of()
    assert config.tune
    open_study(folder, config, config.tune, "before")
    with pytest.raises(UserError, match="the prepared data changed"):
        open_study(folder, config, config.tune, "after")


def test_one_process_at_a_time(folder: StudyFolder) -> None:
    with folder.held(), pytest.raises(SytoError, match="another process tunes"), folder.held():
        pass


def test_a_study_put_aside_keeps_its_trials(folder: StudyFolder) -> None:
    run(folder, config_of(), 2)
    aside = StudyFolder(folder.set_aside())
    assert not folder.path.exists()
    assert run(aside, config_of(), 2) == []


def test_table_and_page_say_what_was_tried(folder: StudyFolder) -> None:
    config = config_of()
    assert config.tune
    run(folder, config, 3)
    records = tried(open_study(folder, config, config.tune, "digest"), config.tune)
    header, *rows = trials_csv(records, config.tune).splitlines()
    assert header.startswith("trial,state,macro_f1,evaluations,seconds,training.learning_rate,window.length")
    assert rows[0].startswith("0,complete,0.0256,0,")
    assert rows[0].endswith(",0.0002,128,[],")
    page = study_page("<demo>", records, config.tune)
    assert "&lt;demo&gt;" in page
    assert page.count("<svg") == 4  # over the trials, and over each key
    assert "<script" not in page
