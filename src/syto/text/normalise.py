"""Normalisation that keeps й ї ґ є: NFC, one apostrophe, no markup or invisible characters, folded space."""

import html
import re
import unicodedata

from syto.text.aligned import AlignedText
from syto.text.markup import without_markup

# ASCII, because that is how most Ukrainian text on the web is typed and what tokenizers have seen.
APOSTROPHE = "'"

_LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, soft hyphen, zero-width and direction marks, BOM, variation selectors, tags, half surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Anything outside these ranges may have another NFC form; most news has nothing outside.
_MAYBE_NOT_NFC = re.compile("[^\x00-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u205f\u20a0-\u20bf\u2116\u2122]")
# In pieces, because ordering a long run of combining marks takes quadratic time.
_PIECE = re.compile(r"\S{1,256}")
_APOSTROPHES = re.compile(r"(?<=[^\W\d_])[’ʼ`‘′´ʹʻʽˈ＇‛ꞌ](?=[^\W\d_])")
# Escaped once or twice by whoever made the feed.
_ENTITY = re.compile(r"&(?:amp;)?(?:#\d{1,6}|#x[\da-fA-F]{1,5}|[a-zA-Z]{2,8});")
# Pictographs, dingbats, geometric shapes, flags, keycaps: anyone can strew them over a text.
_EMOJI = re.compile(
    "[\u203c\u2049\u20e3\u231a-\u23ff\u25a0-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff]+"
)
# A line that was broken for its length alone: the sentence goes on.
_WRAP = re.compile(r"\n(?:(?<=[\w,;:–—-]\n)|(?<=[\w,;:–—-] \n))[ \t]*(?=[«\"(]?[a-zа-яіїєґё])")
_WHITE_SPACE = re.compile(r"\s{2,}|[^\S \n]|\A\s|\s\Z")


def normalise(aligned: AlignedText) -> AlignedText:
    """Return the text in the one form that everything after this expects."""
    if "&" in aligned.text:
        aligned = aligned.substituted(_ENTITY, lambda match: html.unescape(html.unescape(match[0])))
    aligned = without_markup(aligned.substituted(_LINE_BREAKS, "\n").substituted(_INVISIBLE, ""))
    if _MAYBE_NOT_NFC.search(aligned.text):
        aligned = aligned.substituted(_PIECE, lambda match: unicodedata.normalize("NFC", match[0]))
    return fold_white_space(aligned.substituted(_APOSTROPHES, APOSTROPHE).substituted(_WRAP, " "))


def without_emoji(aligned: AlignedText) -> AlignedText:
    """Return the text with a space where emoji stood."""
    return fold_white_space(aligned.substituted(_EMOJI, " "))


def fold_white_space(aligned: AlignedText) -> AlignedText:
    """Leave one space between words, one newline between lines, nothing at either end."""
    length = len(aligned.text)
    return aligned.substituted(_WHITE_SPACE, lambda match: _folded(match, length))


def _folded(match: re.Match[str], length: int) -> str:
    if match.start() == 0 or match.end() == length:
        return ""
    return "\n" if "\n" in match[0] else " "
