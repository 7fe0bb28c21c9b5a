"""The index: which known claims a text comes near, beside how near ordinary news comes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from syto.claims.archive import Vectors, read_archive, write_archive
from syto.claims.claim import Known
from syto.claims.ordinary import LEAST, OrdinaryNews
from syto.claims.space import Space, unit
from syto.digest import sha256_of
from syto.errors import UserError
from syto.resources import resource

FALSE_ALARMS = 0.005  # of ordinary articles, at most, come nearer than the threshold
_SET_AT = 0.0035  # of those it is set on: with some 2,500, chance adds less than the rest
SHOWN = 3  # claims of a text, at most
_NEIGHBOURS = 10  # of ordinary news
_LEAST = 0.05  # what resembles no ordinary news must not come near to everything by division
_AT_ONCE = 256  # windows or vectors
_PART = 8  # every eighth of the background says that most texts come near to nothing
_MADE_BY = "syto claims import"


@dataclass(frozen=True)
class ClaimIndex:
    """Vectors and links of known claims."""

    model: str  # bundle name and fingerprint
    known: Sequence[Known]
    owners: NDArray[np.int64]  # (vectors,): the claim of each
    vectors: Vectors  # (vectors, hidden), of unit length in `space`
    usual: NDArray[np.float32]  # (vectors,): how near ordinary news comes to each
    space: Space
    background: Vectors  # (windows, hidden): ordinary news, likewise
    threshold: float  # least similarity of what is shown
    measured_on: int  # ordinary articles, none of them in the background
    digest: str = ""  # of the file

    @classmethod
    def of(
        cls,
        known: Sequence[Known],
        owners: Sequence[int],
        spoken: Sequence[str],
        meanings: Vectors,
        news: OrdinaryNews,
    ) -> "ClaimIndex":
        """Make an index from the meaning (texts, hidden), owner and language of each text of the claims.

        Half of the ordinary articles are its background, the threshold is set on the others.
        """
        articles = len(np.unique(news.owners))
        if articles < LEAST:
            raise UserError(f"{articles} ordinary articles do not say what is ordinary; give {LEAST} or more")
        languages = np.asarray(spoken)
        space = Space.fit(unit(meanings), languages, unit(news.meanings), news.languages)
        vectors = space.project(meanings, languages)
        behind = news.owners % 2 == 0
        background = space.project(news.meanings[behind], news.languages[behind])
        usual = _usual(vectors, background)
        index = cls(news.model, known, np.asarray(owners), vectors, usual, space, background, 0.0, 0)
        nearest = index._nearest_of_articles(news, ~behind)
        threshold = float(np.quantile(nearest, 1 - _SET_AT))
        return replace(index, threshold=threshold, measured_on=len(nearest))

    @classmethod
    def read(cls, path: Path) -> "ClaimIndex":
        """Read what `write` wrote; `UserError` for anything else."""
        facts, arrays = read_archive(path, _MADE_BY)
        try:
            return cls(
                model=facts["model"],
                known=[Known(**each) for each in facts["known"]],
                owners=arrays["owners"],
                vectors=arrays["vectors"],
                usual=arrays["usual"],
                space=Space(dict(zip(facts["languages"], arrays["means"], strict=True)), arrays["whitening"]),
                background=arrays["background"],
                threshold=facts["threshold"],
                measured_on=facts["measured_on"],
                digest=sha256_of(path),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"{path} is no index of claims ({error}); make one with `{_MADE_BY}`") from None

    def write(self, path: Path) -> None:
        """Write it as one file."""
        facts = {
            "model": self.model,
            "threshold": self.threshold,
            "false_alarms": FALSE_ALARMS,
            "measured_on": self.measured_on,
            "languages": list(self.space.means),
            "known": [asdict(each) for each in self.known],
        }
        write_archive(
            path,
            facts,
            owners=self.owners,
            vectors=self.vectors,
            usual=self.usual,
            means=np.stack(list(self.space.means.values())),
            whitening=self.space.whitening,
            background=self.background,
        )

    def check_model(self, model: str) -> None:
        """Refuse to be asked about the vectors of another bundle."""
        if self.model != model:
            raise UserError(
                f"the index of claims was made with {self.model}, and this is {model}: their vectors say "
                f"nothing to each other; make it again with `{_MADE_BY}`, and --model where it is not ours"
            )

    def near(self, meaning: Vectors, language: str) -> list[dict[str, object]]:
        """Return the known claims that a text (windows, hidden) comes near, the nearest first."""
        if language not in self.space.means:
            return []
        languages = np.full(len(meaning), language)
        # The neighbours among a part of the background are no nearer than those among all of it.
        if self._similarities(meaning, languages, self.background[::_PART]).max() < self.threshold:
            return []
        best = self._similarities(meaning, languages, self.background).max(0)
        above = np.flatnonzero(best >= self.threshold)
        order = above[np.argsort(-best[above], kind="stable")]
        firsts = {int(self.owners[place]): float(best[place]) for place in reversed(order)}
        ranked = sorted(firsts.items(), key=lambda item: -item[1])[:SHOWN]
        return [self._shown(owner, similarity) for owner, similarity in ranked]

    def _shown(self, owner: int, similarity: float) -> dict[str, object]:
        known = asdict(self.known[owner])
        return {"id": known.pop("id"), "similarity": round(similarity, 3)} | known

    def _similarities(self, meanings: Vectors, languages: NDArray[np.str_], background: Vectors) -> Vectors:
        """Return how near texts (texts, hidden) come to all vectors: 1 is as near as ordinary news.

        The ratio margin of Artetxe and Schwenk, Margin-based Parallel Corpus Mining, ACL 2019, with ordinary
        news as the neighbourhood of both.
        """
        texts = self.space.project(meanings, languages)
        around = (_usual(texts, background)[:, None] + self.usual) / 2
        return np.asarray(texts @ self.vectors.T / around, np.float32)

    def _nearest_of_articles(self, news: OrdinaryNews, chosen: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Return how near each of the articles whose windows are chosen comes to its nearest claim."""
        windows, languages = news.meanings[chosen], news.languages[chosen]
        parts = [
            self._similarities(
                windows[at : at + _AT_ONCE], languages[at : at + _AT_ONCE], self.background
            ).max(1)
            for at in range(0, len(windows), _AT_ONCE)
        ]
        _, places = np.unique(news.owners[chosen], return_inverse=True)
        nearest = np.full(places.max() + 1, -np.inf, np.float32)
        np.maximum.at(nearest, places, np.concatenate(parts))
        return nearest


def find_index(name: str | Path) -> ClaimIndex:
    """Read an index: one that ships, by its name (`voxcheck`), or a file."""
    shipped = resource(f"claims/{name}.npz")
    return ClaimIndex.read(shipped if shipped.is_file() else Path(name))


def _usual(vectors: Vectors, background: Vectors) -> NDArray[np.float32]:
    """Return how near ordinary news comes to each of the vectors: the mean of its nearest neighbours."""
    count = min(_NEIGHBOURS, len(background))
    parts = [
        np.partition(vectors[start : start + _AT_ONCE] @ background.T, -count, axis=1)[:, -count:].mean(1)
        for start in range(0, len(vectors), _AT_ONCE)
    ]
    return np.asarray(np.maximum(np.concatenate(parts), _LEAST), np.float32)
