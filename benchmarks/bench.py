"""Speed of `syto score` beside other ways to run the same weights over the same articles.

`python benchmarks/bench.py [ARTICLES] [--rows 500] [--rounds 5] [--threads 1] [--json FILE]`.
Without articles the sample is repeated, each copy with a number of its own: identical texts are read once.
Every way runs in a process of its own, in turn, `--rounds` times, over the same rows or, with `--apart`, over
further ones each time; the table has medians. Rows/s hold the start of the process; rows per second of
processor time are what to compare while other work runs. Rows that the model would not
read (another language, no news) are left out, since they would cost it nothing.

Two inputs: `whole` articles, of which every way reads all windows of 128 tokens, and `beginning`, cut to one.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SAMPLE, BUNDLE, ENCODER = (
    ROOT / "data" / part for part in ("sample/to_score.csv", "embedded", "encoder/news-small")
)
BATCH, LABELS = 32, 15
FP32 = "syto score --passages 0, fp32"  # of a bundle of a run; the one that ships has int8 alone
INPUTS = ("beginning", "whole")
Texts = Sequence[str]
Run = Callable[[], object]


def main() -> None:
    """Measure every way on both inputs, print the table and write the JSON."""
    global BUNDLE
    arguments = _arguments()
    BUNDLE = arguments.bundle.resolve()
    if arguments.measure:
        sys.stdout.write(json.dumps(_measure(arguments.measure, arguments.folder, arguments.input)))
        return
    with tempfile.TemporaryDirectory(prefix="syto-bench-") as place:
        folders, sizes = _prepare(arguments, Path(place))
        asked = arguments.only or [way for way in WAYS if way != FP32 or (BUNDLE / "model.onnx").is_file()]
        ways = [(name, kind) for kind in arguments.inputs for name in WAYS if name in asked]
        peaks, runs = [], {way: [] for way in ways}  # type: ignore[var-annotated]
        for folder in folders:
            peaks.append(_child("sgemm", "", folder, arguments.threads)["flops"])
            for way in ways:
                runs[way].append(_child(*way, folder, arguments.threads))
                print(f"{folder.name} {way[0]}: {runs[way][-1]['seconds']:.1f} s", file=sys.stderr)  # noqa: T201
        help_seconds = [_seconds_of_help() for _ in range(arguments.rounds)]
    figures = [
        _figures(name, kind, runs[name, kind], [size[kind] for size in sizes], statistics.median(peaks))
        for name, kind in ways
    ]
    result = {
        "rows": [size["whole"]["rows"] for size in sizes],
        "threads": arguments.threads,
        "rounds": arguments.rounds,
        "sgemm_gflops_per_processor_second": statistics.median(peaks) / 1e9,
        "help_processor_seconds": statistics.median(help_seconds),
        "tokens": {kind: [size[kind]["tokens"] for size in sizes] for kind in arguments.inputs},
        "ways": figures,
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    _print(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "articles", nargs="?", type=Path, default=SAMPLE, help="any file that syto score reads"
    )
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--apart", action="store_true", help="each round reads further rows")
    parser.add_argument("--threads", type=int, default=1, help="cores that each process may use")
    parser.add_argument("--only", nargs="*", choices=WAYS)
    parser.add_argument("--inputs", nargs="+", choices=INPUTS, default=INPUTS)
    parser.add_argument("--bundle", type=Path, default=BUNDLE, help="its encoder is data/encoder/news-small")
    parser.add_argument("--json", type=Path)
    for hidden in ("measure", "input"):
        parser.add_argument(f"--{hidden}", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


Sizes = dict[str, dict[str, float]]  # input → rows, tokens and operations


def _prepare(arguments: argparse.Namespace, place: Path) -> tuple[list[Path], list[Sizes]]:
    """Write what each round reads; return its folder and sizes."""
    import syto

    model = syto.load(BUNDLE, passages=0)
    count = arguments.rounds if arguments.apart else 1
    texts = [
        text for text in _texts(arguments.articles, count * arguments.rows) if model.score([text])[0].topic
    ]
    folders = [place / str(number) for number in range(1, count + 1)]
    sizes = [_write_inputs(texts[number::count], folder) for number, folder in enumerate(folders)]
    repeated = 1 if arguments.apart else arguments.rounds
    return repeated * folders, repeated * sizes


def _write_inputs(texts: Texts, folder: Path) -> Sizes:
    """Write both inputs and the plain classifier."""
    from syto.model.bundle import TOKENIZER, read_bundle
    from syto.model.windows import Windower

    folder.mkdir()
    windower = Windower(BUNDLE / TOKENIZER, read_bundle(BUNDLE).manifest.window)
    cut = windower.windows(texts)
    beginnings = [text[: own.windows[0].offsets[-2][1]] for text, own in zip(texts, cut, strict=True)]
    _write_classifier(folder / "classifier")
    sizes = {}
    for kind, chosen in zip(INPUTS, (beginnings, texts), strict=True):
        with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text"], *([text] for text in chosen)])
        lengths = [len(window.ids) for own in windower.windows(chosen) for window in own.windows]
        sizes[kind] = {
            "rows": len(chosen),
            "tokens": sum(lengths),
            "operations": sum(map(_operations, lengths)),
        }
    return sizes


def _texts(articles: Path, rows: int) -> Iterator[str]:
    from syto.corpus.columns import ColumnMap, find_columns, to_article
    from syto.tables.formats import open_table

    table = open_table(articles, None, None)
    columns = find_columns(table.survey().names, ColumnMap(), articles.name)
    found = [to_article(row, columns) for row in table.rows() if not row.error]
    repeated = enumerate(islice(cycle(found), rows))
    for number, article in repeated:
        text = f"{article.title}\n{article.text}".strip()
        yield text if number < len(found) else f"{text} {number}."


def _operations(tokens: int) -> int:
    """Multiplications and additions of the layers over one window: weights, then attention."""
    config = json.loads((ENCODER / "config.json").read_text(encoding="utf-8"))
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    weights = 4 * hidden * hidden + 2 * hidden * inner
    return int(config["num_hidden_layers"] * 2 * tokens * (weights + 2 * hidden * tokens))


def _write_classifier(folder: Path) -> None:
    """Put the encoder of the bundle, in float32, under a plain classification head."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model = AutoModelForSequenceClassification.from_pretrained(ENCODER, num_labels=LABELS, dtype="float32")
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(ENCODER).save_pretrained(folder)  # type: ignore[no-untyped-call]


def _child(way: str, kind: str, folder: Path, threads: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", way, "--input", kind, "--folder", str(folder)]
    command += ["--bundle", str(BUNDLE)]
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
    alone = {"PYTHONWARNINGS": "ignore", "HF_HUB_OFFLINE": "1"} | dict.fromkeys(names, str(threads))
    before = time.perf_counter()
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | alone,
        preexec_fn=lambda: _keep_to(threads),
    )
    if done.returncode:
        sys.exit(f"{way}: {done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures | {"seconds": time.perf_counter() - before}


def _keep_to(threads: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def _measure(way: str, folder: Path, kind: str) -> dict[str, float]:
    """Run one way in this process; processor seconds of all, and those until it was ready to read."""
    if way == "sgemm":
        return {"flops": _sgemm()}
    run = WAYS[way](folder, kind)
    ready = time.process_time()
    run()
    return {"processor": time.process_time(), "ready": ready, "mib": _peak_memory()}


def _peak_memory() -> float:
    """Return the peak of this process alone in MiB: `ru_maxrss` would count the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")  # Linux alone has it
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _sgemm() -> float:
    """Return the operations per processor second of a large product in float32, the best of ten."""
    import torch

    size = 2048
    one, other, seconds = torch.randn(size, size), torch.randn(size, size), []
    for _ in range(10):
        before = time.process_time()
        one @ other
        seconds.append(time.process_time() - before)
    return 2 * size**3 / min(seconds)


def _read(folder: Path, kind: str) -> list[str]:
    csv.field_size_limit(1 << 30)
    with (folder / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


def _window_texts(texts: Texts) -> list[str]:
    return [text[own.offsets[1][0] : own.offsets[-2][1]] for text, own in _windows(texts)]


def _windows(texts: Texts) -> list[tuple[str, Any]]:
    from syto.model.bundle import TOKENIZER, read_bundle
    from syto.model.windows import Windower

    windower = Windower(BUNDLE / TOKENIZER, read_bundle(BUNDLE).manifest.window)
    return [
        (text, own) for text, cut in zip(texts, windower.windows(texts), strict=True) for own in cut.windows
    ]


def _pipeline(batch: int) -> Callable[[Path, str], Run]:
    """`transformers.pipeline`, given each window as a text of its own."""

    def ready(folder: Path, kind: str) -> Run:
        from transformers import pipeline

        place = str(folder / "classifier")
        classify = pipeline("text-classification", model=place, tokenizer=place, device="cpu")
        options = {"truncation": True, "max_length": 128, "batch_size": batch, "top_k": None}
        return lambda: classify(_window_texts(_read(folder, kind)), **options)

    return ready


def _sorted_torch(folder: Path, kind: str) -> Run:
    """Plain PyTorch, windows of like length together."""
    import torch
    from transformers import AutoModelForSequenceClassification

    from syto.model.windows import pad_batch

    model = AutoModelForSequenceClassification.from_pretrained(folder / "classifier").eval()

    def run() -> None:
        windows = sorted((own.ids for _, own in _windows(_read(folder, kind))), key=len)
        for start in range(0, len(windows), BATCH):
            ids, mask = map(torch.from_numpy, pad_batch(windows[start : start + BATCH]))
            with torch.inference_mode():
                model(input_ids=ids, attention_mask=mask)

    return run


def _pyfunc(folder: Path, kind: str) -> Run:
    """What a registered model runs, with passages, over a data frame."""
    import pandas as pd
    from mlflow.pyfunc.model import PythonModelContext

    from syto.tracking.pyfunc_model import BUNDLE as ARTEFACT
    from syto.tracking.pyfunc_model import SytoModel

    model, context = SytoModel(), PythonModelContext({ARTEFACT: str(BUNDLE)}, None)
    model.load_context(context)
    return lambda: model.predict(context, pd.DataFrame({"text": _read(folder, kind)}))


def _linear(folder: Path, kind: str) -> Run:
    """TF-IDF of words and a logistic regression, fitted on chance: speed does not hang on the labels."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    texts = _read(folder, kind)
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(max_iter=20))
    model.fit(texts, [number % LABELS for number in range(len(texts))])
    return lambda: model.predict_proba(_read(folder, kind))


def _syto(passages: int, backend: str = "auto") -> Callable[[Path, str], Run]:
    def ready(folder: Path, kind: str) -> Run:
        from syto.stages.score import score

        source, target = folder / f"{kind}.csv", folder / "scored" / f"{os.getpid()}.csv"
        return lambda: score(str(source), str(target), BUNDLE, passages=passages, backend=backend)

    return ready


WAYS: Mapping[str, Callable[[Path, str], Run]] = {
    "syto score": _syto(3),
    "syto score --passages 0": _syto(0),
    FP32: _syto(0, "onnx-fp32"),
    "MLflow pyfunc": _pyfunc,
    "transformers.pipeline, batch 1": _pipeline(1),
    "transformers.pipeline, batch 32": _pipeline(BATCH),
    "PyTorch, sorted by length": _sorted_torch,
    "TF-IDF, logistic regression": _linear,
}


def _seconds_of_help() -> float:
    before = os.times()
    subprocess.run([sys.executable, "-m", "syto", "--help"], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _figures(
    name: str,
    kind: str,
    runs: Sequence[Mapping[str, float]],
    sizes: Sequence[Mapping[str, float]],
    peak: float,
) -> dict[str, object]:
    each = [_figures_of(run, size, peak) for run, size in zip(runs, sizes, strict=True)]
    middle: dict[str, object] = {key: statistics.median(one[key] for one in each) for key in each[0]}
    middle["seconds"] = [run["seconds"] for run in runs]
    return {"input": kind, "way": name, **middle} | (
        {"share_of_sgemm": None} if name.startswith("TF-IDF") else {}
    )


def _figures_of(run: Mapping[str, float], size: Mapping[str, float], peak: float) -> dict[str, float]:
    reading = run["processor"] - run["ready"]
    return {
        "rows_per_second": size["rows"] / run["seconds"],
        "rows_per_processor_second": size["rows"] / run["processor"],
        "rows_per_processor_second_when_ready": size["rows"] / reading,
        "tokens_per_processor_second_when_ready": size["tokens"] / reading,
        "ready_processor_seconds": run["ready"],
        "peak_mib": run["mib"],
        "share_of_sgemm": size["operations"] / reading / peak,
    }


def _print(result: Mapping[str, Any]) -> None:
    lines = [
        "| input | way | rows/s | rows/CPU s | tokens/CPU s | ready, CPU s | MiB | of sgemm |",
        "|" + "---|" * 8,
    ]
    for each in result["ways"]:
        share = each["share_of_sgemm"]
        cells = (
            each["input"],
            each["way"],
            f"{each['rows_per_second']:.1f}",
            f"{each['rows_per_processor_second']:.1f}",
            f"{each['rows_per_processor_second_when_ready']:.1f}",
            f"{each['tokens_per_processor_second_when_ready']:,.0f}",
            f"{each['ready_processor_seconds']:.1f}",
            f"{each['peak_mib']:.0f}",
            "" if share is None else f"{share:.0%}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    tokens = ", ".join(f"{kind}: {statistics.median(each):,.0f}" for kind, each in result["tokens"].items())
    lines.append(
        f"\nmedians of {result['rounds']} rounds of {statistics.median(result['rows']):,.0f} rows "
        f"(tokens {tokens}), {result['threads']} threads; "
        f"sgemm {result['sgemm_gflops_per_processor_second']:.0f} GFLOP per CPU s; "
        f"syto --help {result['help_processor_seconds']:.2f} CPU s"
    )
    print("\n".join(lines))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
