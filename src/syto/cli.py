"""The command line: one function a verb, each importing its stage inside itself."""

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from syto import __version__
from syto.errors import SytoError, UserError, printable
from syto.sources.statement import LEAST_ARTICLES, NOT_TRUTH

if TYPE_CHECKING:
    from pydantic import BaseModel

    from syto.requirements import Verb

Settings = TypeVar("Settings", bound="BaseModel")
_DEBUG = "SYTO_DEBUG"
_STREAMS = ("-", "/dev/stdout")
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]  # which typer has under no name of its own

app = typer.Typer(
    name="syto",
    help=f"Sorts Ukrainian news by topic and by source reliability.\n\n{NOT_TRUTH}",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

ConfigPath = Annotated[Path, typer.Argument(metavar="CONFIG", help="YAML file, such as configs/news.yaml.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override one key, such as training.learning_rate=1e-5."),
]

Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with the newest unfinished run of this config.")
]
RunOption = Annotated[
    Path | None, typer.Option("--run", metavar="FOLDER", help="Go on with this run folder.")
]


def _in_json(context: typer.Context, as_json: bool) -> bool:
    """Have the verb answer in JSON until its context ends."""
    if as_json and not context.resilient_parsing:
        from syto.terminal import in_json

        context.with_resource(in_json())
    return as_json


# Works by its callback: the stages `give` their answer, whatever its form.
AsJson = Annotated[
    bool, typer.Option("--json", callback=_in_json, help="Print the answer as one JSON object, no more.")
]


def _here(name: str) -> Path:
    """Take the name of a file of this machine; one behind an address would become a folder called `s3:`."""
    if "://" in name:
        raise UserError(
            f"{name} is an address, and only INPUT and -o of `syto score` may be one; name a file here, and "
            "copy it there"
        )
    return Path(name)


def _ready(path: Path, overrides: list[str] | None, kind: type[Settings], verb: "Verb") -> Settings:
    """Load a config and look for what it names, before the stage: torch takes seconds to import."""
    from syto.config import load_config
    from syto.requirements import check_requirements

    settings = load_config(path, overrides or (), kind)
    check_requirements(settings, verb, path)
    return settings


@app.callback(invoke_without_command=True)
def start(
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Take the options of every verb."""
    if version:
        typer.echo(f"syto {__version__}")
        raise typer.Exit
    if debug:
        os.environ[_DEBUG] = "1"


@app.command()
def prepare(
    config: ConfigPath,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Read, clean, label and split articles, so that no source, story or date crosses a split.

    Writes train, validation and test Parquet files and manifest.json, which counts every dropped row.

    Example: **syto prepare configs/news.yaml --set data.cap_per_source=100**
    """
    from syto.config import Config

    settings = _ready(config, overrides, Config, "prepare")
    from syto.stages.prepare import prepare as stage

    stage(settings)


@app.command()
def pretrain(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Such as configs/syto-mini.yaml.")],
    overrides: Overrides = None,
    resume: Resume = False,
    run: RunOption = None,
    as_json: AsJson = False,
) -> None:
    """Train an encoder on unlabelled texts, from scratch or on from a checkpoint.

    Writes runs/NAME-TIME/encoder/, which AutoModel and AutoTokenizer load.

    Example: **syto pretrain configs/syto-mini.yaml --set training.max_steps=200**

    Several GPUs: **accelerate launch --multi_gpu --num_processes 2 -m syto pretrain configs/syto-mini.yaml**
    """
    from syto.config import PretrainConfig

    settings = _ready(config, overrides, PretrainConfig, "pretrain")
    from syto.stages.pretrain import pretrain as stage

    stage(settings, run or ("newest" if resume else None))


@app.command()
def train(
    config: ConfigPath,
    overrides: Overrides = None,
    resume: Resume = False,
    run: RunOption = None,
    as_json: AsJson = False,
) -> None:
    """Fine-tune, calibrate, export and track a model; writes runs/NAME-TIME/ with its bundle.

    Example: **syto train configs/news.yaml --set training.learning_rate=5e-4**

    Several GPUs: **accelerate launch --multi_gpu --num_processes 2 -m syto train configs/news.yaml**
    """
    from syto.config import Config

    settings = _ready(config, overrides, Config, "train")
    from syto.stages.train import train as stage

    stage(settings, run or ("newest" if resume else None))


@app.command()
def tune(
    config: ConfigPath,
    trials: Annotated[
        int | None, typer.Option(min=1, help="Trials of the whole study; else `tune.trials`.")
    ] = None,
    overrides: Overrides = None,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--no-resume",
            help="Go on with the study of this name, which is done unasked; or put it aside and begin anew.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try values of keys that training reads, as `tune:` in the config ranges them; write the best config.

    Chooses by validation; the test split is never read. Writes runs/NAME-tune/ with best.yaml, which `syto
    train` takes, trials.csv, study.html and Optuna's study.db; no weights are kept. The same command goes on
    after a kill. It needs pip install '.[train,tune]'.

    Example: **syto tune configs/demo.yaml --trials 8**
    """
    from syto.config import Config

    settings = _ready(config, overrides, Config, "tune")
    try:
        from syto.stages.tune import tune as stage
    except ModuleNotFoundError as error:
        raise UserError(f"syto tune needs pip install '.[train,tune]' ({error})") from None
    stage(settings, trials, resume)


@app.command()
def scope(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Such as configs/scope.yaml.")],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="Such as data/scope/news-2.npz; a new name."),
    ],
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Fit the check that tells news from code, recipes, statutes, price lists and noise.

    Example: **syto scope configs/scope.yaml -o data/scope/news-3.npz**
    """
    from syto.config import ScopeConfig

    settings = _ready(config, overrides, ScopeConfig, "scope")
    from syto.stages.scope import scope as stage

    stage(settings, output)


@app.command()
def trim(
    encoder: Annotated[str, typer.Argument(metavar="ENCODER", help="Folder or Hub name.")],
    texts: Annotated[
        list[Path], typer.Option("--texts", metavar="FILE", help="Tables of texts; repeatable.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="A new folder.")],
    least: Annotated[int, typer.Option(min=1, help="A sub-word stays when it occurs so often.")] = 3,
    counts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="subword_counts.npz of an earlier run; no counting.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Cut an encoder down to the sub-words that given texts use; the ones that stay give the same vectors.

    Example: **syto trim intfloat/multilingual-e5-small --texts articles.parquet -o encoders/e5-small**
    """
    from syto.stages.trim import trim as stage

    stage(encoder, texts, output, least, counts)


@app.command()
def distil(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Such as configs/news-small.yaml.")],
    overrides: Overrides = None,
    resume: Resume = False,
    run: RunOption = None,
    as_json: AsJson = False,
) -> None:
    """Teach a smaller encoder what a bundle answers, on unlabelled texts; writes a bundle and the encoder.

    Example: **syto distil configs/news-small.yaml --set distil.teacher=runs/news-20261122-200000/bundle**

    Several GPUs: **accelerate launch --multi_gpu --num_processes 2 -m syto distil configs/news-small.yaml**
    """
    from syto.config import Config

    settings = _ready(config, overrides, Config, "distil")
    from syto.stages.distil import distil as stage

    stage(settings, run or ("newest" if resume else None))


@app.command(name="cross-validate")
def cross_validate(
    config: ConfigPath,
    task: Annotated[str, typer.Option(help="The task to measure.")] = "reliability",
    folds: Annotated[
        int, typer.Option(min=2, help="Models to train, each on the sources of the others.")
    ] = 5,
    overrides: Overrides = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the newest run of this config.")
    ] = False,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="FOLDER", help="Go on with this run folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train one model a fold of sources and measure all of them on the sources they have not seen.

    Writes runs/NAME-TASK-FOLDS-folds-TIME/ with results.json and results.html.

    Example: **syto cross-validate configs/reliability.yaml --folds 5**
    """
    from syto.config import Config

    settings = _ready(config, overrides, Config, "cross-validate")
    from syto.stages.cross_validate import cross_validate as stage

    stage(settings, task, folds, run or ("newest" if resume else None))


@app.command()
def evaluate(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder that `syto train` made.")],
    prepared: Annotated[
        Path | None, typer.Option("--data", metavar="FOLDER", help="Prepared data; else that of the run.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="Else the run folder.")
    ] = None,
    split: Annotated[str, typer.Option(help="test or validation.")] = "test",
    backend: Annotated[
        str, typer.Option(help="auto, onnx (int8), onnx-int4, onnx-fp16, onnx-fp32 or torch.")
    ] = "auto",
    robustness: Annotated[
        bool, typer.Option("--robustness", help="Also disguise, garble and attack texts; count what changes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure a bundle on its prepared test split beside the baselines; writes results.json and results.html.

    Example: **syto evaluate runs/news-20261122-200000/bundle --robustness**
    """
    from syto.stages.evaluate import evaluate as stage

    stage(bundle, prepared, output, backend=backend, split=split, perturbed=robustness)


@app.command()
def export(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder that `syto train` made.")],
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Export a bundle to ONNX and calibrate it again, in its place: other kinds, another prior.

    A smaller file that answers worse than `export` allows, by task, language or class, is refused, and the
    next kind is tried.

    Example: **syto export runs/news-20261122-200000/bundle --set export.kinds=[int4]**
    """
    from syto.stages.export import export as stage

    stage(bundle, overrides or ())


@app.command()
def card(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder that `syto evaluate` measured.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Else README.md in the bundle.")
    ] = None,
    results: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Else results.json in the bundle or beside it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the model card of a bundle, and the tables behind it; every figure comes from its results.json.

    Example: **syto card runs/news-20261122-200000/bundle**
    """
    from syto.stages.card import card as stage

    stage(bundle, output, results)


@app.command()
def runs(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Of run folders.")] = Path("runs"),
    last: Annotated[int, typer.Option(min=1, help="So many, the newest ones.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Compare the last runs: state, what differs in the config, validation and test figures, size.

    Runs of one config name are held against each other. It reads the run folders alone, not MLflow.

    Example: **syto runs --last 5**
    """
    from syto.stages.runs import runs as stage

    stage(folder, last)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Look at this installation: versions, devices, room, tracking, the model, and what each verb lacks.

    Exit status: 0 `syto score` works, 1 it does not.

    Example: **syto doctor --json**
    """
    from syto.stages.doctor import doctor as stage

    if not stage():
        raise typer.Exit(1)


@app.command()
def push(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder with a card of `syto card`.")],
    repo: Annotated[str, typer.Argument(metavar="REPO", help="OWNER/NAME, or OWNER/NAME@BRANCH.")],
    light: Annotated[
        bool, typer.Option("--light", help="Only the tokenizer and the smallest network: no torch weights.")
    ] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Let everybody see it; else it is private.")
    ] = False,
    message: Annotated[str, typer.Option(help="Of the commit; else the model's name.")] = "",
    pr: Annotated[bool, typer.Option("--pr", help="Offer it as a pull request.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check all, list the files, send nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send a bundle and its card to the Hugging Face Hub, in one commit.

    The bundle is loaded and asked first. Nothing goes but its own files, its card and notices. The token is
    that of `hf auth login`, or HF_TOKEN.

    Example: **syto push runs/news-20261122-200000/bundle anna/syto-news --dry-run**
    """
    from syto.stages.push import push as stage

    stage(bundle, repo, light=light, public=public, message=message, pr=pr, dry_run=dry_run)


@app.command(
    help=f"""Score articles: the same rows come back with topic, reliability and the passages that decided.

{NOT_TRUTH}

INPUT is a csv, tsv, jsonl, parquet or xlsx file, a folder, a quoted glob, - for standard input, or an address
such as s3://bucket/articles.csv (with fsspec). A run that ended early is gone on with by the same command.
Exit status: 0 all rows scored, 3 some rows carry an error, 2 wrong usage, 130 stopped, 1 anything else.

Example: **syto score articles.xlsx -o scored.xlsx**

Example: **cat articles.jsonl | syto score - --format jsonl -o -**
"""
)
def score(
    input: Annotated[list[str], typer.Argument(metavar="INPUT", help="Files of articles.")],
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="OUTPUT", help="File, folder (several inputs), address or -."),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="A bundle's folder, models:/NAME@ALIAS of MLflow or hf://OWNER/NAME of the Hub; "
            "else the model that ships with syto.",
        ),
    ] = None,
    text_column: Annotated[str | None, typer.Option(help="Else text, content, body, текст.")] = None,
    title_column: Annotated[str | None, typer.Option(help="Else title, headline, заголовок.")] = None,
    url_column: Annotated[str | None, typer.Option(help="Else url, link, посилання.")] = None,
    id_column: Annotated[
        str | None, typer.Option(help="Else id, else the row number; names rows with an error.")
    ] = None,
    published_column: Annotated[
        str | None, typer.Option(help="Else published, date; no answer rests on it.")
    ] = None,
    source_column: Annotated[
        str | None, typer.Option(help="Else source, domain, channel; else the url.")
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="csv, tsv, jsonl, parquet, xlsx; else by suffix.")
    ] = None,
    output_format: Annotated[str | None, typer.Option(help="Likewise, of the output.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of text files; else found.")] = None,
    ratings: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="More source ratings; they win over ours.")
    ] = None,
    claims: Annotated[
        str | None,
        typer.Option(
            metavar="INDEX",
            help="Show claims already debunked: voxcheck, or what `syto claims import` wrote.",
        ),
    ] = None,
    backend: Annotated[
        str, typer.Option(help="auto, onnx (int8), onnx-int4, onnx-fp16, onnx-fp32 or torch.")
    ] = "auto",
    passages: Annotated[int, typer.Option(min=0, help="Passages a head; 0 = none.")] = 3,
    batch_size: Annotated[int, typer.Option(min=1, help="Windows at once, of the backend torch.")] = 32,
    threads: Annotated[int | None, typer.Option(min=1, help="Of the backend onnx; else one a core.")] = None,
    engine: Annotated[
        str,
        typer.Option(help="local, or ray: the workers of a Ray cluster (RAY_ADDRESS), or of this machine."),
    ] = "local",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Of the engine ray; else one a core, or a GPU with torch.")
    ] = None,
    pooling: Annotated[
        bool,
        typer.Option(
            "--pooling/--no-pooling",
            help="Read a file's texts from a source that nobody rates together, 5 and more.",
        ),
    ] = True,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--columns", metavar="NAMES", help="Only these of our columns: topic,topic_probability."
        ),
    ] = None,
    keep_text: Annotated[
        bool, typer.Option("--keep-text/--no-text", help="Give the text of the input back, or leave it out.")
    ] = True,
    limit: Annotated[int | None, typer.Option(min=1, help="Score so many rows of each file.")] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Of a workbook: its name, or its number from 1; else the first.")
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(help="Of titles and labels in a workbook: uk, en or ru; else that of the locale."),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume/--no-resume", help="Go on after what a run that ended early has scored."),
    ] = True,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an output that is there.")] = False,
    review: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            parser=_here,
            help="Also write the rows to read first, to be decided on: .csv, .xlsx, .jsonl, "
            ".labelstudio.json, .argilla.json.",
        ),
    ] = None,
    review_size: Annotated[int, typer.Option(min=1, help="Rows of that file, at most.")] = 200,
    report: Annotated[
        Path | None,
        typer.Option(metavar="PAGE", parser=_here, help="Also a page to read, such as page.html."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score articles."""
    if as_json and output in _STREAMS:
        raise UserError(
            f"--json and -o {output} both want standard output; write the rows to a file, or leave out --json"
        )
    from syto.corpus.columns import ColumnMap
    from syto.stages.score import score as stage

    given = {
        "text": text_column,
        "title": title_column,
        "url": url_column,
        "id": id_column,
        "published": published_column,
        "source": source_column,
    }
    columns = ColumnMap.model_validate({name: column for name, column in given.items() if column})
    summary = stage(
        input,
        output,
        model,
        columns=columns,
        format=format,
        output_format=output_format,
        encoding=encoding,
        ratings=ratings or (),
        claims=claims,
        backend=backend,
        passages=passages,
        batch_size=batch_size,
        threads=threads,
        engine=engine,
        workers=workers,
        pooling=pooling,
        only=[name.strip() for names in only or () for name in names.split(",") if name.strip()],
        keep_text=keep_text,
        limit=limit,
        sheet=int(sheet) if sheet and sheet.isdecimal() else sheet,
        lang=lang,
        resume=resume,
        overwrite=overwrite,
        review=review,
        review_size=review_size,
        report=report,
    )
    if summary.errors:
        raise typer.Exit(3)


@app.command(
    help=f"""Make one page of scored files: what came in, its sources, and each article with reasons.

{NOT_TRUTH}

The page opens from disk, in Ukrainian or English, and asks nothing of a network.

Example: **syto report scored.xlsx -o page.html**
"""
)
def report(
    scored: Annotated[list[str], typer.Argument(metavar="SCORED", help="Files that `syto score` wrote.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="PAGE", parser=_here, help="Such as page.html.")
    ],
    ratings: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="More source ratings, as `score` was given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a page."""
    from syto.stages.report import report as stage

    stage(scored, output, ratings or ())


@app.command()
def drift(
    old: Annotated[str, typer.Argument(metavar="OLD", help="As for `score`, or scored.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Likewise.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="A page (.html), or .json.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="A bundle's folder; else the model that ships.")
    ] = None,
    text_column: Annotated[str | None, typer.Option(help="Of both; else as `syto score` finds it.")] = None,
    title_column: Annotated[str | None, typer.Option(help="Likewise.")] = None,
    source_column: Annotated[str | None, typer.Option(help="Likewise.")] = None,
    sample: Annotated[int, typer.Option(min=1, help="Rows that are read of each side.")] = 3000,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Say whether a new batch of articles looks like an old one: languages, topics, sources, texts.

    Languages, topics, sources and what is out of scope stand beside each other; then a classifier tries to
    tell old from new within each language, by sources that it was not fitted on.
    It needs pip install '.[train]'.

    Example: **syto drift last-year.csv this-week.xlsx -o drift.html**
    """
    from syto.corpus.columns import ColumnMap

    try:
        from syto.stages.drift import drift as stage
    except ModuleNotFoundError as error:  # the light install scores, and its last line names this verb
        raise UserError(f"syto drift needs pip install '.[train]' ({error})") from None
    given = {"text": text_column, "title": title_column, "source": source_column}
    columns = ColumnMap.model_validate({name: column for name, column in given.items() if column})
    stage(old, new, model, output=output, columns=columns, sample=sample, seed=seed)


Ratings = Annotated[list[Path] | None, typer.Option(metavar="FILE", help="More source ratings beside ours.")]
sources_app = typer.Typer(
    help=f"""Say who rates which source how: a table of all.

{NOT_TRUTH}

Example: **syto sources show pravda.com.ua**
""",
    rich_markup_mode="markdown",
)
app.add_typer(sources_app, name="sources")


@sources_app.callback(invoke_without_command=True)
def sources(
    context: typer.Context,
    ratings: Ratings = None,
    as_json: AsJson = False,
) -> None:
    """Print the table where no other verb follows."""
    if context.invoked_subcommand is None:
        from syto.stages.sources import table

        table(ratings or ())


@sources_app.command("show")
def sources_show(
    address: Annotated[str, typer.Argument(metavar="DOMAIN", help="Domain, address, @channel or name.")],
    ratings: Ratings = None,
    as_json: AsJson = False,
) -> None:
    """Print all evidence on a source, and what it may be taken for where it is not rated.

    Example: **syto sources show pravda.com.ua**
    """
    from syto.stages.sources import show

    show(address, ratings or ())


@sources_app.command("check")
def sources_check(
    ratings: Ratings = None,
    as_json: AsJson = False,
) -> None:
    """Print the sources whose raters disagree, and those that look like a reliable one.

    Example: **syto sources check --ratings imported.csv**
    """
    from syto.stages.sources import check

    check(ratings or ())


@sources_app.command("import")
def sources_import(
    files: Annotated[list[Path], typer.Argument(metavar="LIST", help="Tables with a column `domain`.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="A ratings file.")],
    as_json: AsJson = False,
) -> None:
    """Turn public lists of rated domains into a ratings file: one row a source and rater, with its evidence.

    Columns that are read: texty_points, idiap, pc1 (Lin et al.), euvsdisinfo_cases, gmf, dima, tsutsman,
    vox_eu_list.

    Example: **syto sources import domain_lists.parquet -o imported.csv**
    """
    from syto.stages.sources import import_lists

    import_lists(files, output)


@sources_app.command("roll-up")
def sources_roll_up(
    scored: Annotated[list[Path], typer.Argument(metavar="SCORED", help="Files that `syto score` wrote.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="One row a source.")],
    least: Annotated[
        int, typer.Option(min=1, help="Fewer articles than these are too few.")
    ] = LEAST_ARTICLES,
    memory: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keeps what was read, for the next roll-up."),
    ] = None,
    ratings: Ratings = None,
    as_json: AsJson = False,
) -> None:
    """Go from articles to sources: how unreliable the texts of each read, beside what its raters say.

    Links to rated sources and texts shared word for word with them are told, and change no figure.

    Example: **syto sources roll-up scored.xlsx -o sources.xlsx**
    """
    from syto.stages.sources import roll_up

    roll_up(scored, output, least, memory, ratings or ())


claims_app = typer.Typer(
    help="""Keep claims already debunked as vectors and links, for `syto score --claims`.

What is shown is evidence for a person to follow, never a verdict, and no part of `reliability`.

Example: **syto claims show voxcheck**
""",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(claims_app, name="claims")
IndexModel = Annotated[str | None, typer.Option(metavar="MODEL", help="As of `syto score`.")]


@claims_app.command("import")
def claims_import(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Tables or JSON of claims.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="INDEX", help="Such as claims.npz.")],
    model: IndexModel = None,
    ordinary: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Ordinary news of `syto claims ordinary`; ours where the model is."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an index of claims from ClaimReview JSON, tables of EUvsDisinfo and tables of VoxCheck.

    The texts stay with their publishers: an index holds vectors, dates, links and narratives.

    Example: **syto claims import voxcheck_cases.parquet -o voxcheck.npz**
    """
    from syto.stages.claims import import_claims

    import_claims(files, output, model, ordinary)


@claims_app.command("show")
def claims_show(
    index: Annotated[str, typer.Argument(metavar="INDEX", help="A file, or voxcheck.")],
    id: Annotated[str | None, typer.Argument(metavar="ID", help="Of one claim.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print what an index holds, or what it knows of one claim.

    Example: **syto claims show voxcheck voxcheck-1**
    """
    from syto.stages.claims import show

    show(index, id)


@claims_app.command("ordinary")
def claims_ordinary(
    files: Annotated[list[Path], typer.Argument(metavar="ARTICLES", help="Tables of ordinary articles.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Such as ordinary.npz.")],
    model: IndexModel = None,
    as_json: AsJson = False,
) -> None:
    """Turn ordinary articles into vectors, by which `syto claims import` sets the threshold of an index.

    Example: **syto claims ordinary articles.parquet -o ordinary.npz --model runs/news/bundle**
    """
    from syto.stages.claims import ordinary

    ordinary(files, output, model)


review_app = typer.Typer(
    help="""Bring back what people decided in a review queue of `syto score --review`.

Example: **syto review import queue.xlsx -o labels.csv**
""",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(review_app, name="review")


@review_app.callback()
def review() -> None:
    """Keep `import` a verb of its own: a Typer with one command alone would be that command."""


@review_app.command("import")
def review_import(
    queues: Annotated[
        list[Path],
        typer.Argument(metavar="QUEUE", help="Decided queues: tables, exports of Label Studio or Argilla."),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Such as labels.csv.")],
    prefer: Annotated[
        str | None,
        typer.Option(metavar="latest", help="Where decisions differ take the latest; else none is taken."),
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decided, where the queue does not say.")] = "",
    topics: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Label set of the topics; else the one that ships.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an output that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Turn decisions into labels, each with who and when, that `prepare` reads with `annotations:`.

    The file holds digests, no texts. Labels that are unknown and decisions that differ are told and left out.
    Exit status: 0 all taken, 3 some left out.

    Example: **syto review import queue.xlsx other.xlsx -o labels.csv --prefer latest**
    """
    from syto.stages.review import import_decisions

    if prefer not in (None, "latest"):
        raise UserError(f"--prefer {prefer}: only `latest` is known; without it decisions that differ go out")
    labels = {"topic": topics} if topics else {}
    whole = import_decisions(queues, output, latest=bool(prefer), by=by, labels=labels, overwrite=overwrite)
    if not whole:
        raise typer.Exit(3)


class _Printable(logging.Formatter):
    """What is logged may hold names from outside, which must not act on the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def main() -> None:
    """Run a verb; an error is one line and an exit status, never a traceback unless --debug asks for it."""
    logging.basicConfig(level=logging.WARNING)
    logging.root.handlers[0].setFormatter(_Printable("%(levelname)s %(name)s: %(message)s"))
    try:
        sys.exit(app(prog_name="syto", standalone_mode=False))
    except SytoError as error:
        _end(error, str(error), error.exit_status)
    except _UsageError as error:
        if not str(error):  # a verb was left out, and typer has printed the help
            sys.exit(2)
        _end(error, _usage(error), 2)
    except (KeyboardInterrupt, typer.Abort) as error:
        _end(error, "interrupted", 130)
    except Exception as error:  # noqa: BLE001 - a full disk or a mistake of ours, one line all the same
        _end(error, f"{type(error).__name__}: {error} (`syto --debug ...` shows where)", 1)


def _usage(error: Any) -> str:  # noqa: ANN401 - a usage error, see above
    """Return a mistake in verbs and options as one sentence, with where the right ones stand."""
    said = " ".join(error.format_message().split()).removesuffix(".")
    verb = error.ctx.command_path if error.ctx else "syto"
    return f"{said[:1].lower()}{said[1:]} (`{verb} --help` shows what there is)"


def _end(error: BaseException, message: str, status: int) -> NoReturn:
    if os.environ.get(_DEBUG):
        raise error
    sys.stderr.write(f"error: {printable(message)}\n")
    sys.exit(status)
