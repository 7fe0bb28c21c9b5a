"""What two batches differ in, in sentences."""

from collections.abc import Mapping

from syto.evaluation.drift import LEAST, OTHERS, Drift, ShareShift, Telling

CLEARLY = 0.1  # total variation from which a difference of shares is worth a sentence
TOLD = 0.6  # AUC from which texts are more than hardly told apart
_MOVED = 0.03  # share by which a kind must have moved to be named
_NAMED = 3  # kinds
_NO_TEXT = "A side has no texts: what `syto score` said of both is compared, and no text."
LANGUAGES: Mapping[str, str] = {"uk": "Ukrainian", "ru": "Russian", "en": "English"}
SHARE_NAMES: Mapping[str, str] = {
    "language": "languages",
    "out_of_scope": "in scope or not",
    "topic": "topics",
    "source": "sources",
}
_KIND_NAMES: Mapping[str, Mapping[str, str]] = {
    "language": LANGUAGES,
    "out_of_scope": {"yes": "out of scope", "no": "in scope"},
}


def sentences(drift: Drift) -> list[str]:
    """Return the answer first, then what was compared and what was not."""
    return [headline(drift), *(telling(each) for each in drift.told), *notes(drift)]


def notes(drift: Drift) -> list[str]:
    """Say what was not compared, and why."""
    if drift.told or not drift.texts:
        return [] if drift.texts else [_NO_TEXT]
    return [f"No language has {LEAST} articles in scope on both sides: shares alone are compared."]


def headline(drift: Drift) -> str:
    """Say whether the new batch looks like the old one, and in which shares it does not."""
    moved = [sentence for shift in drift.shares if (sentence := moves(shift))]
    told = [each for each in drift.told if is_told(each)]
    if moved:
        return f"NEW differs from OLD: {'; '.join(moved)}."
    if told:
        languages = ", ".join(language_name(each.language) for each in told)
        return f"NEW differs from OLD: the shares are alike, the texts are not ({languages})."
    return "NEW looks like OLD, in what was compared."


def is_told(told: Telling) -> bool:
    """Tell whether old and new texts are told apart by more than chance and more than hardly."""
    low, value = told.auroc.low, told.auroc.value
    return value is not None and value >= TOLD and (low is None or low > 0.5)


def moves(shift: ShareShift) -> str:
    """Say which kinds became more and which fewer; empty where chance explains it, or it is little."""
    if shift.distance < CLEARLY or not shift.beyond_chance:
        return ""
    if shift.name == "source":
        return f"{shift.unseen:.0%} of its articles are of sources that OLD does not have"
    kinds = [kind for kind in shift.moved if kind != OTHERS and abs(_change(shift, kind)) >= _MOVED]
    if shift.name == "out_of_scope":
        kinds = ["yes"]
    return ", ".join(_move(shift, kind) for kind in kinds[:_NAMED])


def _change(shift: ShareShift, kind: str) -> float:
    return shift.share("new", kind) - shift.share("old", kind)


def _move(shift: ShareShift, kind: str) -> str:
    more = "more" if _change(shift, kind) > 0 else "less"
    shares = f"{shift.share('old', kind):.0%} → {shift.share('new', kind):.0%}"
    return f"{more} {kind_name(shift.name, kind)} ({shares})"


def kind_name(name: str, kind: str) -> str:
    """Return what people call a kind."""
    return _KIND_NAMES.get(name, {}).get(kind, kind)


def language_name(code: str) -> str:
    """Return the name of a language; its code where it has none here."""
    return LANGUAGES.get(code, code)


def telling(told: Telling) -> str:
    """Say how well the texts of one language are told apart, and by which words most."""
    estimate = told.auroc
    figure = "undefined" if estimate.value is None else f"{estimate.value:.2f}"
    if estimate.low is not None and estimate.high is not None:
        figure += f", 95% interval {estimate.low:.2f}–{estimate.high:.2f}"
    said = (
        f"{language_name(told.language)}: old and new texts are {how_well(told)} (AUC {figure}; 0.5 is "
        f"chance; {told.articles:,} articles a side, folds by {told.folds_by})."
    )
    if is_told(told):
        for side, words in (("NEW", told.words_new), ("OLD", told.words_old)):
            said += f" Words of {side}: {', '.join(words)}." if words else ""
    return said


def how_well(told: Telling) -> str:
    """Put an AUC in words."""
    if not is_told(told):
        return "not told apart" if (told.auroc.low or 0.0) <= 0.5 else "hardly told apart"
    value = told.auroc.value or 0.0
    return next(
        words
        for least, words in (
            (0.95, "told apart nearly always"),
            (0.8, "told apart well"),
            (0.0, "told apart in part"),
        )
        if value >= least
    )
