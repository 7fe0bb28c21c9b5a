"""Take the figures that the docs show out of a results.json, and put them where they are shown.

usage: figures.py RESULTS.json          (`make figures RESULTS=runs/…/results.json`)

Writes docs/figures.json, and from it what stands between marks in README.md and docs/figures.md.
"""

import sys
from pathlib import Path

from syto.evaluation.results import Results
from syto.report.figures import Choice, choose_figures, with_figures

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "docs" / "figures.json"
SHOWN = (ROOT / "README.md", ROOT / "docs" / "figures.md")
# The floors are those that came with the data, of TF-IDF on other splits.
CHOICES = (
    Choice(
        "Ukrinform, newest articles of each section, 6 sections",
        "topic",
        ("dataset", "ukrinform"),
        "macro_f1",
        floor="0.883",
        brief=True,
    ),
    Choice(
        "Ukrainska Pravda, articles of 2019, read one by one",
        "topic",
        ("dataset", "read_pravda"),
        "accuracy",
        brief=True,
    ),
    Choice(
        "Headlines of held-out outlets of 2020, read one by one",
        "topic",
        ("dataset", "held_2020"),
        "accuracy",
    ),
    Choice("… of 2022", "topic", ("dataset", "held_2022"), "accuracy"),
    Choice("… of 2023", "topic", ("dataset", "held_2023"), "accuracy"),
    Choice(
        "War headlines of unseen outlets (`viina`), share called conflict",
        "topic",
        ("dataset", "viina"),
        "accuracy",
    ),
    Choice(
        "Russian headlines, unseen sources, 4 topics",
        "topic",
        ("dataset_language", "newsapi_2020 · ru"),
        "macro_f1",
        floor="0.759",
    ),
    Choice(
        "English headlines, unseen sources, 4 topics",
        "topic",
        ("dataset_language", "newsapi_2020 · en"),
        "macro_f1",
    ),
    Choice(
        "Full Russian texts, unseen outlets, folders of addresses",
        "topic",
        ("dataset_language", "telegram_2019 · ru"),
        "accuracy",
    ),
    Choice(
        "Full English texts, unseen outlets, folders of addresses",
        "topic",
        ("dataset_language", "telegram_2019 · en"),
        "accuracy",
    ),
    Choice(
        "Lenta, full Russian articles, rubrics mapped to 7 topics",
        "topic",
        ("dataset", "lenta_sample"),
        "macro_f1",
    ),
    Choice("All topics, all tests together", "topic", None, "macro_f1", brief=True),
    Choice(
        "Reliable against unreliable, Russian, full texts of unseen outlets",
        "reliability",
        ("dataset_language", "telegram_2019 · ru"),
        "auroc_unreliable",
        floor="0.709",
        brief=True,
    ),
    Choice(
        "Reliable against unreliable, Russian, all tests",
        "reliability",
        ("language", "ru"),
        "auroc_unreliable",
        floor="0.684",
        brief=True,
    ),
    Choice(
        "Reliable against unreliable, English, all tests",
        "reliability",
        ("language", "en"),
        "auroc_unreliable",
    ),
)


def main(path: Path) -> None:
    """Choose, keep, show."""
    results = Results.model_validate_json(path.read_text(encoding="utf-8"))
    figures = choose_figures(results, CHOICES)
    KEPT.write_text(figures.model_dump_json(indent=1) + "\n", encoding="utf-8")
    for page in SHOWN:
        page.write_text(with_figures(page.read_text(encoding="utf-8"), figures), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
