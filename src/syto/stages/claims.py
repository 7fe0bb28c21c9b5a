"""`syto claims`: claims already debunked, kept as vectors and links."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from syto.claims.archive import Vectors
from syto.claims.claim import Known
from syto.claims.index import FALSE_ALARMS, ClaimIndex, find_index
from syto.claims.ordinary import OrdinaryNews
from syto.claims.reading import read_claims
from syto.claims.space import unit
from syto.corpus.columns import ColumnMap, find_columns, to_article
from syto.errors import UserError, did_you_mean
from syto.inference.backends import choose_backend
from syto.inference.loaded import find_bundle
from syto.inference.predictor import Predictor
from syto.tables.formats import open_table
from syto.terminal import Listing, give, say
from syto.text.language import detect_language

_AT_ONCE = 256  # texts


def import_claims(
    files: Sequence[Path], output: Path, model: str | None = None, ordinary: Path | None = None
) -> None:
    """Write an index of the claims of these files."""
    predictor = _predictor(model)
    name = predictor.manifest.model_name
    news = OrdinaryNews.read(ordinary) if ordinary else OrdinaryNews.shipped(name)
    if news.model != name:
        raise UserError(f"{ordinary} was made with {news.model}, and this is {name}; make it again")
    known, owners, spoken, texts = _texts_of(files, set(news.languages.tolist()))
    meanings = np.stack([unit(each).mean(0) for each in _meanings(predictor, [("", text) for text in texts])])
    index = ClaimIndex.of(known, owners, spoken, meanings, news)
    index.write(output)
    counts = {"claims": len(known), "texts": len(texts)}
    give({"output": output, **counts, "threshold": float(index.threshold), "model": name})
    say(f"{len(known):,} claims, {len(texts):,} texts: {output}")
    say(
        f"shown from a similarity of {index.threshold:.2f} on: at most {FALSE_ALARMS:.1%} of ordinary "
        f"articles, by {index.measured_on:,} of them"
    )


def show(name: str, id: str | None = None) -> None:
    """Print what an index holds, or one claim."""
    index = find_index(name)
    if id is not None:
        by_id = {known.id: known for known in index.known}
        if id not in by_id:
            raise UserError(f"no claim of {name} is called {id!r}{did_you_mean(id, by_id)}")
        known = by_id[id]
        facts = {field: getattr(known, field) for field in ("id", "date", "narrative", "publisher", "link")}
        give(facts, *(f"{field + ':':<11}{value}" for field, value in facts.items()))
        return
    counts = Counter((known.publisher, known.narrative) for known in index.known).most_common()
    columns = ("publisher", "narrative", "claims")
    told = [dict(zip(columns, (*who, count), strict=True)) for who, count in counts]
    shown = [(*who, f"{count:,}") for who, count in counts]
    give(
        {"claims": told, "model": index.model, "threshold": float(index.threshold)},
        Listing(columns, shown, title=f"{len(index.known):,} claims", numbers=("claims",)),
    )
    say(f"made with {index.model}; shown from a similarity of {index.threshold:.2f} on")


def ordinary(files: Sequence[Path], output: Path, model: str | None = None) -> None:
    """Write what the windows of ordinary articles mean; those in other languages are left out."""
    predictor = _predictor(model)
    articles: list[tuple[str, str]] = []
    for file in files:
        table = open_table(file)
        columns = find_columns(table.outline().names, ColumnMap(), str(file))
        read = (to_article(row, columns) for row in table.rows() if not row.error)
        articles += [(article.title, article.text) for article in read]
    languages = [detect_language(f"{title}\n{text}") for title, text in articles]
    kept = [place for place, language in enumerate(languages) if language in predictor.manifest.languages]
    found = _meanings(predictor, [articles[place] for place in kept])
    owners = np.repeat(np.arange(len(found)), [len(each) for each in found])
    if not found:
        raise UserError(f"no article in {', '.join(predictor.manifest.languages)}; nothing is written")
    meanings = unit(np.concatenate(found))
    spoken = np.array([languages[kept[owner]] for owner in owners], dtype=str)
    OrdinaryNews(predictor.manifest.model_name, meanings, owners, spoken).write(output)
    give({"output": output, "articles": len(found), "windows": len(owners)})
    say(f"{len(found):,} articles, {len(owners):,} windows: {output}")


def _predictor(model: str | None) -> Predictor:
    bundle = find_bundle(model)
    return Predictor(bundle, choose_backend(bundle, meanings=True), passages=0)


def _texts_of(
    files: Sequence[Path], languages: set[str]
) -> tuple[list[Known], list[int], list[str], list[str]]:
    """Return the claims, and of each of their texts the claim, the language and the text."""
    known: dict[str, Known] = {}
    owners: list[int] = []
    spoken: list[str] = []
    texts: list[str] = []
    left_out = 0
    for claim in (claim for file in files for claim in read_claims(file)):
        own = {language or detect_language(text): text for language, text in claim.texts.items() if text}
        read = {language: text for language, text in own.items() if language in languages}
        if claim.known.id in known or not read:
            left_out += 1
            continue
        owners += [len(known)] * len(read)
        spoken += read
        texts += read.values()
        known[claim.known.id] = claim.known
    if left_out:
        say(
            f"{left_out:,} left out: no text in {', '.join(sorted(languages))}, or an id seen before",
            "yellow",
        )
    if not known:
        raise UserError(f"{', '.join(map(str, files))}: no claim in {', '.join(sorted(languages))}")
    return list(known.values()), owners, spoken, texts


def _meanings(predictor: Predictor, texts: Sequence[tuple[str, str]]) -> list[Vectors]:
    found = []
    for start in range(0, len(texts), _AT_ONCE):
        found += predictor.meanings(texts[start : start + _AT_ONCE])
    return [each for each in found if each is not None]
