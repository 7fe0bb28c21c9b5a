import csv
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from syto.errors import UserError
from syto.inference.scorer import ScoredRow, Scorer
from syto.labels.annotations import Annotations
from syto.labels.label_set import LabelSet
from syto.model.bundle import Bundle
from syto.review.queue import QUEUE_COLUMNS
from syto.review.sheet import ARGILLA, LABEL_STUDIO, write_queue
from syto.stages.review import import_decisions
from syto.stages.score import score
from syto.tables.formats import format_of, open_table
from syto.tables.rows import Row
from syto.tables.table import Layout

TOPICS = LabelSet.from_file(Path("data/labels/topics.yaml"))
HOSTILE = (
    '=HYPERLINK("http://evil.example")',
    "<script>alert(1)</script> матч",
    "{{7*7}} \u202eматч",
    "-2+3",
)
Queued = tuple[Path, list[dict[str, Any]]]
NAMES = ("queue.csv", "queue.tsv", "queue.xlsx", "queue.jsonl", "queue.parquet")


def articles(path: Path, count: int = 40) -> Path:
    """Write articles of which the tiny bundle is unsure: two words that vote for two topics."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("заголовок", "текст", "посилання"))
        for number in range(count):
            title = HOSTILE[number] if number < len(HOSTILE) else f"Подія {number * 7919}"
            text = f"Матч і вибори {number * 104729}: сенсація в місті номер {number * 7907}"
            rows.writerow((title, text, f"https://outlet{number % 9}.example/{number}"))
    return path


def cells(path: Path) -> list[dict[str, Any]]:
    return [dict(row.values) for row in open_table(path).rows()]


def fill(path: Path, **decided: object) -> Path:
    """Decide the first rows of a queue as a person does, the n-th value in the n-th row."""
    rows = cells(path)
    for name, values in decided.items():
        for row, value in zip(rows, values, strict=False):  # type: ignore[call-overload]
            row[name] = value
    format_of(path).write(path, Layout((), QUEUE_COLUMNS), rows)
    return path


@pytest.fixture(scope="module")
def queued(
    tmp_path_factory: pytest.TempPathFactory, tiny_bundle: Bundle
) -> tuple[Path, list[dict[str, Any]]]:
    """A file of articles, and the rows of their queue."""
    folder = tmp_path_factory.mktemp("queued")
    source, queue = articles(folder / "in.csv", 12), folder / "queue.jsonl"
    score(str(source), str(folder / "out.csv"), tiny_bundle.folder, review=queue, review_size=12)
    return source, cells(queue)


def test_a_workbook_of_a_queue_is_one_to_work_in(tmp_path: Path, queued: Queued) -> None:
    write_queue(tmp_path / "queue.xlsx", queued[1], {"topic": TOPICS.ids})
    with zipfile.ZipFile(tmp_path / "queue.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    widths = {
        at: float(width)
        for first, last, width in re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', sheet)
        for at in range(int(first), int(last) + 1)
    }
    names = list(QUEUE_COLUMNS)
    assert len(widths) == len(names)
    assert 20 < widths[names.index("text") + 1] < 82
    assert widths[names.index("sha256") + 1] < 16
    assert "<pane" in sheet and "<autoFilter" in sheet and 'count="1"' in sheet and "sport" in sheet
    assert 'defaultRowHeight="90"' in sheet  # six lines of a text in sight


@pytest.mark.parametrize("name", NAMES)
def test_a_decided_queue_becomes_labels_that_prepare_reads(tmp_path: Path, queued: Queued, name: str) -> None:
    source, rows = queued
    queue = tmp_path / name
    write_queue(queue, rows, {"topic": TOPICS.ids})
    assert len(cells(queue)) == 12
    fill(queue, decision_topic=("sport", "Політика"), decided_by=("Оля", "=1+1"), decided_at=("2026-11-25",))
    assert import_decisions([queue], tmp_path / "labels.csv")
    found = Annotations.from_file(tmp_path / "labels.csv", TOPICS, "topic")
    by_id = {str(row.number): row.values for row in open_table(source).rows()}
    for decided, label in zip(cells(queue), ("sport", "politics"), strict=False):
        given = by_id[str(decided["id"])]
        assert found.label(f"{given['заголовок']}\n{given['текст']}") == label
    assert len(found.labels) == 2
    [first, second] = sorted(cells(tmp_path / "labels.csv"), key=lambda row: str(row["decided_by"]))[::-1]
    assert (first["decided_by"], second["decided_by"]) == ("Оля", "=1+1")
    assert str(first["decided_at"]).startswith("2026-11-25")


def test_hostile_text_stays_text_in_every_form(tmp_path: Path, queued: Queued) -> None:
    rows = [row for row in queued[1] if row["title"] in HOSTILE]
    for name in (*NAMES, f"queue{LABEL_STUDIO}", f"queue{ARGILLA}"):
        write_queue(tmp_path / name, rows, {"topic": TOPICS.ids})
    for name in NAMES:
        assert {row["title"] for row in cells(tmp_path / name)} == set(HOSTILE)
    assert "'=HYPERLINK" in (tmp_path / "queue.csv").read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "queue.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    tasks = json.loads((tmp_path / f"queue{LABEL_STUDIO}").read_text(encoding="utf-8"))
    assert {task["data"]["title"] for task in tasks} == set(HOSTILE)
    records = json.loads((tmp_path / f"queue{ARGILLA}").read_text(encoding="utf-8"))
    assert {record["fields"]["text"].split("\n")[0] for record in records} == set(HOSTILE)


def test_the_workbook_offers_the_labels(tmp_path: Path, tiny_bundle: Bundle) -> None:
    queue = tmp_path / "queue.xlsx"
    score(str(articles(tmp_path / "in.csv")), str(tmp_path / "out.csv"), tiny_bundle.folder, review=queue)
    with zipfile.ZipFile(queue) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    offered = sheet.partition("<dataValidations")[2]
    assert 'count="2"' in offered
    assert ",".join(TOPICS.ids) in offered  # all of them, also those that the bundle does not carry
    assert "unreliable,mixed,reliable" in offered


def test_a_run_that_is_gone_on_with_writes_the_same_queue(
    tmp_path: Path, tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = articles(tmp_path / "in.csv", 600)
    whole, broken = tmp_path / "whole.csv", tmp_path / "broken.csv"
    score(str(source), str(tmp_path / "a.csv"), tiny_bundle.folder, review=whole)
    scored, chunks = Scorer.scored, []

    def fails_at_the_second(self: Scorer, rows: Sequence[Row]) -> list[ScoredRow]:
        chunks.append(rows)
        if len(chunks) == 2:
            raise MemoryError
        return scored(self, rows)

    with monkeypatch.context() as patch:
        patch.setattr(Scorer, "scored", fails_at_the_second)
        with pytest.raises(MemoryError):
            score(str(source), str(tmp_path / "b.csv"), tiny_bundle.folder, review=broken)
    assert not broken.exists()
    score(str(source), str(tmp_path / "b.csv"), tiny_bundle.folder, review=broken)
    assert broken.read_bytes() == whole.read_bytes()
    with whole.open(encoding="utf-8") as file:
        assert sum(1 for _ in file) == 201


def test_a_queue_that_is_there_or_is_an_output_is_refused_before_a_row_is_scored(
    tmp_path: Path, tiny_bundle: Bundle
) -> None:
    source, out = str(articles(tmp_path / "in.csv")), str(tmp_path / "out.csv")
    queue = tmp_path / "queue.csv"
    queue.write_text("decided by hand for a week")
    for name, said in (
        ("queue.csv", "there already"),
        ("out.csv", "is an input or an output"),
        ("q.doc", "suffix"),
    ):
        with pytest.raises(UserError, match=said):
            score(source, out, tiny_bundle.folder, review=tmp_path / name)
    assert queue.read_text() == "decided by hand for a week"
    assert not Path(out).exists()


def test_label_studio_takes_it_and_gives_it_back(tmp_path: Path, tiny_bundle: Bundle) -> None:
    queue = tmp_path / f"queue{LABEL_STUDIO}"
    score(str(articles(tmp_path / "in.csv")), str(tmp_path / "out.csv"), tiny_bundle.folder, review=queue)
    tasks = json.loads(queue.read_text(encoding="utf-8"))
    config = (tmp_path / "queue.labelstudio.xml").read_text(encoding="utf-8")
    assert '<Choices name="topic" toName="text" choice="single">' in config
    [prediction] = tasks[0]["predictions"]
    assert prediction["result"][0]["value"]["choices"][0] in TOPICS.ids
    topic = {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": ["crime"]}}
    note = {"from_name": "note", "to_name": "text", "type": "textarea", "value": {"text": ["a", "b"]}}
    when = "2026-11-25T09:00:00.000000Z"
    for task, annotation in (
        (
            tasks[0],
            {
                "result": [topic, note],
                "completed_by": {"id": 4, "email": "o@example.org"},
                "updated_at": when,
            },
        ),
        (tasks[1], {"result": [topic], "completed_by": 7, "created_at": when, "was_cancelled": False}),
        (tasks[2], {"result": [topic], "completed_by": 7, "was_cancelled": True}),
    ):
        task["annotations"] = [annotation]
    exported = tmp_path / "project-1.json"
    exported.write_text(json.dumps(tasks), encoding="utf-8")
    assert import_decisions([exported], tmp_path / "labels.csv")
    rows = {row["decided_by"]: row for row in cells(tmp_path / "labels.csv")}
    assert set(rows) == {"o@example.org", "7"}
    assert rows["o@example.org"]["sha256"] == tasks[0]["data"]["sha256"]
    assert (rows["o@example.org"]["decision_note"], rows["7"]["decided_at"]) == ("a;b", when)


def test_argilla_takes_it_and_gives_it_back(tmp_path: Path, queued: Queued) -> None:
    queue = tmp_path / f"queue{ARGILLA}"
    write_queue(queue, queued[1], {"topic": TOPICS.ids})
    records = json.loads(queue.read_text(encoding="utf-8"))
    assert records[0]["suggestions"]["topic"]["value"] in TOPICS.ids
    records[0]["responses"] = {"topic": [{"value": "crime", "user_id": "u-1"}]}
    queue.write_text(json.dumps(records), encoding="utf-8")
    assert import_decisions([queue], tmp_path / "labels.csv")
    [row] = cells(tmp_path / "labels.csv")
    assert (row["label"], row["decided_by"], row["sha256"]) == ("crime", "u-1", records[0]["id"])


def test_what_is_left_out_is_told_with_row_and_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queue, output = tmp_path / "queue.csv", tmp_path / "labels.csv"
    digests = [letter * 64 for letter in "abc"]
    queue.write_text(
        "sha256,decision_topic,decided_by,decided_at\n"
        f"{digests[0]},sport,Оля,2026-11-24\n{digests[0]},crime,Іра,2026-11-25\n"
        f"{digests[1]},sprot,Оля,\n{digests[2]},sport,Оля,\n",
        encoding="utf-8",
    )
    assert not import_decisions([queue], output)
    said = capsys.readouterr().err
    assert f"left out: {queue}, row 3: 'sprot' is no topic; did you mean 'sport'?" in said
    assert (
        f"'sport' by Оля on 2026-11-24 ({queue}, row 1), 'crime' by Іра on 2026-11-25 ({queue}, row 2)"
        in said
    )
    assert [row["sha256"] for row in cells(output)] == [digests[2]]
    with pytest.raises(UserError, match="there already"):
        import_decisions([queue], output)
    import_decisions([queue], output, latest=True, overwrite=True)
    assert [row["label"] for row in cells(output)] == ["crime", "sport"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("q.csv", "sha256,title\nx,y\n", "no column 'decision_topic'"),
        ("q.csv", "decision_topic\nsport\n", "no column 'sha256'"),
        ("q.csv", "sha256,decision_topic\nx,\n", "no decision was found"),
        ("q.json", "[1, 2]", "an export of neither"),
        ("q.json", "[{]", "cannot be read as JSON"),
        ("q.json", '[{"data": 5, "annotations": [{"result": []}]}]', "not as its program exports it"),
        (
            "q.json",
            '[{"data": {}, "annotations": [{"result": [{"from_name": "topic"}]}]}]',
            "not as its program",
        ),
    ],
)
def test_files_that_are_no_decided_queue(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        import_decisions([tmp_path / name], tmp_path / "labels.csv")
    assert not (tmp_path / "labels.csv").exists()


def test_labels_are_written_as_csv_alone(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="name it so, such as labels"):
        import_decisions([tmp_path / "queue.csv"], tmp_path / "labels.xlsx")
