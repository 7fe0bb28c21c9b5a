"""What the public lists add to the ratings that were checked by hand, and how far they agree.

python experiments/0018-registry/measure.py ../shared/data
"""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pandas as pd
from sklearn.metrics import cohen_kappa_score

from syto.records import Article
from syto.sources.kinds import NEWS
from syto.sources.registry import Registry
from syto.sources.source import Source
from syto.sources.weighing import RATINGS, Rating

FILES = ("newsapi_2020", "newsapi_2023", "trending_2022", "telegram_2019")
LANGUAGES = ("ru", "uk", "en")
SHOWN = 40  # biggest domains of each file
BEFORE, AFTER = Registry.shipped(), Registry.consulted()


def domains(data: Path) -> Iterator[tuple[str, str, Counter[str]]]:
    """Yield file, language, domain → rows."""
    for name in FILES:
        table = pd.read_parquet(data / f"{name}.parquet")
        column = "lang" if "lang" in table else "language"
        for language in LANGUAGES:
            rows = Counter(table.loc[table[column] == language, "domain"])
            if rows:
                yield name, language, rows
        yield name, "all", Counter(table["domain"].dropna())


def known(domain: str) -> bool:
    """Tell whether score says something of a source: a rating, or that it is no source of news."""
    kind = AFTER.kind_of(AFTER.canonical(domain))
    return AFTER.rate(domain) is not None or (kind is not None and kind.name != NEWS)


def coverage(data: Path) -> None:
    print(
        "\n| file | language | rows | rated before | after | gain | rated or no news | unreliable, mixed, reliable after |\n|---|---|---|---|---|---|---|---|"
    )
    for name, language, rows in domains(data):
        total = rows.total()

        def share(holds: Callable[[str], bool], rows: Counter[str] = rows, total: int = total) -> float:
            return sum(count for domain, count in rows.items() if holds(domain)) / total

        before = share(lambda domain: BEFORE.rate(domain) is not None)
        after = share(lambda domain: AFTER.rate(domain) is not None)
        values = ", ".join(
            f"{share(lambda domain, value=value: _is(AFTER.rate(domain), value)):.1%}" for value in RATINGS
        )
        print(
            f"| {name} | {language} | {total:,} | {before:.1%} | {after:.1%} | {after / before - 1 if before else float('inf'):+.0%} | {share(known):.1%} | {values} |"
        )


def _is(rating: Rating | None, value: str) -> bool:
    return rating is not None and rating.rating == value


def agreement() -> None:
    """Compare the lists with each other, and all of them together with the rows checked by hand."""
    said: dict[str, dict[str, str]] = {}
    for source in AFTER.listings.rows:
        for opinion in AFTER.listings.opinions(source):
            said.setdefault(opinion.rater, {})[source] = opinion.rating
    said["all lists, weighed"] = {
        source: AFTER.listings.rate(source).rating for source in AFTER.listings.rows
    }
    said["checked by hand"] = {source: rating.rating for source, rating in BEFORE.ratings.items()}
    print(
        "\n| raters | sources of both | same | reliable against unreliable | kappa, linear |\n|---|---|---|---|---|"
    )
    for one, other in combinations(said, 2):
        both = sorted(said[one].keys() & said[other].keys())
        if (
            len(both) < 10
            or (one == "all lists, weighed") != (other == "checked by hand")
            and one != "all lists, weighed"
            and other == "all lists, weighed"
        ):
            continue
        pairs = [(RATINGS.index(said[one][s]), RATINGS.index(said[other][s])) for s in both]
        same = sum(a == b for a, b in pairs) / len(both)
        against = sum(abs(a - b) == 2 for a, b in pairs)
        kappa = cohen_kappa_score(*zip(*pairs, strict=True), labels=[0, 1, 2], weights="linear")
        print(f"| {one}, {other} | {len(both):,} | {same:.0%} | {against} | {kappa:.2f} |")
    counts = Counter(
        said["all lists, weighed"][s] for s in said["all lists, weighed"] if s not in BEFORE.ratings
    )
    print(f"\nsources that lists alone rate: {counts.total():,}: {dict(counts)}")
    careful = Counter(
        (len(found), rating.rating)
        for s in AFTER.listings.rows
        if (rating := AFTER.listings.rate(s))
        and (found := AFTER.listings.opinions(s))
        and rating.rating == "mixed"
        and any(o.rating == "unreliable" for o in found)
    )
    print(f"mixed though a list says unreliable, by number of lists: {dict(careful)}")


def by_eye(data: Path) -> None:
    """Print what the biggest domains are called, before and after."""
    for name, language, rows in domains(data):
        if language == "all":
            continue
        print(f"\n{name} {language}")
        for domain, count in rows.most_common(SHOWN):
            before, after = BEFORE.rate(domain), AFTER.rate(domain)
            note = Source.of(Article("1", "", url=f"https://{domain}/1"), AFTER).note
            print(
                f"{count:>6} {domain:<28} {before.rating if before else '-':<11}{after.rating if after else '-':<11}{after.rater if after else ''} | {after.evidence if after else ''} | {note}"
            )


def unreliable_by_lists(data: Path) -> None:
    found: Counter[str] = Counter()
    for _, language, rows in domains(data):
        if language != "all":
            found += Counter(
                {d: n for d, n in rows.items() if BEFORE.rate(d) is None and _is(AFTER.rate(d), "unreliable")}
            )
    print("\nunreliable by lists alone, by rows of all files:")
    for domain, count in found.most_common(60):
        print(f"{count:>6} {domain:<30} {AFTER.rate(domain).evidence}")


def timing(data: Path) -> None:
    def milliseconds(run: Callable[[], object]) -> float:
        times = []
        for _ in range(15):
            start = time.perf_counter()
            run()
            times.append(1000 * (time.perf_counter() - start))
        return statistics.median(times)

    print(
        f"\nreading: {milliseconds(Registry.shipped):.1f} ms by hand alone, {milliseconds(Registry.consulted):.1f} ms with the lists"
    )
    urls = pd.read_parquet(data / "telegram_2019.parquet", columns=["url"])["url"].tolist()[:20_000]
    for label, registry in (("by hand alone", BEFORE), ("with the lists", AFTER)):
        start = time.perf_counter()
        for url in urls:
            Source.of(Article("1", "", url=url), registry)
        print(
            f"looking up an article's source, {label}: {1e6 * (time.perf_counter() - start) / len(urls):.0f} µs"
        )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    coverage(folder)
    agreement()
    timing(folder)
    unreliable_by_lists(folder)
    by_eye(folder)
