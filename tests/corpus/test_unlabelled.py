import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from syto.corpus.prepared import write_prepared
from syto.corpus.unlabelled import Document, Gleaned, HeldOutStories, glean
from syto.corpus.unlabelled_settings import TextsSettings, UnlabelledSettings
from syto.errors import UserError
from syto.records import Article

Rows = list[dict[str, object]]
NOTHING = HeldOutStories.of(None)
UKRAINIAN = "Їжаки з Києва поїхали до міста, щоб з'їсти яблука і груші, та й повернулися"
RUSSIAN = "Ежи уехали в город, чтобы съесть яблоки и груши, а потом вернулись обратно"
POLISH = "Jeże pojechały do miasta, żeby zjeść jabłka i gruszki, a potem wróciły do domu"


STORY = f"{UKRAINIAN}, а {UKRAINIAN}"  # longer than what a story is known by


def texts(count: int) -> list[str]:
    return [f"Новина номер {number:03}: у місті відкрили парк і ґанок" for number in range(count)]


def rows(*values: str, **more: object) -> Rows:
    return [{"text": text, **more} for text in values]


def joined(title: str, text: str) -> str:
    return f"{title}\n{text}".strip()


def gleaned(
    path: Path,
    content: Rows,
    held_out: HeldOutStories = NOTHING,
    corpus: dict[str, object] | None = None,
    seed: int = 3,
    **settings: object,
) -> Gleaned:
    """Write the rows as JSON lines and glean them; Ukrainian unless the settings say otherwise."""
    file = path / "news.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content), encoding="utf-8")
    given = TextsSettings.model_validate({"name": "news", "path": file, "language": "uk", **settings})
    return glean(given, of_corpus(given, corpus), held_out, str.lower, joined, seed)


def of_corpus(given: TextsSettings, more: dict[str, object] | None = None) -> UnlabelledSettings:
    return UnlabelledSettings.model_validate({"texts": [given], **(more or {})})


def found(result: Gleaned) -> set[str]:
    return {document.text for document in result.documents}


def test_title_and_text_become_one_document(tmp_path: Path) -> None:
    result = gleaned(tmp_path, [{"title": "Ґанок", "text": UKRAINIAN}])
    assert result.documents == [Document(f"Ґанок\n{UKRAINIAN}", "uk", "news", 1)]
    assert not result.dropped


def test_only_and_without_choose_rows_by_their_columns(tmp_path: Path) -> None:
    kinds = [("news", "free"), ("news", "none"), ("law", "free"), ("novels", "free"), ("", "free")]
    content: Rows = [
        {"text": text, "genre": genre, "licence": licence}
        for text, (genre, licence) in zip(texts(5), kinds, strict=True)
    ]
    result = gleaned(
        tmp_path, content, only={"genre": ["news", "law"]}, without={"licence": ["none", "paid"]}
    )
    assert found(result) == {texts(5)[0], texts(5)[2]}
    assert result.dropped == {"filtered": 3}


def test_two_columns_of_only_must_both_agree_and_one_of_without_is_enough(tmp_path: Path) -> None:
    content: Rows = [
        {"text": text, "a": first, "b": second}
        for text, (first, second) in zip(texts(4), [(1, 1), (1, 2), (2, 1), (2, 2)], strict=True)
    ]
    assert found(gleaned(tmp_path, content, only={"a": [1], "b": [1]})) == {texts(4)[0]}
    assert found(gleaned(tmp_path, content, without={"a": [1], "b": [1]})) == {texts(4)[3]}


def test_a_number_in_a_filter_is_what_the_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "news.parquet"
    pq.write_table(pa.table({"text": texts(3), "year": [2019, 2020, None]}), path)
    given = TextsSettings.model_validate({"name": "n", "path": path, "only": {"year": [2020]}})
    [document] = glean(given, of_corpus(given), NOTHING, str.lower, joined, 0).documents
    assert document.text == texts(2)[1]


@pytest.mark.parametrize("filter_", ["only", "without"])
def test_a_filter_on_a_column_that_is_not_there_names_the_nearest(tmp_path: Path, filter_: str) -> None:
    said = rf"'news': .*news\.jsonl has no column 'gener' \(for {filter_}\); did you mean 'genre'"
    with pytest.raises(UserError, match=said):
        gleaned(tmp_path, rows(UKRAINIAN, genre="news"), **{filter_: {"gener": ["news"]}})


def test_a_text_column_that_is_not_there_names_the_texts(tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"texts 'news' has no column 'txet' \(for text\); did you mean 'text'"
    ):
        gleaned(tmp_path, rows(UKRAINIAN), columns={"text": "txet"})


def test_max_characters_caps_what_the_file_gives_and_counts_the_rest(tmp_path: Path) -> None:
    many = texts(50)
    result = gleaned(tmp_path, rows(*many), max_characters=10 * len(many[0]))
    assert len(result.documents) == 10
    assert result.dropped == {"over_max_characters": 40}


def test_a_document_that_was_dropped_takes_nothing_of_max_characters(tmp_path: Path) -> None:
    content = rows(*texts(5), language="uk") + rows(*(f"{POLISH} {n}" for n in range(40)), language="pl")
    result = gleaned(tmp_path, content, language=None, max_characters=1_000_000)
    budget = sum(len(text) for text in texts(5))
    capped = gleaned(tmp_path, content, language=None, max_characters=budget)
    assert found(capped) == found(result) == set(texts(5))


def test_what_a_cap_leaves_is_drawn_from_the_whole_file_by_the_seed(tmp_path: Path) -> None:
    many = texts(60)
    one, again, other = (
        [d.text for d in gleaned(tmp_path, rows(*many), max_characters=500, seed=seed).documents]
        for seed in (1, 1, 2)
    )
    assert one == again
    assert set(one) != set(other)
    assert max(many.index(text) for text in one) > 20  # not the first rows


def test_a_duplicate_is_left_out_whatever_its_case_and_punctuation(tmp_path: Path) -> None:
    result = gleaned(tmp_path, rows(UKRAINIAN, UKRAINIAN.upper() + "!", texts(1)[0]))
    assert len(result.documents) == 2
    assert result.dropped == {"duplicate": 1}


def test_a_text_that_differs_far_behind_its_beginning_is_a_duplicate(tmp_path: Path) -> None:
    beginning = " ".join(texts(20))
    same = gleaned(tmp_path, rows(f"{beginning} так", f"{beginning} ні"))
    assert same.dropped == {"duplicate": 1}
    assert len(gleaned(tmp_path, rows(f"так {beginning}", f"ні {beginning}")).documents) == 2


def test_short_documents_are_left_out_by_the_length_of_what_is_read(tmp_path: Path) -> None:
    content: Rows = [{"title": "Ґ" * 9, "text": "ї" * 10}, {"title": "", "text": "ж" * 19}]
    result = gleaned(tmp_path, content, corpus={"min_characters": 20})
    assert found(result) == {"Ґ" * 9 + "\n" + "ї" * 10}  # nine, the line break and ten
    assert result.dropped == {"too_short": 1}


def test_long_documents_are_cut(tmp_path: Path) -> None:
    [document] = gleaned(tmp_path, rows("слово " * 100), corpus={"max_document": 120}).documents
    assert document.text == ("слово " * 20).strip()


def held_out_folder(folder: Path) -> HeldOutStories:
    write_prepared(
        folder / "prepared",
        {
            "train": [Article(id="1", text="а" * 50, source="both.ua")],
            "validation": [Article(id="2", text="б" * 50, source="validation.ua")],
            "test": [
                Article(id="3", text="в" * 50, source="test.ua"),
                Article(id="4", text=STORY, title="Про їжаків", source="both.ua"),
                Article(id="5", text="г" * 50),
            ],
        },
        [],
        {},
    )
    return HeldOutStories.of(folder / "prepared")


def test_held_out_sources_are_left_out_and_trained_ones_are_not(tmp_path: Path) -> None:
    sources = ["validation.ua", "TEST.ua", "both.ua", "other.ua", ""]
    content: Rows = [{"text": text, "source": s} for text, s in zip(texts(5), sources, strict=True)]
    result = gleaned(tmp_path, content, held_out_folder(tmp_path))
    assert found(result) == set(texts(5)[2:])
    assert result.dropped == {"held_out": 2}


def test_a_source_is_that_of_the_address_where_no_column_names_it(tmp_path: Path) -> None:
    content: Rows = [{"text": texts(2)[0], "url": "test.UA"}, {"text": texts(2)[1], "url": "other.ua"}]
    assert found(gleaned(tmp_path, content, held_out_folder(tmp_path))) == {texts(2)[1]}


def test_held_out_stories_are_known_again_under_another_source(tmp_path: Path) -> None:
    content: Rows = [
        {"title": "ПРО ЇЖАКІВ!", "text": STORY, "source": "other.ua"},
        {"title": "Про їжаків", "text": f"{STORY} і так далі " * 9, "source": "other.ua"},
        {"title": "Про інше", "text": STORY, "source": "other.ua"},
        {"title": "", "text": "а" * 50, "source": "other.ua"},  # of the training split
    ]
    held_out = HeldOutStories(frozenset(), held_out_folder(tmp_path).keys)
    result = gleaned(tmp_path, content, held_out)
    assert found(result) == {f"Про інше\n{STORY}", "а" * 50}
    assert result.dropped == {"held_out": 2}


def test_a_story_is_known_by_a_hundred_and_fifty_characters(tmp_path: Path) -> None:
    beginning = "х" * 149
    held_out = HeldOutStories(frozenset(), frozenset({f"{beginning}а"}))
    content = rows(f"{beginning}а, кінець", f"{beginning}б, кінець")
    assert found(gleaned(tmp_path, content, held_out)) == {f"{beginning}б, кінець"}


def test_a_folder_that_was_not_prepared_says_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="run `syto prepare`"):
        HeldOutStories.of(tmp_path)


def test_a_language_is_given_or_in_a_column_or_found(tmp_path: Path) -> None:
    content: Rows = [{"text": RUSSIAN, "lang": "EN"}, {"text": UKRAINIAN, "lang": ""}]
    by_text: dict[str, dict[str, str]] = {
        column: {d.text: d.language for d in gleaned(tmp_path, content, **settings).documents}
        for column, settings in {
            "given": {"language": "ru", "columns": {"language": "lang"}},
            "column": {"language": None, "columns": {"language": "lang"}},
            "found": {"language": None},
        }.items()
    }
    assert by_text["given"] == {RUSSIAN: "ru", UKRAINIAN: "ru"}
    assert by_text["column"] == {RUSSIAN: "en", UKRAINIAN: "uk"}
    assert by_text["found"] == {RUSSIAN: "ru", UKRAINIAN: "uk"}


def test_other_languages_are_left_out(tmp_path: Path) -> None:
    content = rows(UKRAINIAN, RUSSIAN, POLISH, "?! 2025 — " * 10)
    result = gleaned(tmp_path, content, language=None, corpus={"languages": ["uk", "en"]})
    assert found(result) == {UKRAINIAN}
    assert result.dropped == {"other_language": 3}


def test_repeat_and_the_name_go_with_the_documents(tmp_path: Path) -> None:
    result = gleaned(tmp_path, rows(*texts(2)), repeat=4, name="uk_news")
    assert [(d.texts, d.repeat) for d in result.documents] == [("uk_news", 4)] * 2


def test_rows_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text(f"id,text\n1,{texts(1)[0]}\n2,{UKRAINIAN.replace(',', '')},зайве\n3\n", encoding="utf-8")
    given = TextsSettings(name="news", path=path)
    result = glean(given, of_corpus(given), NOTHING, str.lower, joined, 0)
    assert found(result) == {texts(1)[0]}
    assert result.dropped == {"unreadable": 1, "too_short": 1}  # a row that lacks its last cells has no text


def test_every_row_is_a_document_or_counted_once(tmp_path: Path) -> None:
    content = [
        *rows(*texts(8), *texts(3), "коротке", genre="news"),
        *rows("інше", genre="law"),
        *rows(POLISH, genre="news", language="pl"),
    ]
    result = gleaned(
        tmp_path, content, language=None, columns={"language": "language"}, only={"genre": ["news"]}
    )
    assert result.dropped == Counter(duplicate=3, too_short=1, filtered=1, other_language=1)
    assert len(result.documents) + result.dropped.total() == len(content)


def test_a_file_that_gives_nothing_is_refused_with_the_reasons(tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"texts 'news' \(.*news\.jsonl\) leave no document; .*'filtered': 2.*'too_short': 1"
    ):
        gleaned(
            tmp_path,
            [*rows(*texts(2), genre="law"), *rows("ні", genre="news")],
            only={"genre": ["news"]},
        )
