"""What public lists add to the ratings that were checked by hand, and how far they agree.

python experiments/0018-registry/measure.py ../shared/data
"""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
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
SHOWN = 40  # biggest domains of each file and language
BEFORE, AFTER = Registry.shipped(), Registry.consulted()


def domains(data: Path) -> Iterator[tuple[str, str, Counter[str]]]:
    """Yield file, language, domain → rows."""
    for name in FILES:
        table = pd.read_parquet(data / f"{name}.parquet").dropna(subset="domain")
        languages = table["lang" if "lang" in table else "language"]
        for language in sorted(set(languages) & {"uk", "ru", "en"}):
            yield name, language, Counter(table.loc[languages == language, "domain"])
        yield name, "all", Counter(table["domain"])


def is_rated(rating: Rating | None, value: str = "") -> bool:
    return rating is not None and value in ("", rating.rating)


def is_no_news(domain: str) -> bool:
    kind = AFTER.kind_of(AFTER.canonical(domain))
    return kind is not None and kind.name != NEWS


def share(rows: Counter[str], holds: Callable[[str], bool]) -> float:
    return sum(count for domain, count in rows.items() if holds(domain)) / rows.total()


def coverage(data: Path) -> None:
    print(
        "\n| file | language | rows | rated before | after | gain | rated or no news | unreliable | mixed | reliable |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, language, rows in domains(data):
        before = share(rows, lambda domain: is_rated(BEFORE.rate(domain)))
        after = share(rows, lambda domain: is_rated(AFTER.rate(domain)))
        told = share(rows, lambda domain: is_rated(AFTER.rate(domain)) or is_no_news(domain))
        values = [
            share(rows, lambda domain, value=value: is_rated(AFTER.rate(domain), value)) for value in RATINGS
        ]
        shown = " | ".join(f"{each:.1%}" for each in values)
        print(
            f"| {name} | {language} | {rows.total():,} | {before:.1%} | {after:.1%} | {after / before - 1:+.0%} | {told:.1%} | {shown} |"
        )


def said_by_rater() -> Mapping[str, Mapping[str, str]]:
    said: dict[str, dict[str, str]] = {}
    for source in AFTER.listings.rows:
        for opinion in AFTER.listings.opinions(source):
            said.setdefault(opinion.rater, {})[source] = opinion.rating
    return said


def agreement() -> None:
    """Compare the lists with each other, then each and all of them with the rows checked by hand."""
    said = said_by_rater()
    weighed = {source: AFTER.listings.rate(source) for source in AFTER.listings.rows}
    together = {source: rating.rating for source, rating in weighed.items() if rating}
    by_hand = {source: rating.rating for source, rating in BEFORE.ratings.items()}
    print(
        "\n| raters | sources of both | same | reliable against unreliable | kappa, linear |\n|---|---|---|---|---|"
    )
    for one, other in combinations(said, 2):
        compare(f"{one}, {other}", said[one], said[other])
    for name, found in {**said, "all, weighed": together}.items():
        compare(f"{name}, checked by hand", found, by_hand)
    alone = Counter(rating for source, rating in together.items() if source not in by_hand)
    print(f"\nsources that lists alone rate: {alone.total():,}: {dict(alone)}")
    softened: Counter[str] = Counter()
    for source in (source for source in together if together[source] == "mixed"):
        values = [each.rating for each in AFTER.listings.opinions(source)]
        if "unreliable" in values:
            softened["contradicted" if "reliable" in values else "of weight 1 alone"] += 1
    print(f"mixed though a list says unreliable: {dict(softened)}")


def compare(name: str, one: Mapping[str, str], other: Mapping[str, str]) -> None:
    both = sorted(one.keys() & other.keys())
    if len(both) < 10:
        return
    pairs = [(RATINGS.index(one[source]), RATINGS.index(other[source])) for source in both]
    same = sum(left == right for left, right in pairs) / len(pairs)
    against = sum(abs(left - right) == 2 for left, right in pairs)
    varied = all(
        len(set(values)) > 1 for values in zip(*pairs, strict=True)
    )  # kappa says nothing of one value
    kappa = f"{cohen_kappa_score(*zip(*pairs, strict=True), weights='linear'):.2f}" if varied else "–"
    print(f"| {name} | {len(both):,} | {same:.0%} | {against} | {kappa} |")


def timing(data: Path) -> None:
    print(
        f"\nreading: {milliseconds(Registry.shipped):.1f} ms by hand alone, {milliseconds(Registry.consulted):.1f} ms with the lists"
    )
    urls = pd.read_parquet(data / "telegram_2019.parquet", columns=["url"])["url"].tolist()[:20_000]
    for label, registry in (("by hand alone", BEFORE), ("with the lists", AFTER)):
        start = time.perf_counter()
        for url in urls:
            Source.of(Article("1", "", url=url), registry)
        print(f"the source of an article, {label}: {1e6 * (time.perf_counter() - start) / len(urls):.0f} µs")


def milliseconds(run: Callable[[], object]) -> float:
    """Return the median of 15 runs."""
    times = []
    for _ in range(15):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def unreliable_by_lists(data: Path) -> None:
    found: Counter[str] = Counter()
    for _, language, rows in domains(data):
        if language == "all":
            new = (domain for domain in rows if not is_rated(BEFORE.rate(domain)))
            found += Counter(
                {domain: rows[domain] for domain in new if is_rated(AFTER.rate(domain), "unreliable")}
            )
    print("\nunreliable now and not rated before, by rows of all files:")
    for domain, count in found.most_common():
        print(f"{count:>6} {told(domain)}")


def by_eye(data: Path) -> None:
    for name, language, rows in domains(data):
        if language != "all":
            print(f"\n{name} {language}")
            for domain, count in rows.most_common(SHOWN):
                print(f"{count:>6} {told(domain)}")


def told(domain: str) -> str:
    """Return how a domain is rated before and after, by whom, and what its note says."""
    source = Source.of(Article("1", "", url=f"https://{domain}/1"), AFTER)
    before, after = BEFORE.rate(domain), source.rating
    values: Sequence[str] = [rating.rating if rating else "-" for rating in (before, after)]
    evidence = f"{after.rater} | {after.evidence}" if after else ""
    return f"{domain:<28} {values[0]:<11}{values[1]:<11}{evidence} | {source.note}"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    coverage(folder)
    agreement()
    timing(folder)
    unreliable_by_lists(folder)
    by_eye(folder)
