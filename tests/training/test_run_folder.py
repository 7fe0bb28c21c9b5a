from pathlib import Path

import pytest

from syto.errors import UserError
from syto.training.run_folder import RunFolder, new_run, resumable, unfinished_run


def _text(path: Path) -> str:
    return path.read_text()


def _finish(run: RunFolder) -> None:
    run.bundle.mkdir()
    (run.bundle / "bundle.json").write_text("{}")


def test_the_newest_unfinished_run_of_the_same_config_goes_on(tmp_path: Path) -> None:
    for name, config in (("news-1", "a"), ("news-2", "a"), ("news-3", "b"), ("news-4", "a")):
        new_run(tmp_path, "x", config, "d").path.rename(tmp_path / name)
    _finish(RunFolder(tmp_path / "news-4"))
    assert unfinished_run(tmp_path, "news", "a", "d", _text).path.name == "news-2"


def test_nothing_to_resume(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no unfinished run"):
        unfinished_run(tmp_path, "news", "a", "d", _text)


def test_a_run_does_not_go_on_with_another_config_or_other_data(tmp_path: Path) -> None:
    run = new_run(tmp_path, "news", "a", "d")
    assert resumable(run, "a", "d", _text) is run
    with pytest.raises(UserError, match="config differs"):
        resumable(run, "b", "d", _text)
    with pytest.raises(UserError, match="prepared data changed"):
        resumable(run, "a", "other", _text)
    _finish(run)
    with pytest.raises(UserError, match="is finished"):
        resumable(run, "a", "d", _text)


def test_half_a_checkpoint_is_passed_over(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    for step, state in (("9", "{}"), ("100", "{}"), ("200", '{"global_st'), ("300", None)):
        checkpoint = run.checkpoints / f"checkpoint-{step}"
        checkpoint.mkdir(parents=True)
        if state is not None:
            (checkpoint / "trainer_state.json").write_text(state)
    assert run.last_checkpoint() == run.checkpoints / "checkpoint-100"


def test_a_run_killed_in_its_first_epoch_begins_anew(tmp_path: Path) -> None:
    assert RunFolder(tmp_path).last_checkpoint() is None
