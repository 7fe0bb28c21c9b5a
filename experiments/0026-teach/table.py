"""Tables and a figure of simulated rounds. Usage: table.py SET [FIGURE.svg]

Intervals are of the mean over seeds, by bootstrap; differences are within a seed.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

WORK = Path("data/prepared/teach")
CHANCE, BEFORE = "by chance", "the queue as it was"
SHOWN, SAME_AS = (150, 200, 300, 600), (300, 600)  # labels
DRAWS = 2_000
DRAWN = {  # strategies in the figure, with their colours (Okabe and Ito)
    CHANCE: "#000000",
    "the queue as it was": "#E69F00",
    "the queue": "#0072B2",
    "uncertain, far apart by vector": "#009E73",
    "BADGE": "#CC79A7",
}
Floats = NDArray[np.floating]


def read(name: str) -> pd.DataFrame:
    rows = pd.concat(pd.read_csv(path) for path in sorted(WORK.glob(f"{name}.[0-9]*.csv")))
    found = rows.groupby("seed").size()
    return rows[rows.seed.isin(found[found == found.max()].index)]  # a run may have been cut short


def interval(values: Floats, draws: NDArray[np.int64]) -> str:
    low, high = np.percentile(values[draws].mean(1), [2.5, 97.5])
    return f"{values.mean():+.3f} ({low:+.3f} to {high:+.3f})"


def reached(curves: Floats, labels: Floats, target: float) -> float:
    """Return the labels at which the mean of curves (seeds, rounds) reaches a figure; inf where it does not."""
    mean = np.maximum.accumulate(curves.mean(0))
    at = int(np.searchsorted(mean, target))
    if at == len(mean):
        return float("inf")
    if at == 0:
        return float(labels[0])
    share = (target - mean[at - 1]) / (mean[at] - mean[at - 1])
    return float(labels[at - 1] + share * (labels[at] - labels[at - 1]))


def needed(curves: Floats, chance: Floats, labels: Floats, at: int, draws: NDArray[np.int64]) -> str:
    """Return the labels that reach what chance has at so many."""
    place = list(labels).index(at)
    found = [reached(curves[draw], labels, chance[draw, place].mean()) for draw in draws]
    low, high = np.percentile(found, [2.5, 97.5], method="nearest")
    whole = reached(curves, labels, chance[:, place].mean())
    return " ".join([_count(whole, labels), f"({_count(low, labels)}–{_count(high, labels)})"])


def _count(found: float, labels: Floats) -> str:
    return f"{found:.0f}" if np.isfinite(found) else f"over {labels[-1]:.0f}"


def by_seed(rows: pd.DataFrame, column: str) -> dict[str, Floats]:
    """Return strategy → figures (seeds, rounds)."""
    return {
        str(strategy): own.pivot(index="seed", columns="labels", values=column).to_numpy()
        for strategy, own in rows.groupby("strategy", sort=False)
    }


def main() -> None:
    name = sys.argv[1]
    rows = read(name)
    labels = np.array(sorted(rows.labels.unique()), dtype=float)
    curves, right = by_seed(rows, "macro_f1"), by_seed(rows, "accuracy")
    wrong, outlets = by_seed(rows, "wrong"), by_seed(rows, "outlets")
    chance, before = curves[CHANCE], curves[BEFORE]
    draws = np.random.default_rng(20).integers(len(chance), size=(DRAWS, len(chance)))
    print(f"{name}: {len(chance)} seeds, {rows.counted.mean():.1f} topics counted; chance, macro-F1:")
    print(", ".join(f"{int(at)}: {chance[:, place].mean():.3f}" for place, at in enumerate(labels)))
    shown, same_as = [at for at in SHOWN if at in labels], [at for at in SAME_AS if at in labels]
    heads = ["strategy", *(f"at {at}" for at in shown), "all rounds", "accuracy", f"against {BEFORE}"]
    heads += [*(f"as {at} by chance" for at in same_as), "wrong of the first 50", "their outlets"]
    print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")
    for strategy, own in sorted(curves.items(), key=lambda pair: -pair[1][:, 1:].mean()):
        gains = [interval((own - chance)[:, list(labels).index(at)], draws) for at in shown]
        gains.append(interval((own - chance)[:, 1:].mean(1), draws))
        gains.append(interval((right[strategy] - right[CHANCE])[:, 1:].mean(1), draws))
        gains.append(interval((own - before)[:, 1:].mean(1), draws))
        counts = [needed(own, chance, labels, at, draws[:500]) for at in same_as]
        first = [f"{each[strategy][:, 0].mean():.0f}" for each in (wrong, outlets)]
        print(f"| {strategy} | " + " | ".join([*gains, *counts, *first]) + " |")
    if sys.argv[2:]:
        draw(curves, labels, Path(sys.argv[2]))


def draw(curves: dict[str, Floats], labels: Floats, path: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "teach", "font.size": 9}
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5.6, 3.4), layout="constrained")
    for strategy, colour in DRAWN.items():
        own = curves[strategy]
        error = 1.96 * own.std(0, ddof=1) / np.sqrt(len(own))
        axes.plot(labels, own.mean(0), color=colour, label=strategy, linewidth=1.4)
        if strategy == CHANCE:
            axes.fill_between(labels, own.mean(0) - error, own.mean(0) + error, color=colour, alpha=0.12)
    axes.set(xlabel="labels", ylabel="macro-F1, outlets not trained on")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
