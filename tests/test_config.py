from collections.abc import Callable
from pathlib import Path

import pytest

from syto.config import (
    Config,
    PretrainConfig,
    ScopeConfig,
    dump_config,
    load_config,
    value_at,
    with_values,
)
from syto.errors import UserError

CONFIGS = sorted((Path(__file__).parents[1] / "configs").glob("*.yaml"))
SMALL = """\
name: small
data:
  prepared: data/prepared/small
  cap_per_source: 10
  datasets:
    - name: news
      path: news.csv
      columns: {text: {column: body, first_of: "|"}, title: null}
      cap_per_source: null
      labels:
        topic: {column: rubric, map: {no: null, спорт: sport}}
tasks:
  topic: {kind: single_label, labels: topics.yaml}
encoder: {from: some/checkpoint, revision: abc}
training:
  learning_rate: 2e-3
"""
Load = Callable[..., Config]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def write_and_load(text: str, *overrides: str) -> Config:
        (tmp_path / "small.yaml").write_text(text, encoding="utf-8")
        return load_config(tmp_path / "small.yaml", overrides)

    return write_and_load


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_the_configs_that_ship_load_and_survive_their_dump(path: Path, tmp_path: Path) -> None:
    kind = {"syto-mini": PretrainConfig, "scope": ScopeConfig}.get(path.stem, Config)
    config = load_config(path, (), kind)
    resolved = tmp_path / "resolved.yaml"
    resolved.write_text(dump_config(config), encoding="utf-8")
    again = load_config(resolved, (), kind)
    assert again == config
    assert dump_config(again) == dump_config(config)


def test_yaml_is_1_2(load: Load) -> None:
    config = load(SMALL)
    assert config.training["learning_rate"] == 0.002  # in YAML 1.1: text
    assert config.data.datasets[0].labels["topic"].map == {"no": None, "спорт": "sport"}  # in YAML 1.1: False


def test_a_given_null_survives_the_dump_and_a_default_one_is_left_out(load: Load) -> None:
    config = load(dump_config(load(SMALL)))
    (news,) = config.data.datasets
    assert config.data.cap_of(news) is None  # null: no cap; left out it would be 10
    assert (
        "title" in news.columns.model_fields_set
    )  # null: not looked for; left out it would be found by name
    assert "url" not in news.columns.model_fields_set


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("seed=3", "seed", 3),
        ("training.learning_rate=1e-5", "training.learning_rate", 1e-5),
        ("training.new.deep=[a, 1]", "training.new.deep", ["a", 1]),
        ("early_stopping.patience=4", "early_stopping.patience", 4),
        ("data.datasets.0.name=other", "data.datasets.0.name", "other"),
        ("encoder.from=folder", "encoder.source", "folder"),
        ("data.cap_per_source=null", "data.cap_per_source", None),
        ("licence=", "licence", None),
    ],
)
def test_set_overrides_any_key(load: Load, override: str, path: str, value: object) -> None:
    if value is None and path == "licence":
        with pytest.raises(UserError, match="licence is None"):
            load(SMALL, override)
        return
    found: object = load(SMALL, override)
    for part in path.split("."):
        if isinstance(found, tuple):
            found = found[int(part)]
        else:
            found = found[part] if isinstance(found, dict) else getattr(found, part)
    assert found == value


def test_a_quoted_part_of_a_key_may_hold_dots(load: Load) -> None:
    assert load(SMALL, 'data.splits.pin."bbc.com"=test').data.splits.pin == {"bbc.com": "test"}


def test_the_last_override_wins(load: Load) -> None:
    assert load(SMALL, "seed=1", "seed=2").seed == 2


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("sed=1", "sed is no known key; did you mean 'seed'?"),
        ("data.splits.tset=0.1", "data.splits.tset is no known key; did you mean 'test'?"),
        ("data.datasets.0.colums.id=x", "data.datasets.0.colums is no known key; did you mean 'columns'?"),
        (
            "data.datasets.0.columns.text.colum=x",
            "columns.text.colum is no known key; did you mean 'column'?",
        ),
        ("tasks.topic.lable_smoothing=0.1", "did you mean 'label_smoothing'?"),
        ("early_stopping.patince=2", "did you mean 'patience'?"),
        ("encoder.scratch.architectur=x", "did you mean 'architecture'?"),
        ("tracking.url=x", "did you mean 'uri'?"),
        ("seed=soon", "seed is 'soon': input should be a valid integer"),
        ("name=a/b", "name is 'a/b'"),
        ("tasks={}", "tasks is {}"),
        ("encoder.scratch={}", "encoder: give either 'from'"),
        ("window.overlap=200", "window: overlap 200 is more than half of length 256"),
        (
            "data.splits.pin.x=tets",
            "data.splits.pin.x is 'tets': input should be 'train', 'validation' or 'test'",
        ),
        ("data.datasets.7.name=x", "'7' does not lead into a list of 1 items"),
        ("name.first=x", "'first' does not lead into 'small'"),
        ("seed", "not of the form"),
        ("=3", "not of the form"),
        ("seed=[1", "is not YAML"),
    ],
)
def test_a_wrong_override_is_named_with_the_remedy(load: Load, override: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        load(SMALL, override)
    assert str(caught.value).startswith(f"--set {override}: ")
    assert said in str(caught.value)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "cap_per_source: 10",
            "cap_pre_source: 10",
            4,
            "data.cap_pre_source is no known key; did you mean 'cap_per",
        ),
        ("kind: single_label", "kind: single", 13, "tasks.topic.kind is 'single'"),
        ("path: news.csv", "paht: news.csv", 7, "data.datasets.0.paht is no known key; did you mean 'path'?"),
        ("encoder: {from: some/checkpoint, revision: abc}", "encoder: {}", 14, "encoder: give either 'from'"),
        ("      path: news.csv\n", "", 6, "give either 'path' (a file) or 'hub'"),
        ("column: body", "colunm: body", 8, "did you mean 'column'?"),
        (
            "column: rubric",
            "colunm: rubric",
            11,
            "labels.topic.colunm is no known key; did you mean 'column'?",
        ),
        (
            "column: rubric",
            "column: rubric, seperator: x",
            11,
            "seperator is no known key; did you mean 'sep",
        ),
        (
            "column: rubric",
            "value: sport",
            11,
            "topic holds value, map: give exactly one of 'column' (with 'map' and",
        ),
        (
            "{column: rubric, map: {no: null, спорт: sport}}",
            "{from: moon}",
            11,
            "labels.topic.from is 'moon'",
        ),
        ("{column: rubric, map: {no: null, спорт: sport}}", "{valeu: a}", 11, "did you mean 'value'?"),
        ("{column: rubric, map: {no: null, спорт: sport}}", "sport", 11, "give exactly one of 'column'"),
    ],
)
def test_a_wrong_line_is_named(load: Load, tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in SMALL
    with pytest.raises(UserError) as caught:
        load(SMALL.replace(old, new, 1))
    assert str(caught.value).startswith(f"{tmp_path / 'small.yaml'}:{line}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("calibration.datasets.topics=[news]", "no task 'topics'; did you mean 'topic'?"),
        ("calibration.datasets.topic=[nwes]", "no data set 'nwes'; did you mean 'news'?"),
    ],
)
def test_calibration_on_what_is_not_there(load: Load, override: str, said: str) -> None:
    assert load(SMALL, "calibration.datasets.topic=[news]").calibration.datasets == {"topic": ("news",)}
    with pytest.raises(UserError, match=said.replace("?", r"\?")):
        load(SMALL, override)


def test_a_missing_key_is_named(load: Load) -> None:
    with pytest.raises(UserError, match="tasks is missing; add it"):
        load("name: x\ndata: {prepared: x, datasets: [{name: a, path: b, labels: {}}]}\nencoder: {from: x}\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no config"),
        (b"- a\n- b\n", "holds no config"),
        (b"name: [a\n", ":2 is not YAML"),
        (b"name: a\nname: b\n", ":2 is not YAML"),
        ("name: новини".encode("cp1251"), "not a YAML file in UTF-8"),
    ],
)
def test_a_file_that_is_no_config(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(UserError, match=said):
        load_config(path)


def test_a_config_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such config"):
        load_config(tmp_path / "x.yaml")
    with pytest.raises(UserError, match="not a YAML file"):
        load_config(tmp_path)


def test_a_config_does_not_change(load: Load) -> None:
    config = load(SMALL)
    with pytest.raises(ValueError, match="frozen"):
        config.seed = 1  # type: ignore[misc]


@pytest.fixture
def extending(tmp_path: Path) -> Load:
    """Load a config that extends SMALL, which lies one folder above it."""

    def write_and_load(text: str, *overrides: str) -> Config:
        (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
        (tmp_path / "below").mkdir(exist_ok=True)
        heir = tmp_path / "below" / "heir.yaml"
        heir.write_text(f"extends: ../small.yaml\n{text}", encoding="utf-8")
        return load_config(heir, overrides)

    return write_and_load


def test_a_config_that_extends_another_says_only_what_differs(extending: Load, load: Load) -> None:
    config = extending("name: heir\ntraining: {weight_decay: 0.1}\ndata: {cap_per_source: null}\n")
    small = load(SMALL)
    assert config.name == "heir"
    assert config.training == {"learning_rate": 0.002, "weight_decay": 0.1}
    assert config.data.cap_per_source is None  # a null is a value, it does not give back the default
    assert config.data.datasets == small.data.datasets
    assert (config.tasks, config.encoder) == (small.tasks, small.encoder)
    assert extending("name: heir\n", "name=last").name == "last"
    assert load(dump_config(config)) == config
    assert "extends" not in dump_config(config)


def test_lists_and_the_encoder_take_the_place_of_what_is_extended(extending: Load) -> None:
    config = extending(
        "encoder: {scratch: {architecture: bert}}\n"
        "data: {datasets: [{name: other, path: other.csv, labels: {topic: {value: sport}}}]}\n"
    )
    assert (config.encoder.source, config.encoder.revision) == (None, None)
    assert [dataset.name for dataset in config.data.datasets] == ["other"]


def test_a_config_may_extend_one_that_extends(extending: Load, tmp_path: Path) -> None:
    extending("seed: 3\n")
    (tmp_path / "third.yaml").write_text("extends: below/heir.yaml\nname: third\n")
    third = load_config(tmp_path / "third.yaml")
    assert (third.name, third.seed, third.training) == ("third", 3, {"learning_rate": 0.002})


def test_an_encoder_is_pretrained_from_a_config_that_extends_too(tmp_path: Path) -> None:
    mini = CONFIGS[0].parent / "syto-mini.yaml"
    (tmp_path / "more.yaml").write_text(f"extends: {mini}\ntraining: {{max_steps: 5}}\n")
    config, shipped = (load_config(path, (), PretrainConfig) for path in (tmp_path / "more.yaml", mini))
    assert config.training == {**shipped.training, "max_steps": 5}
    assert config.corpus == shipped.corpus


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("name: heir\nsede: 3\n", "below/heir.yaml:3", "sede is no known key; did you mean 'seed'?"),
        ("window: {overlap: 200}\n", "below/heir.yaml:2", "window: overlap 200 is more than half"),
        ("data: {datasets: [{name: a, labels: {}}]}\n", "below/heir.yaml:2", "give either 'path'"),
        ("tasks: {topic: {kind: single}}\n", "below/heir.yaml:2", "tasks.topic.kind is 'single'"),
    ],
)
def test_a_mistake_is_named_where_it_stands(
    extending: Load, tmp_path: Path, text: str, place: str, said: str
) -> None:
    with pytest.raises(UserError) as caught:
        extending(text)
    assert str(caught.value).startswith(f"{tmp_path / place}: ")
    assert said in str(caught.value)


def test_a_mistake_in_what_is_extended_names_that_file(extending: Load, tmp_path: Path) -> None:
    extending("name: heir\n")
    heir, small = tmp_path / "below" / "heir.yaml", tmp_path / "below" / ".." / "small.yaml"
    small.write_text(SMALL.replace("kind: single_label", "kind: single"))
    with pytest.raises(UserError, match=r"small\.yaml:13: tasks\.topic\.kind is 'single'"):
        load_config(heir)
    small.write_text("name: [a\n")
    with pytest.raises(UserError, match=r"small\.yaml:2 is not YAML"):
        load_config(heir)


@pytest.mark.parametrize(
    ("extends", "said"),
    [
        ("other.yaml", r"a\.yaml:2: extends .*other\.yaml, which is not there; the path is relative"),
        ("[b.yaml]", r"a\.yaml:2: extends names one file"),
        ("", r"a\.yaml:2: extends names one file"),
        ("a.yaml", r"a\.yaml:2: a\.yaml → a\.yaml extend each other"),
        ("b.yaml", r"b\.yaml:1: a\.yaml → b\.yaml → a\.yaml extend each other"),
    ],
)
def test_what_cannot_be_extended(tmp_path: Path, extends: str, said: str) -> None:
    (tmp_path / "a.yaml").write_text(f"name: a\nextends: {extends}\n")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\n")
    with pytest.raises(UserError, match=said):
        load_config(tmp_path / "a.yaml")


TUNED = "tune={ranges: {training.learning_rate: {low: 1e-5, high: 1e-3}}}"


def test_values_are_put_at_dotted_keys_and_survive_the_dump(load: Load) -> None:
    values = {"training.learning_rate": 1.25e-05, "encoder.from": "other", "early_stopping.patience": 3}
    config = with_values(load(SMALL, TUNED), values)
    assert config.tune is None
    assert "tune" not in dump_config(config)
    assert load(dump_config(config)) == config
    assert {key: value_at(config, key) for key in values} == values
    assert with_values(config, {}) == config
    assert value_at(config, "training.warmup.deep") is value_at(config, "data.datasets.7.name") is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"trainin.learning_rate": 1}, "trainin is no known key; did you mean 'training'?"),
        ({"encoder.dropuot": 0}, "encoder.dropuot is no known key; did you mean 'dropout'?"),
        ({"encoder.dropout": 1.5}, r"tune.ranges \(encoder.dropout=1.5\): encoder.dropout is 1.5"),
        ({"data.datasets.3.repeat": 2}, "'3' does not lead into a list of 1 items"),
    ],
)
def test_values_are_checked_as_a_config_is(load: Load, values: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        with_values(load(SMALL), values)


@pytest.mark.parametrize(
    ("tune", "said"),
    [
        ("{metric: macro_f1_topik, ranges: {seed: {choices: [1]}}}", "did you mean 'macro_f1_topic'?"),
        ("{ranges: {export.kinds: {choices: [[int4]]}}}", "no trial measures 'export.kinds'"),
        ("{ranges: {data.prepared: {choices: [a, b]}}}", "no trial measures 'data.prepared'"),
        ("{ranges: {seed: {lwo: 1, high: 2}}}", "tune.ranges.seed.lwo is no known key; did you mean 'low'?"),
        ("{ranges: {seed: {low: 2, high: 1}}}", "tune.ranges.seed: 'low' lies below 'high'"),
        ("{trails: 3, ranges: {seed: {choices: [1]}}}", "did you mean 'trials'?"),
        ("{}", "tune.ranges is missing"),
    ],
)
def test_a_study_of_what_cannot_be_measured_is_refused(load: Load, tune: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        load(SMALL, f"tune={tune}")


def test_what_training_reads_of_the_data_may_be_tuned(load: Load) -> None:
    assert load(SMALL, "tune={ranges: {data.datasets.0.repeat: {low: 1, high: 3}}}").tune
