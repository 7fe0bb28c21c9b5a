"""The one way from raw title and text to what a model reads, and back to where it stood."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from syto.text.aligned import AlignedText
from syto.text.casing import plain_case
from syto.text.endings import Endings
from syto.text.homoglyphs import repair_homoglyphs
from syto.text.known_mastheads import KNOWN_MASTHEADS
from syto.text.mastheads import Mastheads
from syto.text.normalise import normalise, without_emoji
from syto.text.redact import redact_body, redact_ending, redact_service, redact_title

# Removing one sign-off can lay another open; real texts settle in two rounds, and hostile ones must end.
_MAX_ROUNDS = 6


class TextSettings(BaseModel):
    """What is done to a text before a model sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    repair_homoglyphs: bool = True  # Latin look-alikes inside Cyrillic words, and the reverse
    redact: bool = True  # mastheads, bylines, sign-offs, title tails; off lets a model learn outlets' names


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cleaned article: title, newline, text; either part may be empty."""

    title: AlignedText
    body: AlignedText

    @property
    def text(self) -> str:
        """The cleaned title and the cleaned text on lines of their own."""
        return "\n".join(part for part in (self.title.text, self.body.text) if part)

    def locate(self, start: int, end: int) -> tuple[Literal["title", "text"], int, int]:
        """Return the field and the raw offsets behind a span of `text`; the field that holds most of it."""
        title_length = len(self.title.text)
        body_start = title_length + 1 if title_length else 0
        in_title = min(end, title_length) - min(start, title_length)
        in_body = max(end, body_start) - max(start, body_start)
        if title_length and in_title >= in_body and start < body_start:
            return "title", *self.title.raw_span(min(start, title_length), min(end, title_length))
        return "text", *self.body.raw_span(max(start - body_start, 0), max(end - body_start, 0))


class Cleaner:
    """Cleans articles; the same names and endings must serve training and scoring: a bundle carries them."""

    def __init__(
        self,
        mastheads: Iterable[str] = (),
        settings: TextSettings | None = None,
        endings: Iterable[str] = (),
    ) -> None:
        self._settings = settings or TextSettings()
        self._mastheads = Mastheads((*KNOWN_MASTHEADS, *mastheads))
        self._endings = Endings(endings)

    def clean(self, title: str, text: str) -> CleanText:
        """Clean both fields; cleaning what is clean changes nothing."""
        return CleanText(self._settled(AlignedText(title), True), self._settled(AlignedText(text), False))

    def _settled(self, aligned: AlignedText, is_title: bool) -> AlignedText:
        for _ in range(_MAX_ROUNDS):
            before, aligned = aligned.text, self._round(aligned, is_title)
            if aligned.text == before or not self._settings.redact:
                break
        return aligned

    def _round(self, aligned: AlignedText, is_title: bool) -> AlignedText:
        aligned = normalise(aligned)
        if self._settings.repair_homoglyphs:
            aligned = repair_homoglyphs(aligned)
        if self._settings.redact:
            aligned = redact_service(aligned)
            aligned = redact_title(aligned, self._mastheads) if is_title else aligned
            aligned = redact_body(aligned, self._mastheads)
            aligned = redact_ending(aligned, self._endings)
        # Last, since redaction knows some names by their capitals and some calls by their emoji; what opens
        # itself to it by this, the next round takes.
        return plain_case(without_emoji(aligned))
