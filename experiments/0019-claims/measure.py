"""Measure what finds a claim again: usage: measure.py SHARED VECTORS REWORDED E5.

VECTORS is the folder that vectors.py wrote, REWORDED lines of `case|language|text`, E5 an encoder's folder.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from transformers import AutoModel, AutoTokenizer

import syto
from syto.claims.index import ClaimIndex, _usual, find_index
from syto.claims.ordinary import OrdinaryNews
from syto.claims.space import Space, unit
from syto.inference.backends import choose_backend
from syto.inference.loaded import find_bundle
from syto.inference.predictor import Predictor

LANGUAGES, SPLITS = ("uk", "ru", "en"), 4


def main(shared: Path, vectors: Path, reworded: Path, e5: Path) -> None:
    cases = pl.read_parquet(shared / "voxcheck_cases.parquet")
    lines = [line.split("|", 2) for line in reworded.read_text(encoding="utf-8").splitlines()]
    rows = [(int(case), language, text) for case, language, text in lines]
    texts = {language: cases[f"case_{language}"].to_list() for language in LANGUAGES}
    said = {language: meanings(vectors / f"case_{language}.npz") for language in LANGUAGES}
    model = syto.load(passages=0)
    shipped = {language: model.vectors(texts[language]) for language in LANGUAGES}
    news, test = (ordinary(vectors, half) for half in ("calibration", "test"))
    plain = encoded(e5, model, [text for language in LANGUAGES for text in texts[language]])
    plain_by = dict(zip(LANGUAGES, np.split(plain, len(LANGUAGES)), strict=True))

    print("recall at 1 and 5 of a Ukrainian case's twin; fake and narrative of the first found")
    show("`model.vectors`", shipped, cases)
    show("`model.vectors`, centred", centred(shipped), cases)
    show("layer before the last", {each: unit(found) for each, found in said.items()}, cases)
    show("layer before the last, centred", centred(said), cases)
    show("e5-small, not fine-tuned", plain_by, cases)
    for margin in (False, True):
        of_halves(said, news, cases, margin)
    without_own_language(said, news, cases)
    index = find_index("voxcheck")
    alarms(index, test)
    found_again(index, rows, cases)
    ranks(rows, cases, texts, plain_by, index, e5, model)


def meanings(path: Path) -> np.ndarray:
    """Return the mean of the windows of each text, of unit length."""
    with np.load(path) as stored:
        found, owners = unit(stored["vectors"]), stored["owners"]
    return unit(np.stack([found[owners == owner].mean(0) for owner in range(owners[-1] + 1)]))


def ordinary(folder: Path, half: str) -> OrdinaryNews:
    spoken = pl.read_parquet(folder / f"ordinary_{half}.parquet")["language"].to_numpy().astype(str)
    with np.load(folder / f"ordinary_{half}.npz") as stored:
        return OrdinaryNews("", unit(stored["vectors"]), stored["owners"], spoken[stored["owners"]])


def encoded(folder: Path, model: syto.Model, texts: list[str]) -> np.ndarray:
    tokenizer, network = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    clean = [model.predictor._cleaner.clean("", text).text.replace("\n", " ") for text in texts]
    found = np.zeros((len(texts), network.config.hidden_size), np.float32)
    order = np.argsort([len(text) for text in texts])
    for places in np.array_split(order, len(order) // 16 + 1):
        batch = [f"query: {clean[place]}" for place in places]
        ids = tokenizer(batch, padding=True, truncation=True, max_length=256, return_tensors="pt")
        with torch.inference_mode():
            hidden = network(**ids).last_hidden_state
        mask = ids["attention_mask"][..., None]
        found[places] = ((hidden * mask).sum(1) / mask.sum(1)).numpy()
    return unit(found)


def centred(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {language: unit(each - each.mean(0)) for language, each in found.items()}


def figures(near: np.ndarray, asked: np.ndarray, cases: pl.DataFrame, language: str) -> list[float]:
    """Return recall at 1 and 5, and how often the first is of the same fake and narrative."""
    own = cases[f"case_{language}"].to_numpy()  # a few cases have the same text: any of them is the twin
    fake, narrative = cases["fake_uk"].to_numpy(), cases["narrative_uk"].to_numpy()
    first = np.argsort(-near, axis=1, kind="stable")[:, :5]
    hits = own[first] == own[asked][:, None]
    same = [(kind[first[:, 0]] == kind[asked]).mean() for kind in (fake, narrative)]
    return [hits[:, 0].mean(), hits.any(1).mean(), *same]


def show(name: str, found: dict[str, np.ndarray], cases: pl.DataFrame) -> None:
    asked = np.arange(len(cases))
    said = {to: figures(found["uk"] @ found[to].T, asked, cases, to) for to in ("ru", "en")}
    print(name, {to: [round(float(each), 3) for each in row] for to, row in said.items()}, flush=True)


def of_halves(said: dict[str, np.ndarray], news: OrdinaryNews, cases: pl.DataFrame, margin: bool) -> None:
    """Fit on the cases of half of the fakes, ask with those of the other half among all."""
    fakes = np.unique(cases["fake_uk"].to_numpy())
    table = []
    for seed in range(SPLITS):
        chosen = np.random.default_rng(seed).permutation(fakes)[: len(fakes) // 2]
        fitted = np.isin(cases["fake_uk"].to_numpy(), chosen)
        asked = np.flatnonzero(~fitted)
        space = fit({language: each[fitted] for language, each in said.items()}, news)
        found = {each: space.project(said[each], np.full(len(cases), each)) for each in LANGUAGES}
        background = space.project(news.meanings, news.languages)[news.owners % 2 == 0]
        row = []
        for to in ("ru", "en"):
            near = found["uk"][asked] @ found[to].T
            if margin:
                near = near / (
                    _usual(found["uk"][asked], background)[:, None] + _usual(found[to], background)
                )
            row += figures(near, asked, cases, to)
        table.append(row)
    name = "whitened, margin" if margin else "whitened, cosine"
    print(name, "(ru, en; other half of the fakes)", np.round(np.mean(table, 0), 3), flush=True)


def fit(said: dict[str, np.ndarray], news: OrdinaryNews) -> Space:
    spoken = np.repeat(list(said), [len(each) for each in said.values()])
    return Space.fit(np.concatenate(list(said.values())), spoken, news.meanings, news.languages)


def without_own_language(said: dict[str, np.ndarray], news: OrdinaryNews, cases: pl.DataFrame) -> None:
    """Ask with the Ukrainian texts an index of the Russian and English ones."""
    from syto.claims.claim import Known

    known = [Known(str(number)) for number in range(len(cases))]
    both = np.concatenate([said["ru"], said["en"]])
    index = ClaimIndex.of(
        known, [*range(len(cases))] * 2, ["ru"] * len(cases) + ["en"] * len(cases), both, news
    )
    best = index._similarities(said["uk"], np.full(len(cases), "uk"), index.background)
    near = np.maximum(best[:, : len(cases)], best[:, len(cases) :])
    print(
        "index of the Russian and English texts",
        np.round(figures(near, np.arange(len(cases)), cases, "ru"), 3),
    )
    shown = np.mean([bool(index.near(each[None], "uk")) for each in said["uk"]])
    print("  of them above the threshold:", round(float(shown), 3), flush=True)


def alarms(index: ClaimIndex, test: OrdinaryNews) -> None:
    above = index._nearest_of_articles(test, np.full(len(test.owners), True)) >= index.threshold
    _, firsts = np.unique(test.owners, return_index=True)
    spoken = test.languages[firsts]
    by = {language: round(float(above[spoken == language].mean()), 4) for language in LANGUAGES}
    print(
        f"false alarms on {len(above):,} ordinary articles: {above.sum()} = {above.mean():.4f}",
        by,
        flush=True,
    )


def found_again(index: ClaimIndex, rows: list[tuple[int, str, str]], cases: pl.DataFrame) -> None:
    bundle = find_bundle()
    predictor = Predictor(bundle, choose_backend(bundle, meanings=True), passages=0)
    fake, narrative = cases["fake_uk"].to_list(), cases["narrative_uk"].to_list()
    table = []
    for (case, language, _), meaning in zip(
        rows, predictor.meanings([("", row[2]) for row in rows]), strict=True
    ):
        shown = [
            int(str(found["id"]).removeprefix("voxcheck-")) - 1 for found in index.near(meaning, language)
        ]
        kinds = [any(kind[each] == kind[case] for each in shown) for kind in (fake, narrative)]
        table.append([language, bool(shown), case in shown, *kinds])
    columns = ["language", "shown", "case", "fake", "narrative"]
    found = pl.DataFrame(table, schema=columns, orient="row")
    print("reworded, at the threshold", found.drop("language").mean().to_dicts(), flush=True)
    print(found.group_by("language").mean().to_dicts(), flush=True)


def ranks(
    rows: list[tuple[int, str, str]],
    cases: pl.DataFrame,
    texts: dict[str, list[str]],
    plain: dict[str, np.ndarray],
    index: ClaimIndex,
    e5: Path,
    model: syto.Model,
) -> None:
    """Ask with the reworded texts for the case in their own language, without a threshold."""
    bundle = find_bundle()
    predictor = Predictor(bundle, choose_backend(bundle, meanings=True), passages=0)
    for language in LANGUAGES:
        own = [row for row in rows if row[1] == language]
        asked = np.array([row[0] for row in own])
        written = [row[2] for row in own]
        words = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True).fit(
            texts[language]
        )
        near = {"TF-IDF": (words.transform(written) @ words.transform(texts[language]).T).toarray()}
        near["e5-small"] = encoded(e5, model, written) @ plain[language].T
        found = np.stack([each.mean(0) for each in predictor.meanings([("", text) for text in written])])
        places = np.flatnonzero(np.arange(len(index.owners)) % len(LANGUAGES) == LANGUAGES.index(language))
        similar = index._similarities(found, np.full(len(found), language), index.background)
        near["syto"] = similar[:, places]
        for name, each in near.items():
            print(language, len(own), name, np.round(figures(each, asked, cases, language), 3), flush=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
