"""The whole verb on small files made here."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from syto.config import Config, load_config
from syto.corpus.dates import DateRule
from syto.corpus.drops import Placed, Sifted
from syto.corpus.prepared import read_manifest, read_split
from syto.errors import UserError
from syto.records import SPLITS, Article, Split
from syto.stages.prepare import prepare

WORDS = (
    *("місто", "уряд", "лікарня", "школа", "стадіон", "річка", "міністр", "гравець", "закон", "вистава"),
    *("музика", "ліс", "поїзд", "гроші", "вибори", "тренер", "бюджет", "лікар", "книга", "мова", "вулиця"),
    *("зима", "сонце", "рада", "театр", "команда", "перемога", "область", "дорога", "робота", "журналіст"),
    *("парламент", "економіка", "зустріч", "їжак", "ґанок", "подія", "країна", "новина", "година"),
)
RATINGS = ("reliable", "mixed", "unreliable")
SOURCES = {f"{rating}{number}.ua": rating for rating in RATINGS for number in range(5)}
COLUMNS = ("id", "title", "text", "url", "published", "section")
TOPICS = {"спорт": "sport", "влада": "politics", "різне": None}
PINS = {"reliable0.ua": "train", "mixed0.ua": "validation", "unreliable0.ua": "test"}
PINNED = {"splits": {"validation": 0.2, "test": 0.2, "pin": PINS}}
Build = Callable[..., Config]


def sentence(rng: np.random.Generator, length: int) -> str:
    return " ".join(rng.choice(WORDS, length)).capitalize()


def articles(days: int = 20) -> list[dict[str, Any]]:
    """One article a day of each source; one story is retold by the first source of each rating."""
    rng = np.random.default_rng(5)
    rows = [
        {
            "id": f"{source}-{day}",
            "title": sentence(rng, 8),
            "text": f"{sentence(rng, 25)}.",
            "url": f"https://{source}/{day}",
            "published": f"2024-03-{day:02d}",
            "section": ("спорт", "влада")[day % 2],
        }
        for source in SOURCES
        for day in range(1, days + 1)
    ]
    for row in rows:
        if row["url"].endswith("0.ua/18"):
            row["text"] = rows[17]["text"]
    return rows


def as_csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Write the ratings and the config; return it loaded. Its one data set can be changed, others added."""
    ratings = "".join(f"{source},{rating},us,2024,read,\n" for source, rating in SOURCES.items())
    (tmp_path / "ratings.csv").write_text(f"source,rating,rater,date,evidence,aliases\n{ratings}")
    (tmp_path / "news.csv").write_text(as_csv(articles()), encoding="utf-8")

    def make(
        others: tuple[dict[str, Any], ...] = (), data: dict[str, Any] | None = None, **change: object
    ) -> Config:
        dataset = {
            "name": "news",
            "path": str(tmp_path / "news.csv"),
            "labels": {
                "topic": {"column": "section", "map": TOPICS},
                "reliability": {"from": "sources"},
            },
            **change,
        }
        labels = Path(__file__).parents[2] / "data" / "labels"
        config = {
            "name": "small",
            "seed": 4,
            "data": {
                "prepared": str(tmp_path / "prepared"),
                "ratings": [str(tmp_path / "ratings.csv")],
                "splits": {"validation": 0.2, "test": 0.2},
                "datasets": [dataset, *others],
                **(data or {}),
            },
            "tasks": {
                "topic": {"kind": "single_label", "labels": str(labels / "topics.yaml")},
                "reliability": {"kind": "ordinal", "labels": str(labels / "reliability.yaml")},
            },
            "encoder": {"scratch": {"architecture": "modernbert"}},
        }
        path = tmp_path / "config.yaml"
        path.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
        return load_config(path)

    return make


def splits_of(folder: Path, tasks: Sequence[str] = ("topic", "reliability")) -> dict[Split, list[Article]]:
    return {split: read_split(folder, split, tasks) for split in SPLITS}


def refused(config: Config, message: str) -> None:
    with pytest.raises(UserError, match=message):
        prepare(config)
    assert not list(config.data.prepared.parent.glob("prepared*"))


def test_no_source_story_or_date_crosses_and_every_row_is_accounted_for(build: Build) -> None:
    folder = prepare(build())
    splits, manifest = splits_of(folder), read_manifest(folder)
    homes = [{article.source for article in articles} for articles in splits.values()]
    assert all(homes) and not (homes[0] & homes[1] or homes[0] & homes[2] or homes[1] & homes[2])
    days = {split: [a.published for a in of if a.published] for split, of in splits.items()}
    assert max(days["train"]) < min(days["validation"]) <= max(days["validation"]) < min(days["test"])
    stories = [article.story for articles in splits.values() for article in articles]
    assert len(stories) == len(set(stories))
    counts = manifest["datasets"]["news"]
    assert counts["rows_in"] == len(articles()) == counts["rows_out"] + sum(counts["dropped"].values())
    assert counts["rows_out"] == sum(len(of) for of in splits.values())
    assert {"after_train_window", "before_test_window"} <= counts["dropped"].keys()
    assert manifest["audit"]["leaks"] == []


def test_articles_are_labelled_cleaned_and_sourced(build: Build) -> None:
    folder = prepare(build())
    for article in splits_of(folder)["train"]:
        assert article.id == f"news:{article.source}-{article.url.rpartition('/')[2]}"
        assert article.labels["reliability"] == (SOURCES[article.source],)
        assert article.labels["topic"] in (("sport",), ("politics",))
        assert article.language == "uk"
        assert article.clean == f"{article.title}\n{article.text}"
    counts = read_manifest(folder)["labels"]["train"]["reliability"]
    assert set(counts) == set(RATINGS)


def test_the_same_config_gives_the_same_files_and_another_seed_another_split(build: Build) -> None:
    first = read_manifest(prepare(build()))
    assert read_manifest(prepare(build())) == first
    other = build().model_copy(update={"seed": 5})
    assert read_manifest(prepare(other))["sources"] != first["sources"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251", "nul"])
def test_the_encoding_of_the_file_makes_no_difference(build: Build, tmp_path: Path, encoding: str) -> None:
    plain = read_manifest(prepare(build()))["outputs"]
    text = as_csv(articles())
    content = text.replace(".ua-", ".ua\x00-").encode() if encoding == "nul" else text.encode(encoding)
    (tmp_path / "news.csv").write_bytes(content)
    assert read_manifest(prepare(build()))["outputs"] == plain


def test_bad_rows_are_counted_and_stop_nothing(build: Build, tmp_path: Path) -> None:
    with (tmp_path / "news.csv").open("a", encoding="utf-8") as stream:
        stream.write("x,y,1,2,3,4,5,6,7\n1,,Сонце,https://reliable0.ua/x,2024-03-01,спорт\n2,,,,,різне\n")
    folder = prepare(build(data=PINNED))
    dropped = read_manifest(folder)["datasets"]["news"]["dropped"]
    assert (dropped["unreadable"], dropped["no_label"], dropped["too_short"]) == (1, 1, 1)


def without_dates(folder: Path) -> str:
    """Every source then keeps day 18, which three of them tell alike; return that text."""
    rows = [{**row, "published": ""} for row in articles()]
    (folder / "news.csv").write_text(as_csv(rows), encoding="utf-8")
    return str(rows[17]["text"])


def test_a_story_across_splits_stays_in_the_most_held_out_one(build: Build, tmp_path: Path) -> None:
    told_by_three = without_dates(tmp_path)
    folder = prepare(build(data=PINNED))
    splits, counts = splits_of(folder), read_manifest(folder)["datasets"]["news"]
    assert counts["dropped"] == {"story_in_test": 2}
    assert counts["dates"] is None
    told = [split for split, of in splits.items() for a in of if a.text == told_by_three]
    assert told == ["test"]


def test_pins_and_caps(build: Build) -> None:
    splits = {"validation": 0.2, "test": 0.2, "pin": {"https://mixed3.ua/": "test"}}
    folder = prepare(build(data={"splits": splits, "cap_per_source": 2}))
    manifest = read_manifest(folder)
    assert manifest["sources"]["mixed3.ua"] == {"test": 2}
    assert max(count for of in manifest["sources"].values() for count in of.values()) == 2
    assert manifest["datasets"]["news"]["dropped"]["over_source_cap"] > 0


def test_a_file_of_held_out_sources_leaves_nothing_to_the_draw(build: Build, tmp_path: Path) -> None:
    (tmp_path / "held_out.csv").write_text(
        "source,split\nwww.reliable1.ua,test\nmixed1.ua,test\nunreliable1.ua,test\n"
        "reliable2.ua,validation\nmixed2.ua,validation\nunreliable2.ua,validation\nnobody.ua,test\n"
    )
    held_out = {"held_out": str(tmp_path / "held_out.csv")}
    with pytest.raises(UserError, match="'held_out' says it for every source"):
        build(data={"splits": {**held_out, "pin": {"mixed1.ua": "test"}}})
    splits = splits_of(prepare(build(data={"splits": held_out})))
    assert {a.source for a in splits["test"]} == {"reliable1.ua", "mixed1.ua", "unreliable1.ua"}
    assert {a.source for a in splits["validation"]} == {"reliable2.ua", "mixed2.ua", "unreliable2.ua"}
    assert len({a.source for a in splits["train"]}) == len(SOURCES) - 6


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("source,split\na.ua,test\nb.ua,train\n", r"held_out.csv:3: .*'b.ua' and split 'train'"),
        ("domain,split\na.ua,test\n", r"held_out.csv:2: .*the columns are `source` and `split`"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_file_of_held_out_sources_is_refused(
    build: Build, tmp_path: Path, content: str | None, message: str
) -> None:
    if content:
        (tmp_path / "held_out.csv").write_text(content)
    refused(build(data={"splits": {"held_out": str(tmp_path / "held_out.csv")}}), message)


def test_rows_of_other_values_are_left_out_and_counted(build: Build) -> None:
    folder = prepare(
        build(only={"section": ["спорт", "влада", "сад"], "id": [r["id"] for r in articles()[5:]]})
    )
    assert read_manifest(folder)["datasets"]["news"]["dropped"]["filtered"] == 5


def test_one_agency_is_split_by_time_and_its_reliability_is_masked(build: Build, tmp_path: Path) -> None:
    rows = [{**row, "id": f"{row['id']}-again", "url": ""} for row in articles()]
    rng = np.random.default_rng(9)
    for row in rows:
        row["title"], row["text"] = sentence(rng, 9), sentence(rng, 30)
    (tmp_path / "agency.csv").write_text(as_csv(rows), encoding="utf-8")
    labels = {"topic": {"column": "section", "map": TOPICS}, "reliability": {"from": "sources"}}
    agency = {
        "name": "agency",
        "path": str(tmp_path / "agency.csv"),
        "source": "reliable1.ua",
        "split": "newest",
        "labels": labels,
    }
    folder = prepare(build((agency,)))
    manifest, splits = read_manifest(folder), splits_of(folder)
    assert set(manifest["sources"]["reliable1.ua"]) == set(SPLITS)
    assert manifest["audit"]["may_cross"] == ["agency"]
    assert manifest["datasets"]["agency"]["masked"] == {"reliability": len(rows)}
    for split, of in splits.items():
        own = [article for article in of if article.source == "reliable1.ua"]
        assert all("reliability" not in a.labels for a in own if a.dataset == "agency")
        assert split == "train" or all(a.dataset == "agency" for a in own)


def test_the_newest_of_each_topic_is_held_out_where_topics_cover_different_days(
    build: Build, tmp_path: Path
) -> None:
    rng = np.random.default_rng(9)
    rows = [
        {
            "id": f"{section}{n}",
            "title": sentence(rng, 9),
            "text": sentence(rng, 30),
            "section": section,
            "n": first + n,
        }
        for first, section in ((0, "спорт"), (50, "влада"))
        for n in range(50)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "agency.parquet")
    agency = {
        "name": "agency",
        "path": str(tmp_path / "agency.parquet"),
        "source": "agency.ua",
        "split": "newest",
        "columns": {"order": "n"},
        "labels": {"topic": {"column": "section", "map": TOPICS}},
    }
    for newest_within, held_out in ((None, {"politics"}), ("topic", {"sport", "politics"})):
        folder = prepare(build(({**agency, "newest_within": newest_within},)))
        test = [each for each in splits_of(folder)["test"] if each.dataset == "agency"]
        assert {each.labels["topic"][0] for each in test} == held_out
    assert max(int(each.id.removeprefix("agency:спорт")) for each in test if "спорт" in each.id) == 49


def test_texts_without_a_topic_get_one_from_seed_words_for_training_alone(
    build: Build, tmp_path: Path
) -> None:
    rng = np.random.default_rng(9)
    told = {"sport": "матч тренер", "politics": "парламент вибори", "": "ліс"}
    neutral = [word for word in WORDS if word not in ("тренер", "парламент", "вибори")]
    rows = [
        {"id": f"{topic}{n}", "text": f"{words} {' '.join(rng.choice(neutral, 30))}"}
        for topic, words in told.items()
        for n in range(9)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "posts.parquet")
    (tmp_path / "seeds.yaml").write_text("sport: {uk: матч* тренер*}\npolitics: {uk: парламент* вибор*}\n")
    guessed = {"topic": {"seed_words": str(tmp_path / "seeds.yaml")}}
    posts = {"name": "posts", "path": str(tmp_path / "posts.parquet"), "labels": guessed, "cap_per_label": 5}
    folder = prepare(build(({**posts, "split": "train"},)))
    found = [each for each in splits_of(folder)["train"] if each.dataset == "posts"]
    assert Counter(each.labels["topic"][0] for each in found) == {"sport": 5, "politics": 5}
    assert all(each.id.startswith(f"posts:{each.labels['topic'][0]}") for each in found)
    assert read_manifest(folder)["datasets"]["posts"]["dropped"] == {"no_label": 9, "over_label_cap": 8}
    with pytest.raises(UserError, match="not fit to test on"):
        build((posts,))


def test_a_given_split_is_kept(build: Build, tmp_path: Path) -> None:
    names = {0: "train", 1: "dev", 2: "test"}
    rows = [{**row, "split": names[index % 3]} for index, row in enumerate(articles(days=6))]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "given.parquet")
    labels = {"topic": {"column": "section", "map": TOPICS}}
    given = {"path": str(tmp_path / "given.parquet"), "split": "given", "labels": labels}
    config = build(columns={"split": "split"}, **given)
    config = config.model_copy(update={"tasks": {"topic": config.tasks["topic"]}})
    assert {split: len(of) for split, of in splits_of(prepare(config), ["topic"]).items()} == {
        "train": 30,
        "validation": 30,
        "test": 30,
    }


def by_date_alone(article: Article, _: object, __: object, rule: DateRule) -> Split:
    return rule.split_of(rule.moment(article) or 0)


def by_source_alone(article: Article, _: object, homes: dict[str, Split], __: object) -> Split:
    return homes[article.source]


def keep_all(placed: list[Placed]) -> Sifted:
    return Sifted(placed, Counter())


@pytest.mark.parametrize(
    ("step", "broken", "leak"),
    [
        ("place", by_date_alone, r"source '\w+.ua' is in train and validation and test"),
        ("place", by_source_alone, "data set 'news': train goes on after validation has begun"),
        ("thin_stories", keep_all, r"story 'news:[\w.-]+' is in train and validation and test"),
    ],
)
def test_the_audit_stops_a_leak(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, broken: object, leak: str
) -> None:
    if step == "thin_stories":
        without_dates(tmp_path)
    monkeypatch.setattr(f"syto.stages.prepare.{step}", broken)
    refused(build(data=PINNED), f"splits leak, nothing was written: {leak}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"columns": {"text": "boby"}},
            r"data set 'news' has no column 'boby' \(for text\).*its columns: id, ",
        ),
        ({"path": "/nowhere/news.csv"}, r"/nowhere/news.csv is not there"),
        ({"data": {"splits": {"pin": {"nobody.ua": "test"}}}}, "source 'nobody.ua' is in no data set"),
        (
            {"labels": {"topic": {"column": "section", "map": {"спорт": "sport"}}}},
            r"'влада' \(150 rows\); add each .* or with null",
        ),
        ({"labels": {"topic": {"column": "rubric", "map": TOPICS}}}, "no column 'rubric'"),
        ({"only": {"sections": ["спорт"]}}, r"no column 'sections' \(for only\); did you mean 'section'"),
        (
            {"labels": {"topic": {"value": "sport"}, "reliability": {"from": "sources"}}},
            "1 of its labels in train",
        ),
        ({"labels": {"topic": {"column": "section", "map": TOPICS}}}, "'reliability' has 0 of its labels"),
        ({"data": {"ratings": []}}, "needs ratings"),
        ({"columns": {"url": None}}, r"no article is left for the split 'train'; at least three sources"),
        ({"source": "reliable1.ua", "columns": {"url": None}}, r"no article is left for the split"),
    ],
)
def test_bad_input_is_refused_where_it_is_known(build: Build, change: dict[str, Any], message: str) -> None:
    refused(build(**change), message)


@pytest.mark.parametrize(
    ("content", "message"), [("", "is empty"), (",".join(COLUMNS) + "\n", "data set 'news' has no rows")]
)
def test_an_empty_file_is_refused(build: Build, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "news.csv").write_text(content)
    refused(build(), message)


def test_half_a_parquet_file_is_refused(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "news.parquet"
    pq.write_table(pa.Table.from_pylist(articles()), path)
    path.write_bytes(path.read_bytes()[:2000])
    refused(build(path=str(path)), "news.parquet cannot be read as Parquet")
