"""The page in a real Chromium, opened from disk: what people do with it, and hostile texts do not."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hostile_texts import HOSTILE
from syto.corpus.columns import ColumnMap
from syto.inference.scored_row import OUTPUT_COLUMNS
from syto.report.articles_page import LIMIT, articles_page
from syto.report.gathered import Gathered
from syto.sources.registry import Registry
from syto.tables.rows import Row

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is missing: pip install '.[browser]'"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
COLUMNS = ColumnMap(title="title", text="text", url="url", published="date", id="id")
TOPICS = ("sport", "politics", "conflict")
SOURCES = (
    ("ria.ru", "unreliable", "Council of the EU"),
    ("bbc.com", "reliable", "idiap"),
    ("new.example", "", ""),
)
Page = Any


def row(number: int) -> dict[str, object]:
    source, rating, rater = SOURCES[number % 3]
    text = f"Початок тексту {number}. Речення, яке вплинуло. Кінець."
    passage = {
        "field": "text",
        "start": text.index("Реч"),
        "end": text.index(" Кін"),
        "text": "Речення, яке вплинуло.",
        "weight": 0.4,
    }
    said = dict.fromkeys(OUTPUT_COLUMNS, "") | {
        "title": f"Заголовок {number}",
        "text": text,
        "id": f"id{number}",
    }
    said |= {
        "url": f"https://{source}/{number}",
        "date": f"2023-01-{1 + number % 28:02}",
        "language": ("uk", "ru")[number % 2],
    }
    said |= {
        "topic": TOPICS[number % 3],
        "topic_probabilities": {TOPICS[number % 3]: 0.8},
        "topic_status": ("sure", "unsure")[number % 2],
    }
    said |= {"unreliable_probability": number / 200, "reliability_status": "not_measured", "source": source}
    return {
        **said,
        "source_rating": rating,
        "source_rater": rater,
        "passages": {"topic": [passage], "reliability": [passage]},
    }


def written(folder: Path, rows: list[dict[str, object]]) -> Path:
    gathered = Gathered()
    for number, each in enumerate(rows, start=1):
        gathered.add(Row(number, each), COLUMNS, each)
    path = folder / "page.html"
    path.write_text(articles_page(gathered, Registry.consulted(), ["a.csv"], "2026-01-01"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Page]:  # noqa: ANN401
    """Return a page of 120 articles; at its end nothing must have gone wrong in it or left it."""
    yield from visit(chromium, written(tmp_path, [row(number) for number in range(120)]))


def visit(chromium: Any, path: Path) -> Iterator[Page]:  # noqa: ANN401
    page = chromium.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.on("request", lambda request: troubles.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    yield page
    assert troubles == []
    page.close()


def titles(page: Page) -> list[str]:
    return [each.strip() for each in page.locator("#articles .open").all_inner_texts()]


def test_it_is_in_ukrainian_until_it_is_switched(opened: Page) -> None:
    assert opened.locator("h1").inner_text() == "Що надійшло і що читати насамперед"
    opened.get_by_role("button", name="English").click()
    assert opened.locator("h1").inner_text() == "What came in, and what to read first"
    assert opened.locator("html").get_attribute("lang") == "en"
    assert opened.get_by_label("Topic", exact=True).is_visible()


def test_the_list_is_searched_filtered_sorted_and_turned(opened: Page) -> None:
    assert titles(opened)[0] == "Заголовок 119"
    opened.locator("#after").click()
    assert titles(opened)[0] == "Заголовок 69"
    opened.locator("#f-topic").select_option("politics")
    assert len(titles(opened)) == 40
    opened.locator("#f-language").select_option("ru")
    opened.locator("#f-rating").select_option("reliable")
    opened.locator("#f-status").select_option("topic_unsure")
    opened.locator("#f-sort").select_option("by_number")
    assert titles(opened)[:2] == ["Заголовок 1", "Заголовок 7"]
    opened.locator("#f-search").fill("ЗАГОЛОВОК 115 bbc")
    assert titles(opened) == ["Заголовок 115"]
    opened.locator("#clear").click()
    assert len(titles(opened)) == 50
    opened.locator("#f-from").fill("2023-01-28")
    assert {title.split()[1] for title in titles(opened)} == {"27", "55", "83", "111"}


def test_a_bar_and_a_source_choose_what_is_listed(opened: Page) -> None:
    opened.locator(".bars button", has_text="Спорт").click()
    assert opened.locator("#count").inner_text().endswith("40")
    assert opened.locator(".bars button", has_text="Спорт").get_attribute("aria-pressed") == "true"
    opened.locator("#clear").click()
    opened.locator("#find-source").fill("bbc")
    opened.locator("#source-rows button").click()
    assert opened.locator("#f-source").input_value() == "bbc.com"


def test_an_article_opens_and_closes_by_keyboard_alone(opened: Page) -> None:
    first = opened.locator("#articles .open").first
    first.focus()
    opened.keyboard.press("Enter")
    assert opened.locator("#article").is_visible()
    assert opened.locator("#article .text mark").first.inner_text().startswith("Речення, яке вплинуло.")
    assert "на тему 40" in opened.locator("#article .text mark").first.inner_text()
    opened.keyboard.press("Escape")
    assert not opened.locator("#article").is_visible()
    assert opened.evaluate("document.activeElement.innerText") == "Заголовок 119"


def test_an_opened_article_says_why_and_accuses_nobody(opened: Page) -> None:
    opened.get_by_role("button", name="Заголовок 119").click()  # new.example, which nobody rates
    said = opened.locator("#article").inner_text()
    assert "Надійність лишається порожньою" in said
    assert "не виміряно" in said
    opened.locator("#next").click()  # bbc.com, whose rating the registry knows
    links = opened.locator("#article a")
    assert all(link.get_attribute("rel") == "noopener noreferrer" for link in links.all())
    assert links.first.get_attribute("href") == "https://bbc.com/118"


@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_no_wider_than_the_screen(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.locator("#articles .open").first.click()
    assert opened.evaluate("document.querySelector('#article').scrollWidth") <= width


def test_hostile_texts_run_nothing_and_load_nothing(chromium: Any, tmp_path: Path) -> None:  # noqa: ANN401
    numbers = {"unreliable_probability": 0.5, "topic_probability": 0.5}
    rows = [{**dict.fromkeys(row(0), text), **numbers} for text in HOSTILE]
    rows += [
        {**row(number), name: text}
        for number, text in enumerate(HOSTILE)
        for name in ("title", "url", "source", "source_note")
    ]
    for index, text in enumerate(HOSTILE):
        rows[index]["topic_probabilities"] = {text: 0.5}
        rows[index]["passages"] = {text: [{"field": "text", "start": 0, "text": text, "weight": 0.5}]}
        rows[index]["claims"] = [{text: text, "link": text}]
        rows[index] |= {"genre": text, "genre_status": text, "genre_probabilities": {text: 1.0}}
    for page in visit(chromium, written(tmp_path, rows)):
        for lang in ("en", "uk"):
            page.locator(f"[data-lang={lang}]").click()
            page.locator("#f-sort").select_option("by_number")
            page.locator("#articles .open").first.click()
            page.evaluate(
                f"for (let step = 1; step < {len(rows)}; step++) document.querySelector('#next').click()"
            )
            page.locator("#close").click()
        assert page.evaluate("window.ran") is None
        assert page.evaluate("document.querySelectorAll('script').length") == 2
        links = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.protocol)")
        assert set(links) <= {"http:", "https:", "file:"}  # file: the page's own contents


def test_the_page_of_ten_thousand_articles_is_small_and_quick(chromium: Any, tmp_path: Path) -> None:  # noqa: ANN401
    rows = [
        {**row(number % 200), "id": str(number), "text": f"{number} слово " * 100} for number in range(10_000)
    ]
    path = written(tmp_path, rows)
    assert path.stat().st_size <= LIMIT
    for page in visit(chromium, path):
        page.locator("#f-search").fill("9999 слово")
        assert len(titles(page)) == 1
