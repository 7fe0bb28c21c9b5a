"""`syto push`: a bundle and its card in; one commit on the Hugging Face Hub out."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from syto.errors import UserError
from syto.evaluation.results import Results, find_results
from syto.loading import load, trial
from syto.model.bundle import MANIFEST, Bundle, light_copy, read_bundle
from syto.model.hub import BESIDE, CARD, Place, check_private, send
from syto.report.hub_card import hub_card
from syto.terminal import give, say


def push(
    folder: Path,
    name: str,
    *,
    light: bool = False,
    public: bool = False,
    message: str = "",
    pr: bool = False,
    dry_run: bool = False,
) -> None:
    """Send a bundle that was found whole and that answers; with `light` what scoring without torch needs.

    Nothing goes but the files that the bundle lists, its card and its notices. With `dry_run` all is checked
    and nothing is sent.
    """
    place = Place.of(name)
    bundle = read_bundle(folder)
    _try(bundle)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="syto-")))
        sent = light_copy(bundle, scratch) if light else bundle
        files = _files(bundle, sent)
        check_private(files)
        sizes = _sizes(files)
        for line in _listed(sizes):
            say(line)
        facts = {"model": sent.manifest.model_name, "repository": str(place), "bytes": sizes}
        if dry_run:
            give(facts | {"sent": None})
            say(f"nothing was sent; without --dry-run these go to {place}")
            return
        said = message or f"{sent.manifest.model_name}, of syto {sent.manifest.syto_version}"
        url = send(files, place, said, public=public, pr=pr)
    give(facts | {"sent": url})
    say(f"sent: {url}")
    if not pr:
        say(f"load it with syto.load({str(place)!r}), or score --model {place}")


def _try(bundle: Bundle) -> None:
    if problem := trial(load(bundle.folder, passages=0)):
        raise UserError(f"bundle {bundle.folder} does not answer: {problem}; train it anew")


def _files(whole: Bundle, sent: Bundle) -> dict[str, str | bytes]:
    """Return name → path or content; the texts beside a bundle name what is sent, were it a light copy."""
    texts = {name: whole.folder / name for name in BESIDE if (whole.folder / name).is_file()}
    if CARD not in texts:
        raise UserError(
            f"bundle {whole.folder} has no card ({CARD}); write one with `syto card {whole.folder}`"
        )
    read = {name: _text(path) for name, path in texts.items()}
    read[CARD] = hub_card(read[CARD], whole.manifest, _results(whole))
    own = {name: str(sent.folder / name) for name in (MANIFEST, *sent.manifest.files)}
    renamed = whole.manifest.fingerprint, sent.manifest.fingerprint
    return own | {name: text.replace(*renamed).encode() for name, text in read.items()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except ValueError as error:
        raise UserError(f"{path} is no text in UTF-8 ({error}); write it anew") from error


def _results(bundle: Bundle) -> Results | None:
    """Return what `syto evaluate` found of this very bundle, in it or beside it, if it did."""
    path = find_results(bundle.folder)
    try:
        found = Results.model_validate_json(path.read_bytes()) if path else None
    except ValidationError:  # of another version; the card has its figures all the same
        return None
    return found if found and found.bundle.fingerprint == bundle.manifest.fingerprint else None


def _sizes(files: Mapping[str, str | bytes]) -> dict[str, int]:
    return {
        name: len(content) if isinstance(content, bytes) else Path(content).stat().st_size
        for name, content in files.items()
    }


def _listed(sizes: Mapping[str, int]) -> list[str]:
    total = f"{sum(sizes.values()):>14,}  bytes in {len(sizes)} files"
    return [*(f"{size:>14,}  {name}" for name, size in sizes.items()), total]
