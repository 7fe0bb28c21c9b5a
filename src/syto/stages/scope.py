"""`syto scope`: news and documents of other genres in; the check that tells them apart, out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from syto.config import ScopeConfig, load_config
from syto.corpus.package_files import package_texts
from syto.corpus.prepared import read_split
from syto.corpus.unlabelled import Document, glean_all
from syto.corpus.unlabelled_settings import UnlabelledSettings
from syto.errors import UserError
from syto.sources.registry import Registry
from syto.terminal import give, say, track
from syto.text.clean import Cleaner
from syto.training.genres import GENRES, SPARED, Maker, blended, shuffled
from syto.training.reshaping import reshaped, reshaped_news
from syto.training.scope import fit_scope
from syto.training.scope_settings import MadeSettings, Parts

_FEW_WORDS = (5, 12)  # of a text, as in a headline


def scope(config: ScopeConfig, output: Path) -> Path:
    """Fit the check and write it; a name that is taken is refused, since bundles name their check by it."""
    if output.exists():
        raise UserError(f"{output} is there already, and bundles may name it; give the new fit a new name")
    parts = load_config(config.made.parts, (), Parts)
    random = Random(config.seed)  # noqa: S311 - no secret
    news, held_back = _news(config, random)
    spared = [*_gleaned(config.spared, config.seed), *_made(config.made, parts, random, SPARED)]
    other = [
        *_gleaned(config.other, config.seed),
        *_made(config.made, parts, random, GENRES),
        *_garbled(news, config.made, random),
        *_of_packages(config.made, random),
    ]
    _say(news=news, held_back=held_back, spared=spared, other=other)
    by_language = _by_language(news)
    fitted = fit_scope(
        [reshaped_news(random, each.text, by_language[each.language]) for each in (*news, *spared)],
        [reshaped(random, each.text) for each in other],
        _by_language([*held_back, *_variants(held_back, random)]),
        config.fit,
    )
    fitted.save(output)
    give({"output": output, "bytes": output.stat().st_size, "limits": dict(fitted.limits)})
    say(f"{output}: {output.stat().st_size:,} bytes, limits {dict(fitted.limits)}")
    return output


def _news(config: ScopeConfig, random: Random) -> tuple[list[Document], list[Document]]:
    """Return news to fit on and news to find the limits with, none of which is fitted on."""
    unlabelled = _gleaned(config.news, config.seed)
    random.shuffle(unlabelled)
    count = round(config.news.held_out * len(unlabelled))
    train, validation = (
        [Document(a.clean, a.language, a.dataset) for a in read_split(config.prepared, split, ())]
        for split in ("train", "validation")
    )
    drawn = [
        each
        for some in _grouped(train).values()
        for each in random.sample(some, min(config.articles, len(some)))
    ]
    return drawn + unlabelled[count:], validation + unlabelled[:count]


def _gleaned(corpus: UnlabelledSettings, seed: int) -> list[Document]:
    registry = Registry.shipped()
    return glean_all(corpus, Cleaner(), registry.canonical, seed, say)[0]


def _made(
    settings: MadeSettings, parts: Parts, random: Random, makers: Sequence[Maker]
) -> Iterator[Document]:
    """Yield so many documents of each maker and language; a language may lack the parts of one."""
    cleaner = Cleaner()
    for language, of_language in parts.by_language().items():
        for maker in makers:
            texts = (maker(random, of_language) for _ in range(settings.each))
            cleaned = (cleaner.clean("", text).text for text in texts)
            yield from (Document(text, language, maker.__name__) for text in cleaned if text)


def _garbled(news: Sequence[Document], settings: MadeSettings, random: Random) -> Iterator[Document]:
    for language, documents in _grouped(news).items():
        for garble in (shuffled, blended):
            chosen = random.sample(documents, min(settings.each // 2, len(documents)))
            yield from (Document(garble(random, each.text), language, garble.__name__) for each in chosen)


def _of_packages(settings: MadeSettings, random: Random) -> Iterator[Document]:
    cleaner = Cleaner()
    for package in track(settings.packages, "reading packages"):
        for text in package_texts(package, settings.files, random):
            yield Document(cleaner.clean("", text).text, "en", package)


def _variants(news: Sequence[Document], random: Random) -> Iterator[Document]:
    """Yield held-back news as it may come: reshaped, and as a few words alone."""
    for each in news:
        yield replace(each, text=reshaped_news(random, each.text, ()))
        yield replace(each, text=" ".join(each.text.split()[: random.randint(*_FEW_WORDS)]))


def _grouped(documents: Iterable[Document]) -> dict[str, list[Document]]:
    groups: defaultdict[str, list[Document]] = defaultdict(list)
    for each in documents:
        groups[each.language].append(each)
    return groups


def _by_language(documents: Iterable[Document]) -> dict[str, list[str]]:
    return {language: [each.text for each in some] for language, some in _grouped(documents).items()}


def _say(**parts: Sequence[Document]) -> None:
    for name, documents in parts.items():
        counts = Counter(each.language for each in documents)
        say(f"{name}: {', '.join(f'{language} {n:,}' for language, n in sorted(counts.items()))}")
