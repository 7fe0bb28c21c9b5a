"""What the texts of an outlet say together, with its links and copies, of outlets that nothing was trained on.

usage: measure.py RUN PREPARED NETWORK SHIPPED
    RUN of `syto cross-validate configs/reliability.yaml`, its prepared data; what network.py and answers.py wrote
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline

from syto.corpus.prepared import read_split
from syto.sources.registry import Registry

COUNTS = (1, 3, 5, 10, 20, 60)
REPEATS, DRAWS, FOLDS = 5, 200, 5
TIMES = (1.96, 2.24, 2.58)  # standard deviations
PRIOR = 0.1  # share of unreliable outlets that the shipped bundle is calibrated to
SISTERS = {  # of one owner: on one side of every split, and no evidence on each other
    "rossiya segodnya": "ria.ru inosmi.ru ukraina.ru sputnik.by sputnik-georgia.ru sputniknews.com rsport.ru 1prime.ru",
    "national media group": "ren.tv 5-tv.ru iz.ru life.ru 1tv.ru",
    "vgtrk": "vesti.ru russia.tv smotrim.ru",
    "federal news agency": "nevnov.ru rueconomics.ru riafan.ru newinform.com nation-news.ru politexpert.net",
    "komsomolskaya pravda": "kp.ru kp.ua",
    "fedpress": "ura.news 360tv.ru",
    "rfe/rl": "radiosvoboda.org svoboda.org krymr.com currenttime.tv azattyq.org",
    "rambler": "lenta.ru rambler.ru news.rambler.ru gazeta.ru",
    "utro": "utro.ru dni.ru",
}
GROUP = {outlet: owner for owner, outlets in SISTERS.items() for outlet in outlets.split()}
NOT_DOT_UA = {"korrespondent.net", "gordonua.com", "ukranews.com", "radiosvoboda.org"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("run", "prepared", "network", "shipped"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    told = _told(given.run, given.prepared)
    _text_alone(told[told.label != "mixed"], "fold models")
    abroad = told[(told.label != "mixed") & (told.language == "ru") & ~_is_ukrainian(told.source)]
    _text_alone(abroad, "fold models, no Ukrainian outlets")
    shipped = _shipped(given.shipped)
    _text_alone(shipped, "bundle that ships")
    flags = _flags(given.network)
    texts = told[told.file == "rated_2019"].merge(flags, on=["url", "source"], how="left").fillna(0.0)
    _network(texts)
    _ukrainian(texts, flags)
    for name, rows in (("fold models", told[told.label != "mixed"]), ("bundle that ships", shipped)):
        _interval_coverage(rows[rows.language == "ru"], name)
    _accusations(shipped[shipped.language == "ru"])


def _told(run: Path, prepared: Path) -> pd.DataFrame:
    answers = pd.concat(pd.read_parquet(file) for file in sorted(run.glob("fold-*/answers.parquet")))
    answers = answers[
        (answers.system == "model") & (answers.task == "reliability") & (answers.split == "test")
    ]
    score = dict(zip(answers.id, answers["values"].map(np.mean), strict=True))
    rows = [
        (each.dataset, each.language, each.source, each.url, label, -score[each.id])
        for split in ("train", "validation", "test")
        for each in read_split(prepared, split, ["reliability"])
        for label in each.labels.get("reliability", ())
        if each.id in score
    ]
    told = pd.DataFrame(rows, columns=["file", "language", "source", "url", "label", "z"]).dropna()
    return told.assign(y=told.label == "unreliable")


def _shipped(path: Path) -> pd.DataFrame:
    """Return the answers of the shipped bundle; z is the logit of its calibrated probability."""
    rows = pd.read_parquet(path).dropna(subset=["p"]).rename(columns={"found": "language", "rating": "label"})
    return rows.assign(z=logit(rows.p.clip(1e-4, 1 - 1e-4)), y=rows.label == "unreliable")


def _text_alone(rows: pd.DataFrame, name: str) -> None:
    print(f"\n## text mean, {name}\n| part | " + " | ".join(f"n = {n}" for n in COUNTS) + " |")
    print("|---" * 7 + "|")
    for (language, file), part in rows.groupby(["language", "file"]):
        if part.groupby("source").y.first().sum() in (0, part.source.nunique()):
            continue
        cells = [_cell(lambda rng, n=n, part=part: _drawn(part, n, rng)) for n in COUNTS]
        print(f"| {language}, {file} | " + " | ".join(cells) + " |")


def _drawn(part: pd.DataFrame, n: int, rng: np.random.Generator, *columns: str) -> pd.DataFrame:
    """Draw n texts of each outlet that has so many (20 are enough for 60); mean of z, sums of flags."""
    enough = part[part.groupby("source").z.transform("size") >= min(n, 20)]
    chosen = enough.iloc[rng.permutation(len(enough))].groupby("source").head(n)
    found = {"score": ("z", "mean")} | {name: (name, "sum") for name in columns}
    return chosen.groupby("source").agg(y=("y", "first"), n=("z", "size"), **found).reset_index()


def _cell(draw: Callable[[np.random.Generator], pd.DataFrame]) -> str:
    """Return the AUROC by outlet, mean of five repeats, its interval over outlets, and how many there are."""
    values, drawn, size = [], [], ""
    for seed in range(REPEATS):
        rng = np.random.default_rng(seed)
        outlets = draw(rng)
        if outlets.y.nunique() < 2:
            return "–"
        values.append(roc_auc_score(outlets.y, outlets.score))
        for _ in range(DRAWS // REPEATS):
            again = outlets.iloc[rng.integers(len(outlets), size=len(outlets))]
            if again.y.nunique() == 2:
                drawn.append(roc_auc_score(again.y, again.score))
        size = f"{int(outlets.y.sum())}+{int((~outlets.y).sum())}"
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{np.mean(values):.3f} ({low:.2f}–{high:.2f}; {size})"


FLAGS = ("link_u", "link_r", "copy_u", "copy_r")


def _flags(path: Path) -> pd.DataFrame:
    """Return, a text, whether it links to or copies outlets rated so, neither its own nor a sister."""
    registry = Registry.consulted()
    network = pd.read_parquet(path)
    named = {name for column in ("links", "copies") for found in network[column] for name in found}
    rated = {name: rating.rating for name in named if (rating := registry.rate(name))}
    for column, of in (("link", "links"), ("copy", "copies")):
        for end, rating in (("u", "unreliable"), ("r", "reliable")):
            network[f"{column}_{end}"] = [
                float(any(rated.get(name) == rating and not _kin(name, source) for name in found))
                for found, source in zip(network[of], network.source, strict=True)
            ]
    return (
        network[["url", "source", "language", *FLAGS]]
        .rename(columns={"language": "told"})
        .drop_duplicates("url")
    )


def _kin(one: str, other: str) -> bool:
    return one == other or GROUP.get(one, one) == GROUP.get(other, other)


def _features(outlets: pd.DataFrame, use: str) -> np.ndarray:
    """Return the columns of a source: mean of its texts, log odds of links and of copies (one added to each)."""
    columns = {
        "t": outlets.score,
        "l": np.log1p(outlets.link_u) - np.log1p(outlets.link_r),
        "c": np.log1p(outlets.copy_u) - np.log1p(outlets.copy_r),
    }
    return np.column_stack([columns[name] for name in use])


def _model() -> LogisticRegression:
    return LogisticRegression(C=1.0, class_weight="balanced")


def _folds(outlets: pd.DataFrame, rng: np.random.Generator) -> Iterator[np.ndarray]:
    owners = outlets.source.map(lambda source: GROUP.get(source, source))
    names = rng.permutation(owners.unique())
    for part in np.array_split(names, FOLDS):
        yield owners.isin(part).to_numpy()


def _withheld(outlets: pd.DataFrame, use: str, rng: np.random.Generator) -> pd.DataFrame:
    """Replace the score of each outlet by that of a model that has not seen it or a sister; mixed ones teach none."""
    given, score = _features(outlets, use), np.zeros(len(outlets))
    for held in _folds(outlets, rng):
        taught = ~held & (outlets.label != "mixed").to_numpy()
        score[held] = _model().fit(given[taught], outlets.y[taught]).decision_function(given[held])
    return outlets.assign(score=score)


def _network(texts: pd.DataFrame) -> None:
    rows = texts[(texts.language == "ru") & (texts.label != "mixed")]
    print(
        "\n## Russian texts of 2019, by withheld outlets\n| what | "
        + " | ".join(f"n = {n}" for n in COUNTS)
        + " |"
    )
    print("|---" * 7 + "|")
    for name, use in (
        ("text", "t"),
        ("links", "l"),
        ("copies", "c"),
        ("links, copies", "lc"),
        ("all", "tlc"),
    ):
        cells = [
            _cell(lambda rng, n=n, use=use: _withheld(_with_label(rows, n, rng), use, rng)) for n in COUNTS
        ]
        print(f"| {name} | " + " | ".join(cells) + " |")
    print("| name only | " + _cell(lambda rng: _by_name(_with_label(rows, 1, rng), rng)) + " |")
    dot = _cell(
        lambda rng: (lambda found: found.assign(score=found.source.map(_russian)))(_with_label(rows, 1, rng))
    )
    print(f"| .ru or .su, as against others | {dot} |\n| language only | 0.500: all are Russian |")
    outlets = _with_label(rows, 60, np.random.default_rng(0))
    fitted = _model().fit(_features(outlets, "tlc"), outlets.y)
    print(
        "weights of text, links, copies:", fitted.coef_.round(3).tolist(), fitted.intercept_.round(3).tolist()
    )


def _with_label(rows: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    outlets = _drawn(rows, n, rng, *FLAGS)
    return outlets.assign(label=outlets.source.map(rows.groupby("source").label.first()))


def _russian(source: str) -> float:
    return float(source.endswith((".ru", ".su")))


def _by_name(outlets: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    score = np.zeros(len(outlets))
    for held in _folds(outlets, rng):
        probe = make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)), _model())
        score[held] = probe.fit(outlets.source[~held], outlets.y[~held]).decision_function(
            outlets.source[held]
        )
    return outlets.assign(score=score)


def _ukrainian(texts: pd.DataFrame, flags: pd.DataFrame) -> None:
    """Ukrainian outlets: those rated mixed or unreliable against reliable ones; one alone is unreliable."""
    print(
        "\n## Ukrainian outlets, unreliable or mixed against reliable\n| what | by outlet (low + reliable) |\n|---|---|"
    )
    russian = texts[texts.language == "ru"]
    for name, use in (("text (ru)", "t"), ("links (ru)", "l"), ("copies (ru)", "c"), ("all (ru)", "tlc")):
        print(
            f"| {name} | {_cell(lambda rng, use=use: _ua(_withheld(_with_label(russian, 60, rng), use, rng)))} |"
        )
    label = texts.groupby("source").label.first()
    both = flags[flags.source.isin(label.index)].assign(z=0.0)
    both = both.assign(label=both.source.map(label), y=both.source.map(label) == "unreliable")
    sums = (
        both.groupby("source")
        .agg(
            y=("y", "first"),
            label=("label", "first"),
            score=("z", "mean"),
            **{name: (name, "sum") for name in FLAGS},
        )
        .reset_index()
    )
    for name, use in (("links (ru, uk)", "l"), ("copies (ru, uk)", "c"), ("links, copies (ru, uk)", "lc")):
        print(f"| {name} | {_cell(lambda rng, use=use: _ua(_withheld(sums, use, rng)))} |")
    shown = _ua(_withheld(sums, "lc", np.random.default_rng(0)))
    print(shown[["source", "label", *FLAGS, "score"]].sort_values("score").round(2).to_string())


def _is_ukrainian(sources: "pd.Series[str]") -> "pd.Series[bool]":
    return sources.str.endswith(".ua") | sources.isin(NOT_DOT_UA)


def _ua(outlets: pd.DataFrame) -> pd.DataFrame:
    chosen = outlets[_is_ukrainian(outlets.source)]
    return chosen.assign(y=chosen.label != "reliable")


def _spread(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Return the mean over outlets, the variance between them and that within one; an outlet of a file is one."""
    groups = rows.groupby(["file", "source"]).z
    sizes, means = groups.size(), groups.mean()
    keep = sizes >= 3
    within = float((groups.var()[keep] * (sizes[keep] - 1)).sum() / (sizes[keep] - 1).sum())
    between = max(float(means[keep].var() - (within / sizes[keep]).mean()), 1e-3)
    return float(means[keep].mean()), between, within


def _shrunk(mean: np.ndarray, n: int, spread: tuple[float, float, float]) -> tuple[np.ndarray, float]:
    """Return what n texts say of the mean over all texts of an outlet, and its standard deviation."""
    middle, between, within = spread
    share = between / (between + within / n)
    return middle + share * (mean - middle), float(np.sqrt(between * (1 - share)))


def _interval_coverage(rows: pd.DataFrame, name: str) -> None:
    """Spread by withheld outlets; the truth is the mean over the other texts of the outlet, forty or more."""
    rows = rows.assign(owner=rows.source.map(lambda source: GROUP.get(source, source)))
    print(f"\n## interval, {name}, ru: mean, variance between, within: {np.round(_spread(rows), 3)}")
    print("| n | within 1.96 | within 2.24 | within 2.58 | deviation | outlets |\n|---|---|---|---|---|---|")
    for n in (3, 5, 10, 20):
        off, width, outlets = [], [], set()
        for seed in range(REPEATS):
            rng = np.random.default_rng(seed)
            for part in np.array_split(rng.permutation(rows.owner.unique()), FOLDS):
                held, spread = rows[rows.owner.isin(part)], _spread(rows[~rows.owner.isin(part)])
                for key, group in held.groupby(["file", "source"]):
                    if len(group) < n + 40:
                        continue
                    z = rng.permutation(group.z.to_numpy())
                    middle, deviation = _shrunk(z[:n].mean(), n, spread)
                    off.append(abs(z[n:].mean() - middle) / deviation)
                    width.append(deviation)
                    outlets.add(key)
        if off:
            cells = " | ".join(f"{np.mean(np.array(off) <= times):.3f}" for times in TIMES)
            print(f"| {n} | {cells} | {np.mean(width):.2f} | {len(outlets)} |")


def _accusations(rows: pd.DataFrame) -> None:
    """The calibration that ships; and the threshold that accuses at most 5% of reliable outlets, elsewhere."""
    spread = _spread(rows)
    print("\n## calibration of the bundle that ships, ru")
    outlets = (
        rows.groupby(["file", "source"])
        .agg(y=("y", "first"), n=("z", "size"), mean=("z", "mean"))
        .reset_index()
    )
    outlets = outlets[outlets.n >= 3]
    outlets["m"] = [
        float(_shrunk(np.array(m), n, spread)[0]) for m, n in zip(outlets["mean"], outlets.n, strict=True)
    ]
    share = outlets.y.mean()
    weight = np.where(outlets.y, PRIOR / share, (1 - PRIOR) / (1 - share))
    fitted = LogisticRegression(C=1.0).fit(outlets[["m"]] - spread[0], outlets.y, sample_weight=weight)
    slope, start = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    print(f"middle, between, within: {np.round(spread, 4)}; slope {slope:.4f}, start {start:.4f}")
    outlets["p"] = expit(start + slope * (outlets.m - spread[0]))
    print(outlets.groupby(["file", "y"]).p.describe()[["count", "min", "50%", "max"]].round(3).to_string())
    print(
        "| file | threshold from the other files | reliable accused | unreliable found |\n|---|---|---|---|"
    )
    for file, own in outlets.groupby("file"):
        limit = outlets[(outlets.file != file) & ~outlets.y].p.max()
        good, bad = own[~own.y], own[own.y]
        print(
            f"| {file} | {limit:.3f} | {(good.p > limit).sum()} of {len(good)} | {(bad.p > limit).sum()} of {len(bad)} |"
        )


if __name__ == "__main__":
    main()
