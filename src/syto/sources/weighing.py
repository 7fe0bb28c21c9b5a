"""One rating from the opinions of several raters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

RatingValue = Literal["unreliable", "mixed", "reliable"]
RATINGS: tuple[RatingValue, ...] = get_args(RatingValue)

# By how a rater comes to a rating: 3 a decision that names the outlet and can be contested in court; 2 cases
# or articles examined one by one; 1 a score put together from others, or this project's own judgement.
WEIGHTS: Mapping[str, int] = {
    "Council of the EU": 3,
    "US Treasury": 3,
    "EUvsDisinfo": 2,
    "DIMA": 2,
    "Texty": 2,
    "GMF": 1,
    "Lin et al.": 1,
    "Tsutsman": 1,
    "Vox": 1,
    "idiap": 1,
    "syto": 1,
}
_OTHER = 1  # a rater that is not listed
# What it takes for public lists to call a source unreliable: a rater who examined it, or several scores,
# since those are put together from much the same ratings.
_EXAMINED, _SEVERAL = 2, 3
CONTRADICTION = 2  # how far `conflict` finds reliable and unreliable apart
_SCALE: Mapping[RatingValue, int] = {"unreliable": -1, "mixed": 0, "reliable": 1}


@dataclass(frozen=True, slots=True)
class Rating:
    """One row of a ratings file; its fields are the columns of the file."""

    source: str  # registrable domain, subdomain with a rating of its own, t.me/channel, or a name
    rating: RatingValue
    rater: str  # who says so; several raters are separated by `; `
    date: str  # year or ISO date of the rating; empty when unknown
    evidence: str  # what the rater found
    aliases: tuple[str, ...] = ()  # other addresses of the same source: mirrors, renames, channels

    @property
    def raters(self) -> tuple[str, ...]:
        """Return the raters one by one."""
        return tuple(self.rater.split("; "))


def weigh(opinions: Sequence[Rating]) -> Rating:
    """Return one rating: the weighted mean of unreliable -1, mixed 0, reliable 1, cut at thirds.

    It carries all raters and findings and the newest date. A single opinion stands as it is.
    """
    if len(opinions) == 1:
        return opinions[0]
    weights = [weight_of(opinion) for opinion in opinions]
    mean = sum(w * _SCALE[o.rating] for w, o in zip(weights, opinions, strict=True)) / sum(weights)
    return Rating(
        source=opinions[0].source,
        rating="reliable" if mean >= 1 / 3 else "unreliable" if mean <= -1 / 3 else "mixed",
        rater="; ".join(dict.fromkeys(rater for opinion in opinions for rater in opinion.raters)),
        date=max(opinion.date for opinion in opinions),
        evidence=said_by(opinions),
        aliases=tuple(dict.fromkeys(alias for opinion in opinions for alias in opinion.aliases)),
    )


def weigh_lists(opinions: Sequence[Rating]) -> Rating:
    """Return one rating of a source that public lists alone speak of, more careful than `weigh`.

    Mixed where one says reliable and another unreliable, and where but one or two of weight 1 say unreliable.
    """
    rating = weigh(opinions)
    against = [weight_of(opinion) for opinion in opinions if opinion.rating == "unreliable"]
    doubtful = against and max(against) < _EXAMINED and len(against) < _SEVERAL
    if conflict(opinions) < CONTRADICTION and not (rating.rating == "unreliable" and doubtful):
        return rating
    return replace(rating, rating="mixed", evidence=said_by(opinions))


def said_by(opinions: Sequence[Rating]) -> str:
    """Return what each rater says, in one line."""
    return "; ".join(f"{o.rater}: {o.rating} ({o.evidence})" for o in opinions)


def weight_of(opinion: Rating) -> int:
    """Return the weight of an opinion, the sum of its raters'."""
    return sum(WEIGHTS.get(rater, _OTHER) for rater in opinion.raters)


def conflict(opinions: Sequence[Rating]) -> int:
    """Return how far apart opinions are: 0 they agree, 1 some say mixed, 2 reliable and unreliable."""
    values = [_SCALE[opinion.rating] for opinion in opinions]
    return max(values) - min(values)
